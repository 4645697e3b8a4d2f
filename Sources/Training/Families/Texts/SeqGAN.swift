import Glibc
import Graphs
import Networks

/// Yu et al., arXiv 1609.05473: the generator's choices are actions, rewarded by how real the discriminator
/// finds what they lead to. Steps of maximum likelihood come first, then steps of the discriminator alone, then
/// both: every `discriminator-steps`-th step also moves the generator.
public struct SeqGAN: Codable, Hashable, Sendable {
  /// What a text earns by the discriminator's score.
  public enum Reward: String, Codable, Hashable, Sendable, CaseIterable {
    /// The probability that it is real, as in the paper. Of a discriminator that is sure of itself all are near 0.
    case probability
    /// log p/(1 − p), the score itself: how much likelier the text is in the data than from the generator, so that the
    /// generator descends KL(generator ‖ data) (Sønderby et al., arXiv 1610.04490). So it is with
    /// the non-saturating loss; another's score is taken as it is.
    case logOdds = "log-odds"
  }

  public var pretraining = Pretraining(steps: 1000)
  /// Steps of the discriminator alone, after those.
  public var discriminatorPretraining: Int64 = 500
  /// Ways in which a beginning is continued to find its reward (section 3.1, N).
  public var rollouts = 16
  public var reward = Reward.probability
  /// Units of the layers by which the discriminator also sees how likely the generator finds a text, 0 for none: with
  /// the generator's density in hand (Finn et al., arXiv 1611.03852, section 3) it tells texts by a
  /// generator that is less sure of them than of the data, which no discriminator learns from ten thousand texts alone.
  public var density = 0
  /// Width of the discriminator's vectors of tokens.
  public var embedding = 64
  /// Whether rewards count from the batch's mean at their place (Williams 1992, section 2: a baseline
  /// changes no expectation).
  public var baseline = true

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case pretraining, rollouts, reward, density, embedding, baseline
    case discriminatorPretraining = "discriminator-pretraining"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    pretraining = try values.decodeIfPresent(Pretraining.self, forKey: .pretraining) ?? pretraining
    discriminatorPretraining =
      try values.decodeIfPresent(Int64.self, forKey: .discriminatorPretraining) ?? discriminatorPretraining
    rollouts = try values.count(.rollouts, within: 1...1024, default: rollouts)
    reward = try values.choice(.reward, default: reward)
    density = try values.count(.density, within: 0...16384, default: density)
    embedding = try values.count(.embedding, within: 1...16384, default: embedding)
    baseline = try values.flag(.baseline, default: baseline)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(pretraining, forKey: .pretraining)
    try values.encode(discriminatorPretraining, forKey: .discriminatorPretraining)
    try values.encode(rollouts, forKey: .rollouts)
    try values.encode(reward, forKey: .reward)
    try values.encode(density, forKey: .density)
    try values.encode(embedding, forKey: .embedding)
    try values.encode(baseline, forKey: .baseline)
  }
}

extension SeqGAN: TextFamily {
  var hasDiscriminator: Bool { true }

  static let texts = "rollout.texts"
  static let rewards = "rollout.rewards"

  var partner: Partner? { density > 0 ? Partner(width: 1, hidden: density) : nil }

  func score(of texts: Node, _ recipe: Recipe, _ step: Step) -> Node {
    step.apply(Adversarial.discriminator, to: texts, partner: surety(of: texts, recipe, step)).score
  }

  /// log p of texts by the generator, in nats a token above a draw among all tokens: `[N, 1]`, nil where the
  /// discriminator does not see it.
  private func surety(of texts: Node, _ recipe: Recipe, _ step: Step) -> Node? {
    guard density > 0, let language = step.language(recipe) else { return nil }
    let mask = recipe.texts.mask(of: texts)
    let total = sum(language.logProbabilities(of: texts) * mask, over: [1], keepingAxes: true)
    return total / sum(mask, over: [1], keepingAxes: true) + log(Double(recipe.texts.vocabulary))
  }

