import Graphs

/// What one training step showed. A figure that a step does not have (the generator's, in a step
/// that did not update it; scores, of a classifier) is NaN.
public struct StepStatistics: Hashable, Sendable {
  /// Steps made, this one included.
  public var step: Int64 = 0
  /// The discriminator's loss, penalties included; a classifier's.
  public var discriminatorLoss = Double.nan
  public var generatorLoss = Double.nan
  /// Mean raw score of the discriminator on real and on fake samples.
  public var scoreReal = Double.nan
  public var scoreFake = Double.nan
  /// 0…1. Of a discriminator: the share of real above and fake below the objective's threshold, or
  /// of pairs with score(real) > score(fake) where it has none; 0.5 is the balance. Of a
  /// classifier: the share of samples whose class has the highest score.
  public var accuracy = Double.nan
  /// 0…1: the share of labelled real samples whose class has the highest score, of a discriminator
  /// that tells classes apart.
  public var classAccuracy = Double.nan
  /// Of InfoGAN: a lower bound of what generated samples tell about their categorical codes, in
  /// nats; at most the sum of log K.
  public var information = Double.nan
  /// Of BEGAN: k, 0…1, and the measure of convergence M, which falls.
  public var balance = Double.nan
  public var convergence = Double.nan
  /// Euclidean norms of the whole gradients, before clipping.
  public var discriminatorGradientNorm = Double.nan
  public var generatorGradientNorm = Double.nan
  /// Duration of the step.
  public var seconds = 0.0
  public var generatorUpdated = false
  /// A `Verdict`'s raw value: `nonFinite` of a step that was left out, else the run's state.
  public var verdict: Int32 = 0
  /// The latest look at the run's samples, if there was one.
  public var signals: Signals?
  /// Factor of all learning rates: below 1 after the model went back to a snapshot.
  public var rateFactor = 1.0
  /// Whether the model went back to its last snapshot after this step.
  public var wentBack = false
  /// What the averaged generator was measured at after this step, by the recipe's `evaluation`.
  public var evaluation: EvaluationReport?
  /// Whether that was the best so far.
  public var isBest = false
  /// Whether the training ends with this step for want of a better one.
  public var endsEarly = false

  public init() {}
}

extension StepStatistics {
  /// One line of `stats.jsonl`; figures that there are none of are left out.
  public var json: JSON {
    var members = JSON.Members()
    members["step"] = .integer(step)
    let figures: [(String, Double)] = [
      ("discriminator_loss", discriminatorLoss), ("generator_loss", generatorLoss),
      ("score_real", scoreReal), ("score_fake", scoreFake), ("accuracy", accuracy),
      ("class_accuracy", classAccuracy), ("information", information), ("balance", balance),
      ("convergence", convergence),
      ("discriminator_gradient_norm", discriminatorGradientNorm),
      ("generator_gradient_norm", generatorGradientNorm), ("seconds", seconds),
    ]
    for (name, figure) in figures where figure.isFinite { members[name] = .real(figure) }
    members["generator_updated"] = .bool(generatorUpdated)
    members["verdict"] = .integer(verdict)
    if rateFactor != 1 { members["rate_factor"] = .real(rateFactor) }
    if wentBack { members["went_back"] = .bool(true) }
    if let evaluation { members["metrics"] = evaluation.json["figures"] }
    if isBest { members["best"] = .bool(true) }
    // A look is reported once, by the step that it was taken after.
    if let signals, signals.step == step, let looked = try? JSON(encoding: signals) {
      members["signals"] = looked
    }
    return .object(members)
  }
}
