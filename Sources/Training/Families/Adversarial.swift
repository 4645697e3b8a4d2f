import Graphs
import Networks

/// A family with one generator and one discriminator of samples: its phases are one update of each in
/// turn. What differs between such families are their attachments and what they add to the losses.
protocol AdversarialFamily: ModelFamily {
  func generatorAttachments(_ recipe: Recipe) -> Attachments
  func discriminatorAttachments(_ recipe: Recipe) -> Attachments
  func discriminatorRole(_ recipe: Recipe) -> Role

  /// Raw scores `[N]` of what the discriminator saw.
  func score(_ outputs: Outputs) -> Node

  /// Added to the discriminator's loss; nil for nothing.
  func discriminatorTerms(_ seen: Seen) -> Phase.Loss?

  /// The generator's loss.
  func generatorLoss(_ seen: Seen) -> Phase.Loss
}

/// What a discriminator saw in a phase.
struct Seen {
  let recipe: Recipe
  let step: Step
  /// What the fake samples were made from beside latents, `[N, width]`.
  let condition: Node?
  let fake: Outputs
  /// Only built where a loss asks for it.
  let real: () -> Outputs
}

/// Goodfellow et al., arXiv 1406.2661, algorithm 1.
struct Adversarial: AdversarialFamily {
  static let generator = "generator"
  static let discriminator = "discriminator"
}

extension AdversarialFamily {
  func generatorAttachments(_ recipe: Recipe) -> Attachments { Attachments() }
  func discriminatorAttachments(_ recipe: Recipe) -> Attachments { Attachments() }
  func discriminatorRole(_ recipe: Recipe) -> Role { .discriminator }
  func score(_ outputs: Outputs) -> Node { outputs.score }
  func discriminatorTerms(_ seen: Seen) -> Phase.Loss? { nil }
  func generatorLoss(_ seen: Seen) -> Phase.Loss { adversarialLoss(seen) }

  func groups(_ recipe: Recipe) throws(GANError) -> [Group] {
    [
      try Group(
        Adversarial.discriminator, recipe.discriminator, recipe.optimizers.discriminator,
        input: recipe.judgedBatch, role: discriminatorRole(recipe),
        with: discriminatorAttachments(recipe), variables: recipe.discriminatorVariables),
      try generatorGroup(recipe, with: generatorAttachments(recipe)),
    ]
  }

  func phases(_ recipe: Recipe) -> [Phase] {
    let every = recipe.objective.discriminatorSteps
    return [
      Phase(Adversarial.discriminator, moves: [Adversarial.discriminator]) { step in
        discriminatorLoss(recipe, step)
      },
      Phase(Adversarial.generator, moves: [Adversarial.generator], every: every) { step in
        let condition = step.once("condition") { conditions(recipe).draw(step) }
        let fake = shown(generate(recipe, condition, step), recipe, step)
        let real = shown(step.real, recipe, step)
        let judge = { step.apply(Adversarial.discriminator, to: $0, classes: condition) }
        return generatorLoss(
          Seen(recipe: recipe, step: step, condition: condition, fake: judge(fake)) { judge(real) })
      },
    ]
  }

  /// Real and fake samples each have their own batch statistics; the making of the fakes is not
  /// differentiated.
  private func discriminatorLoss(_ recipe: Recipe, _ step: Step) -> Phase.Loss {
    let objective = recipe.objective
    let condition = step.once("condition") { conditions(recipe).draw(step) }
    let real = shown(step.real, recipe, step)
    let fake = shown(detached(generate(recipe, condition, step)), recipe, step)
    let judge = { step.apply(Adversarial.discriminator, to: $0, classes: condition) }
    let slopes = zip(objective.penalties, step.due).contains { $0.name.differentiatesPasses && $1 }
    let (onReal, onFake) = step.apply(
      Adversarial.discriminator, toBoth: real, fake, classes: condition, apart: slopes)
    let (realScore, fakeScore) = (score(onReal), score(onFake))
    var loss = Phase.Loss(
      value: objective.loss.discriminator(realScore, fakeScore, 1 - objective.labelSmoothing),
      figures: [
        (.scoreReal, mean(realScore)), (.scoreFake, mean(fakeScore)),
        (.accuracy, objective.loss.accuracy(real: realScore, fake: fakeScore)),
      ])
    recipe.augmentation.adapt(to: realScore, fakeScore, threshold: objective.loss.threshold, in: step)
    loss.value = loss.value + penalties(recipe, [real], [fake], step) { score(judge($0[0])) }
    let seen = Seen(recipe: recipe, step: step, condition: condition, fake: onFake) { onReal }
    return loss.adding(discriminatorTerms(seen))
  }

