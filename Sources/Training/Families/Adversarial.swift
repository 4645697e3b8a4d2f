import Graphs
import Networks

/// Generator against discriminator (Goodfellow et al., arXiv 1406.2661, algorithm 1).
extension TrainingProgram {
  static let generator = "generator"
  static let discriminator = "discriminator"

  static func adversarialGroups(_ recipe: Recipe, _ sample: Shape) throws(GANError) -> [Group] {
    // Two samples, so that layers with statistics over the batch accept the shape.
    [
      try group(
        discriminator, recipe.discriminator, recipe.optimizers.discriminator,
        input: Shape([2] + sample.dimensions), role: .discriminator),
      try group(
        generator, recipe.generator, recipe.optimizers.generator, input: [2, recipe.latent.size],
        role: .generator(sample: sample), isAveraged: recipe.averaging > 0),
    ]
  }

  static func adversarialPhases(_ recipe: Recipe, _ sample: Shape) -> [Phase] {
    [
      Phase(name: discriminator, group: discriminator, every: 1) { step in
        discriminatorLoss(recipe, step)
      },
      Phase(
        name: generator, group: generator, every: recipe.objective.discriminatorSteps
      ) { step in generatorLoss(recipe, step) },
    ]
  }

  /// Real and fake samples pass apart, each with its own batch statistics; the fakes are made anew
  /// and their making is not differentiated.
  private static func discriminatorLoss(_ recipe: Recipe, _ step: Step) -> Phase.Loss {
    let objective = recipe.objective
    let real = noisy(step.real, recipe, step)
    let fake = noisy(detached(generate(recipe, step)), recipe, step)
    let realScore = step.apply(discriminator, to: real, as: .discriminator).score
    let fakeScore = step.apply(discriminator, to: fake, as: .discriminator).score
    var loss = objective.loss.discriminator(realScore, fakeScore, 1 - objective.labelSmoothing)
    let place = Penalty.Place(real: real, fake: fake) {
      step.apply(discriminator, to: $0, as: .discriminator).score
    }
    for (index, term) in objective.penalties.enumerated() where step.due[index] {
      let value = step.graph.within(term.name.name) { term.name.value(place) }
      loss = loss + term.weight * Double(term.every) * value
    }
    return Phase.Loss(
      value: loss,
      figures: [
        (.scoreReal, mean(realScore)), (.scoreFake, mean(fakeScore)),
        (.accuracy, accuracy(objective.loss, real: realScore, fake: fakeScore)),
      ])
  }

  private static func generatorLoss(_ recipe: Recipe, _ step: Step) -> Phase.Loss {
    let fake = noisy(generate(recipe, step), recipe, step)
    let loss = recipe.objective.loss
    // Only losses over pairs look at real samples; a plan leaves out what nothing looks at.
    let real = noisy(step.real, recipe, step)
    let fakeScore = step.apply(discriminator, to: fake, as: .discriminator).score
    let realScore =
      loss.pairs ? step.apply(discriminator, to: real, as: .discriminator).score : fakeScore
    return Phase.Loss(value: loss.generator(realScore, fakeScore))
  }

  private static func generate(_ recipe: Recipe, _ step: Step) -> Node {
    let latent = recipe.latent.draw(step.batch, in: step.graph)
    return step.apply(generator, to: latent, as: .generator(sample: step.sample)).sample
  }

  private static func noisy(_ x: Node, _ recipe: Recipe, _ step: Step) -> Node {
    guard recipe.instanceNoise.deviation > 0 else { return x }
    return x + Slot.instanceNoise.node(in: step.graph) * randomNormal(x.shape, in: step.graph)
  }

  static func accuracy(_ loss: AdversarialLoss, real: Node, fake: Node) -> Node {
    guard let threshold = loss.threshold else { return mean(less(fake, real)) }
    let border = Node.constant(threshold, real.shape, in: real.graph)
    return 0.5 * (mean(less(border, real)) + mean(less(fake, border)))
  }
}
