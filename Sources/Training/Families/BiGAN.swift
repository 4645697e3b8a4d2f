import Graphs
import Networks

/// Donahue et al., arXiv 1605.09782, eq. 2 and algorithm 1 (also Dumoulin et al., ALI, arXiv
/// 1606.00704): an encoder maps samples to latents, and the discriminator tells pairs of samples and
/// their encodings from pairs of generated samples and their latents. Generator and encoder move
/// together, against it. That pairs look alike makes encoder and generator each other's inverse in the
/// end, after hundreds of epochs; a `cycle` term asks for it from the start (Li et al., ALICE, arXiv
/// 1709.01215).
public struct BiGAN: Codable, Hashable, Sendable {
  /// Units of each hidden layer of a pair's halves and of the pair.
  public var hidden = 512
  /// Weight of the mean squared difference of real samples from what becomes of their encodings; 0: none.
  public var cycle = 0.0

  public init(hidden: Int = 512, cycle: Double = 0) { (self.hidden, self.cycle) = (hidden, cycle) }

  private enum CodingKeys: String, CodingKey { case hidden, cycle }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    hidden = try values.count(.hidden, within: 1...65536, default: 512)
    cycle = try values.number(.cycle, within: 0...1e6, default: 0)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(hidden, forKey: .hidden)
    try values.encode(cycle, forKey: .cycle)
  }
}

extension BiGAN: ModelFamily {
  static let encoder = "encoder"

  func groups(_ recipe: Recipe) throws(GANError) -> [Group] {
    let latent = recipe.latent.size
    return [
      try Group(
        Adversarial.discriminator, recipe.discriminator, recipe.optimizers.discriminator,
        input: recipe.batchOfTwo, role: .discriminator,
        with: Attachments(partner: Partner(width: latent, hidden: hidden)),
        variables: recipe.discriminatorVariables),
      try generatorGroup(recipe),
      try Group(
        Self.encoder, recipe.encoder, recipe.optimizers.encoder, input: recipe.batchOfTwo,
        role: .encoder(latent: latent)),
    ]
  }

  func phases(_ recipe: Recipe) -> [Phase] {
    let (objective, every) = (recipe.objective, recipe.objective.discriminatorSteps)
    let loss = objective.loss
    return [
      Phase(Adversarial.discriminator, moves: [Adversarial.discriminator]) { step in
        let (realPair, fakePair) = pairs(recipe, step, detached)
        let (real, fake) = (score(realPair, step), score(fakePair, step))
        let value = loss.discriminator(real, fake, 1 - objective.labelSmoothing)
        return Phase.Loss(
          value: value + penalties(recipe, realPair, fakePair, step) { score($0, step) },
          figures: [
            (.scoreReal, mean(real)), (.scoreFake, mean(fake)),
            (.accuracy, loss.accuracy(real: real, fake: fake)),
          ])
      },
      Phase(Adversarial.generator, moves: [Adversarial.generator, Self.encoder], every: every) { step in
        let (realPair, fakePair) = pairs(recipe, step) { $0 }
        let (real, fake) = (score(realPair, step), score(fakePair, step))
        var value = loss.generator(real, fake)
        // The encoder wants of real pairs what the generator wants of fake ones, turned about the
        // border between the two.
        if !loss.pairs { value = value + loss.generator(fake, 2 * (loss.threshold ?? 0) - real) }
        if cycle > 0 {
          let again = generate(recipe, from: realPair[1], nil, step)
          value = value + cycle * mean(square(again - step.real))
        }
        return Phase.Loss(value: value)
      },
    ]
  }

  /// Of pairs (x, E(x)) and (G(z), z).
  private func pairs(_ recipe: Recipe, _ step: Step, _ pass: (Node) -> Node) -> (real: [Node], fake: [Node]) {
    let latent = step.latent(recipe)
    let made = pass(generate(recipe, from: latent, nil, step))
    let found = pass(step.apply(Self.encoder, to: step.real).code)
    return ([noisy(step.real, recipe, step), found], [noisy(made, recipe, step), latent])
  }

  private func score(_ pair: [Node], _ step: Step) -> Node {
    step.apply(Adversarial.discriminator, to: pair[0], partner: pair[1]).score
  }

  func operations(_ recipe: Recipe) -> [Operation] {
    [
      .generate(recipe, self),
      Operation(name: "encode", input: .samples(labelled: false), output: recipe.latent.size) { step in
        step.apply(Self.encoder, to: step.real).code
      },
      Operation(name: "reconstruct", input: .samples(labelled: false), output: recipe.sample.count) { step in
        generate(recipe, from: step.apply(Self.encoder, to: step.real).code, nil, step)
      },
      // Of a sample with its own encoding.
      Operation(name: "discriminate", input: .samples(labelled: false), output: 1) { step in
        let code = step.apply(Self.encoder, to: step.real).code
        return score([step.real, code], step)
      },
    ]
  }
}
