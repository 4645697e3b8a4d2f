import Graphs
import Networks

/// A family whose discriminator reconstructs what it sees: how badly is a sample's energy, and its
/// score is the negative of that.
protocol AutoencodingFamily: ModelFamily {
  /// Width of the code between the discriminator's halves.
  var code: Int { get }
  /// Numbers that the discriminator's phase moves.
  var variables: [(name: String, start: Double)] { get }
  /// How far each sample is from its reconstruction, `[N]`.
  func energy(_ x: Node, _ reconstruction: Node) -> Node
  /// Of energies `[N]`.
  func discriminatorLoss(real: Node, fake: Node, _ step: Step) -> Phase.Loss
  /// Of energies `[N]` and codes `[N, code]` of fake samples.
  func generatorLoss(energy: Node, codes: Node) -> Node
}

extension AutoencodingFamily {
  var variables: [(name: String, start: Double)] { [] }

  func validate(_ recipe: Recipe) throws(GANError) { try recipe.refuseObjective() }

  func groups(_ recipe: Recipe) throws(GANError) -> [Group] {
    [
      try Group(
        Adversarial.discriminator, recipe.discriminator, recipe.optimizers.discriminator,
        input: recipe.batchOfTwo, role: .autoencoder(sample: recipe.sample, code: code),
        variables: variables),
      try generatorGroup(recipe),
    ]
  }

  func phases(_ recipe: Recipe) -> [Phase] {
    let every = recipe.objective.discriminatorSteps
    return [
      Phase(Adversarial.discriminator, moves: [Adversarial.discriminator]) { step in
        let real = judged(noisy(step.real, recipe, step), step).energy
        let fake = judged(noisy(detached(generate(recipe, nil, step)), recipe, step), step).energy
        let seen = Phase.Loss(
          value: Node.constant(0, in: step.graph),
          figures: [
            (.scoreReal, mean(-real)), (.scoreFake, mean(-fake)), (.accuracy, mean(less(real, fake))),
          ])
        return seen.adding(discriminatorLoss(real: real, fake: fake, step))
      },
      Phase(Adversarial.generator, moves: [Adversarial.generator], every: every) { step in
        let fake = judged(noisy(generate(recipe, nil, step), recipe, step), step)
        return Phase.Loss(value: generatorLoss(energy: fake.energy, codes: fake.codes))
      },
    ]
  }

  private func judged(_ x: Node, _ step: Step) -> (energy: Node, codes: Node) {
    let outputs = step.apply(Adversarial.discriminator, to: x)
    return (energy(x, outputs.sample), outputs.code)
  }

  func operations(_ recipe: Recipe) -> [Operation] {
    [
      .generate(recipe, self),
      Operation(name: "discriminate", input: .samples(labelled: false), output: 1) { step in
        -judged(step.real, step).energy
      },
      Operation(name: "reconstruct", input: .samples(labelled: false), output: recipe.sample.count) { step in
        step.apply(Adversarial.discriminator, to: step.real).sample
      },
    ]
  }
}

/// Mean over all but the samples' axis.
func meanPerSample(_ x: Node) -> Node { mean(x, over: Array(1..<max(1, x.shape.rank))) }