  /// Samples as a discriminator sees them.
  private func shown(_ x: Node, _ recipe: Recipe, _ step: Step) -> Node {
    let augmented = recipe.augmentation.applied(to: x, probability: recipe.augmentation.probability(in: step))
    return packed(noisy(augmented, recipe, step), by: recipe.packing)
  }

  /// What the objective asks of the generator.
  func adversarialLoss(_ seen: Seen) -> Phase.Loss {
    let loss = seen.recipe.objective.loss
    let fake = score(seen.fake)
    return Phase.Loss(value: loss.generator(loss.pairs ? score(seen.real()) : fake, fake))
  }

  func operations(_ recipe: Recipe) -> [Operation] { adversarialOperations(recipe) }

  /// Latents to samples, samples to scores.
  func adversarialOperations(_ recipe: Recipe) -> [Operation] {
    let labelled = discriminatorAttachments(recipe).classes != nil
    let discriminate = Operation(name: "discriminate", input: .samples(labelled: labelled), output: 1) {
      step in
      let classes = labelled ? conditions(recipe).input(step) : nil
      return score(step.apply(Adversarial.discriminator, to: step.real, classes: classes))
    }
    // Packs are judged, and a sample is none.
    return [.generate(recipe, self)] + (recipe.packing > 1 ? [] : [discriminate])
  }
}

// MARK: - What every family with a generator does alike

extension ModelFamily {
  /// The sum of the penalties that are due, on what the discriminator saw.
  func penalties(
    _ recipe: Recipe, _ real: [Node], _ fake: [Node], _ step: Step, score: @escaping ([Node]) -> Node
  ) -> Node {
    let movement = Augmentation(recipe.flip ? [.flip, .translation] : [.translation])
    let place = Penalty.Place(
      real: real, fake: fake, score: score, moved: { [movement.applied(to: $0[0])] + $0.dropFirst() },
      average: { step.average($0, of: Adversarial.discriminator, with: $1) })
    var sum = Node.constant(0, in: step.graph)
    for (index, term) in recipe.objective.penalties.enumerated() where step.due[index] {
      let value = step.graph.within(term.name.name) { term.name.value(place) }
      let moving = term.schedule == Schedule() ? value : value * Slot.penalty(index, in: step.graph)
      sum = sum + term.weight * Double(term.every) * moving
    }
    return sum
  }

  func generatorGroup(_ recipe: Recipe, with attachments: Attachments = .init()) throws(GANError) -> Group {
    var width = recipe.latent.size
    if case .codes = conditions(recipe) { width += conditions(recipe).width }
    return try Group(
      Adversarial.generator, recipe.generator, recipe.optimizers.generator, input: [2, width],
      role: .generator(sample: recipe.sample), with: attachments, isAveraged: recipe.averaging > 0)
  }

  /// Samples of the step's latents.
  func generate(_ recipe: Recipe, _ condition: Node?, _ step: Step) -> Node {
    generate(recipe, from: step.latent(recipe), condition, step)
  }

  /// Samples of latents: codes join them, classes go where the generator's attachments say.
  func generate(_ recipe: Recipe, from latent: Node, _ condition: Node?, _ step: Step) -> Node {
    if case .codes = conditions(recipe), let condition {
      return step.apply(Adversarial.generator, to: concatenate([latent, condition], axis: 1)).sample
    }
    return step.apply(Adversarial.generator, to: latent, classes: condition).sample
  }

  func noisy(_ x: Node, _ recipe: Recipe, _ step: Step) -> Node {
    guard recipe.instanceNoise.deviation > 0 else { return x }
    return x + Slot.instanceNoise.node(in: step.graph, of: step.place) * randomNormal(x.shape, in: step.graph)
  }
}

extension Operation {
  /// Samples from a caller's latents.
  static func generate(_ recipe: Recipe, _ family: any ModelFamily) -> Self {
    Self(name: "generate", input: .latents, output: recipe.sample.count) { step in
      let latent = step.input(latentInput, [recipe.latent.size])
      return family.generate(recipe, from: latent, family.conditions(recipe).input(step), step)
    }
  }
}

extension AdversarialLoss {
  /// The share of real samples above and fake ones below the threshold; of pairs with the real one
  /// above, where the loss has none.
  func accuracy(real: Node, fake: Node) -> Node {
    guard let threshold else { return mean(less(fake, real)) }
    let border = Node.constant(threshold, real.shape, in: real.graph)
    return 0.5 * (mean(less(border, real)) + mean(less(fake, border)))
  }
}