  func phases(_ recipe: Recipe) -> [Phase] {
    var discriminator = Phase(Adversarial.discriminator, moves: [Adversarial.discriminator]) { step in
      let fake = step.language(recipe)?.texts(step.batch) ?? step.real
      let partners = both(surety(of: step.real, recipe, step), surety(of: fake, recipe, step))
      return recipe.judgement(real: step.real, fake: fake, partners: partners, step)
    }
    discriminator.from = pretraining.steps
    var generator = Phase(
      Adversarial.generator, moves: [Adversarial.generator], every: recipe.objective.discriminatorSteps
    ) { step in policyLoss(recipe, step) }
    generator.from = pretraining.steps + discriminatorPretraining
    generator.preludes = [drawing(recipe), rewarding(recipe)]
    return [
      likelihoodPhase(recipe, until: pretraining.steps, rate: pretraining.rate), discriminator, generator,
    ]
  }

  /// −Σ log p(token) · reward of a sample (eq. 4 and 8).
  private func policyLoss(_ recipe: Recipe, _ step: Step) -> Phase.Loss {
    let row: Shape = [recipe.texts.length]
    let (texts, rewards) = (step.input(Self.texts, row), step.input(Self.rewards, row))
    guard let language = step.language(recipe) else { return Phase.Loss(value: mean(rewards)) }
    let mask = recipe.texts.mask(of: texts)
    var advantage = rewards
    if baseline {
      let count = maximum(sum(mask, over: [0], keepingAxes: true), 1)
      advantage = rewards - sum(rewards * mask, over: [0], keepingAxes: true) / count
    }
    let loss = -sum(language.logProbabilities(of: texts) * advantage * mask) / Double(step.batch)
    return Phase.Loss(value: loss, figures: [])
  }

  private func drawing(_ recipe: Recipe) -> Prelude {
    Prelude(
      name: "texts", repeats: 1, rows: recipe.batch, result: Self.texts, row: [recipe.texts.length]
    ) { step in step.language(recipe)?.texts(step.batch) ?? step.real }
  }

  /// Values that the distributions over tokens of a roll-out's last step may have, so that memory is bounded.
  private static let greatestPiece = 1 << 24

  private func rewarding(_ recipe: Recipe) -> Prelude {
    let texts = recipe.texts
    // To know how likely they are takes all the steps at once.
    let steps = density > 0 ? texts.length : 1
    return Prelude(
      name: "rewards", repeats: rollouts,
      rows: max(1, Self.greatestPiece / (texts.length * texts.vocabulary * steps)),
      result: Self.rewards, row: [texts.length]
    ) { step in
      guard let language = step.language(recipe) else { return step.input(Self.rewards, [texts.length]) }
      let all = language.rollouts(of: step.input(Self.texts, [texts.length]))
      let score = score(of: all, recipe, step)
      let earned = reward == .probability ? sigmoid(score) : score
      return earned.reshaped(to: [texts.length, step.batch]).transposed([1, 0])
    }
  }
}

extension Recipe {
  /// The discriminator's loss on two batches.
  ///
  /// - Parameters:
  ///   - partners: what it sees beside them, if anything.
  func judgement(real: Node, fake: Node, partners: (Node, Node)? = nil, _ step: Step) -> Phase.Loss {
    let judge = { step.apply(Adversarial.discriminator, to: $0, partner: $1).score }
    let (onReal, onFake) =
      partners == nil && real.shape == fake.shape
      ? step.scores(of: real, fake) : (judge(real, partners?.0), judge(fake, partners?.1))
    return Phase.Loss(
      value: objective.loss.discriminator(onReal, onFake, 1 - objective.labelSmoothing),
      figures: [
        (.scoreReal, mean(onReal)), (.scoreFake, mean(onFake)),
        (.accuracy, objective.loss.accuracy(real: onReal, fake: onFake)),
      ])
  }
}

extension Step {
  fileprivate func scores(of real: Node, _ fake: Node) -> (Node, Node) {
    let (a, b) = apply(Adversarial.discriminator, toBoth: real, fake, classes: nil, apart: false)
    return (a.score, b.score)
  }
}

private func both(_ a: Node?, _ b: Node?) -> (Node, Node)? {
  guard let a, let b else { return nil }
  return (a, b)
}
