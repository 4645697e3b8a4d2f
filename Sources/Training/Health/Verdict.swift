/// What the trainer thinks of a run. The numbers are those of the C ABI and never change.
public enum Verdict: Int32, Codable, Hashable, Sendable, CaseIterable {
  /// The networks learn.
  case healthy = 0
  /// A loss or gradient was not finite: that update was left out. Of a single step, never of a run.
  case nonFinite = 1
  /// The discriminator hardly tells the samples from held-out data, and they cover it: the goal.
  case balanced = 2
  /// The discriminator tells everything apart and the samples do not get nearer to the data.
  case discriminatorWins = 3
  /// The samples are much more alike than the data are.
  case generatorCollapsing = 4
  /// Samples or scores swing to and fro without getting anywhere.
  case oscillating = 5
  /// Losses, gradients or samples grow without bound.
  case diverging = 6
  /// What the discriminator says does not hold for data that it has not seen, or says nothing at all.
  case feedbackIsNoise = 7
  /// The samples repeat items of the training data.
  case memorising = 8

  /// `discriminator wins`: what logs, reports and callers show.
  public var name: String {
    switch self {
    case .healthy: "healthy"
    case .nonFinite: "not finite"
    case .balanced: "balanced"
    case .discriminatorWins: "discriminator wins"
    case .generatorCollapsing: "generator collapsing"
    case .oscillating: "oscillating"
    case .diverging: "diverging"
    case .feedbackIsNoise: "feedback is noise"
    case .memorising: "memorising"
    }
  }

  /// Whether somebody should look, and what policies act on.
  public var isAlarm: Bool { self != .healthy && self != .balanced }

  /// What to do, in one line.
  public var advice: String {
    switch self {
    case .healthy: "Go on."
    case .nonFinite: "Lower the learning rates, or look for extreme values in the data."
    case .balanced: "This is the goal: keep the best checkpoint, and stop when the metrics stand still."
    case .discriminatorWins:
      "Lower the discriminator's rate, or add a penalty (r1, r2) or augmentation; a relativistic loss helps."
    case .generatorCollapsing:
      "Go back to an earlier checkpoint; use the relativistic loss with r1 and r2, packing, a lower rate, or data of every kind."
    case .oscillating: "Lower both learning rates and Adam's beta1 (0 to 0.5), or add r1 and r2."
    case .diverging: "Lower both learning rates, clip gradients, or add a penalty that holds the slopes."
    case .feedbackIsNoise:
      "Stop here, or give the discriminator more to learn from: more data, true labels, augmentation, a higher rate."
    case .memorising: "Use more, or more different, data and augmentation, or stop earlier."
    }
  }
}
