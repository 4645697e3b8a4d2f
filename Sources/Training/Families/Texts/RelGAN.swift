import Glibc
import Graphs
import Networks

/// Gumbel-softmax texts before a relativistic discriminator (Nie, Narodytska & Patel, RelGAN, ICLR 2019), with a
/// recurrent generator: every choice of a word is relaxed (Jang et al., arXiv 1611.01144), so that the loss has a
/// gradient. Steps of maximum likelihood come first; then every step moves the discriminator and every
/// `discriminator-steps`-th also the generator.
public struct RelGAN: Codable, Hashable, Sendable {
  public var pretraining = Pretraining(steps: 1000)
  /// What the inverse of the relaxation's temperature grows to, from 1, as a power of the share of the
  /// adversarial steps made.
  public var temperature = 100.0
  /// Width of the discriminator's vectors of tokens.
  public var embedding = 64

  public init() {}

  private enum CodingKeys: String, CodingKey { case pretraining, temperature, embedding }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    pretraining = try values.decodeIfPresent(Pretraining.self, forKey: .pretraining) ?? pretraining
    temperature = try values.number(.temperature, within: 1...1e4, default: temperature)
    embedding = try values.count(.embedding, within: 1...16384, default: embedding)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(pretraining, forKey: .pretraining)
    try values.encode(temperature, forKey: .temperature)
    try values.encode(embedding, forKey: .embedding)
  }

  /// 1 / temperature in a step, from 0, of `steps`.
  func sharpness(step: Int64, of steps: Int64) -> Double {
    let length = max(1, steps - pretraining.steps)
    let share = Double(max(0, min(step - pretraining.steps, length))) / Double(length)
    return pow(temperature, share)
  }
}

extension RelGAN: TextFamily {
  var hasDiscriminator: Bool { true }

  func phases(_ recipe: Recipe) -> [Phase] {
    var discriminator = Phase(Adversarial.discriminator, moves: [Adversarial.discriminator]) { step in
      recipe.judgement(real: step.real, fake: detached(relaxed(recipe, step)), step)
    }
    var generator = Phase(
      Adversarial.generator, moves: [Adversarial.generator], every: recipe.objective.discriminatorSteps
    ) { step in
      let judge = { step.apply(Adversarial.discriminator, to: $0).score }
      return Phase.Loss(
        value: recipe.objective.loss.generator(judge(step.real), judge(relaxed(recipe, step))))
    }
    (discriminator.from, generator.from) = (pretraining.steps, pretraining.steps)
    return [
      likelihoodPhase(recipe, until: pretraining.steps, rate: pretraining.rate), discriminator, generator,
    ]
  }

  private func relaxed(_ recipe: Recipe, _ step: Step) -> Node {
    step.language(recipe)?.relaxedTexts(
      step.batch, sharpness: Slot.sharpness.node(in: step.graph, of: step.place))
      ?? Node.constant(0, in: step.graph)
  }
}
