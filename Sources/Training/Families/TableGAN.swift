import Graphs
import Networks
import Datasets

/// CTGAN, Xu et al., arXiv 1907.00503, section 4: rows of a table, made from latents and one condition each, a value
/// that one of the discrete columns is to have. The generator ends in tanh for scalars and in Gumbel-softmax
/// for choices, learns to keep to its condition by a cross-entropy, and is judged in packs of rows, each with its
/// condition beside it.
///
/// Real rows are drawn by the conditions of their batch, fake ones made from the same in another order.
public struct TableGAN: Codable, Hashable, Sendable {
  /// τ of the Gumbel-softmax (Jang et al., arXiv 1611.01144, eq. 2).
  public var temperature = 0.2
  /// Of the conditions' cross-entropy.
  public var weight = 1.0

  public init() {}

  private enum CodingKeys: String, CodingKey { case temperature, weight }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    temperature = try values.number(.temperature, within: 0.01...100, default: 0.2)
    weight = try values.number(.weight, within: 0...1e6, default: 1)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(temperature, forKey: .temperature)
    try values.encode(weight, forKey: .weight)
  }
}

extension TableGAN: ModelFamily {
  func conditions(_ recipe: Recipe) -> Conditions {
    let layout = recipe.tableLayout
    guard let table = recipe.data?.table, layout.conditions > 0 else { return .none }
    return .choices(
      layout.columns.filter { $0.conditions != nil }.map {
        .init(counts: table.columns[$0.index].choiceCounts)
      })
  }

  func validate(_ recipe: Recipe) throws(GANError) {
    guard recipe.augmentation.transforms.isEmpty, recipe.instanceNoise.deviation == 0 else {
      throw GANError(field: "instance-noise", expected: "none, and no augmentation, with ctgan", got: "some")
    }
  }

  func groups(_ recipe: Recipe) throws(GANError) -> [Group] {
    let conditions = conditions(recipe).width
    return [
      try Group(
        Adversarial.discriminator, recipe.discriminator, recipe.optimizers.discriminator,
        input: [2, (recipe.sample.count + conditions) * recipe.packing], role: .discriminator,
        variables: recipe.discriminatorVariables),
      try Group(
        Adversarial.generator, recipe.generator, recipe.optimizers.generator,
        input: [2, recipe.latent.size + conditions], role: .generator(sample: recipe.sample),
        isAveraged: recipe.averaging > 0),
    ]
  }

  func phases(_ recipe: Recipe) -> [Phase] {
    [
      Phase(Adversarial.discriminator, moves: [Adversarial.discriminator]) { step in
        discriminatorLoss(recipe, step)
      },
      Phase(
        Adversarial.generator, moves: [Adversarial.generator], every: recipe.objective.discriminatorSteps
      ) { step in
        let loss = recipe.objective.loss
        let fake = score(fakes(recipe, step), step)
        let real = loss.pairs ? score(reals(recipe, step), step) : fake
        let value = loss.generator(real, fake)
        guard let strayed = conditionLoss(recipe, step) else { return Phase.Loss(value: value) }
        return Phase.Loss(value: value + weight * strayed)
      },
    ]
  }

  private func discriminatorLoss(_ recipe: Recipe, _ step: Step) -> Phase.Loss {
    let objective = recipe.objective
    let (real, fake) = (reals(recipe, step), detached(fakes(recipe, step)))
    let slopes = zip(objective.penalties, step.due).contains { $0.name.differentiatesPasses && $1 }
    let (onReal, onFake) = step.apply(
      Adversarial.discriminator, toBoth: real, fake, classes: nil, apart: slopes)
    let value = objective.loss.discriminator(onReal.score, onFake.score, 1 - objective.labelSmoothing)
    return Phase.Loss(
      value: value + penalties(recipe, [real], [fake], step) { score($0[0], step) },
      figures: [
        (.scoreReal, mean(onReal.score)), (.scoreFake, mean(onFake.score)),
        (.accuracy, objective.loss.accuracy(real: onReal.score, fake: onFake.score)),
      ])
  }

  private func score(_ packs: Node, _ step: Step) -> Node {
    step.apply(Adversarial.discriminator, to: packs).score
  }

  // MARK: Rows and their conditions

  /// Packs of the batch's rows, `[N / packing, …]`.
  private func reals(_ recipe: Recipe, _ step: Step) -> Node {
    packed(joined(step.real, conditions(recipe).draw(step)), by: recipe.packing)
  }

  private func fakes(_ recipe: Recipe, _ step: Step) -> Node {
    let rows = activated(made(recipe, step), recipe, step)
    return packed(joined(rows, asked(recipe, step)), by: recipe.packing)
  }

  private func joined(_ x: Node, _ condition: Node?) -> Node {
    condition.map { concatenate([x, $0], axis: 1) } ?? x
  }

  /// The conditions of the fake rows: the batch's, half a batch further, so that a pack of fake rows has not those
  /// of a pack of real ones.
  private func asked(_ recipe: Recipe, _ step: Step) -> Node? {
    step.once("condition") {
      guard let own = conditions(recipe).draw(step) else { return nil }
      let half = step.batch / 2
      guard half > 0 else { return own }
      return concatenate(
        [
          own.sliced(axis: 0, from: half, count: step.batch - half),
          own.sliced(axis: 0, from: 0, count: half),
        ], axis: 0)
    }
  }

  /// The generator's values before the last functions, `[N, width]`.
  private func made(_ recipe: Recipe, _ step: Step) -> Node {
    let input = joined(step.latent(recipe), asked(recipe, step))
    return step.apply(Adversarial.generator, to: input).sample
  }

  func generate(_ recipe: Recipe, from latent: Node, _ condition: Node?, _ step: Step) -> Node {
    activated(step.apply(Adversarial.generator, to: joined(latent, condition)).sample, recipe, step)
  }

  /// Table 1 of the paper's appendix: tanh for scalars, Gumbel-softmax for choices.
  private func activated(_ values: Node, _ recipe: Recipe, _ step: Step) -> Node {
    let rows = step.once("rows") {
      // Neither 0 nor 1, so that both logarithms are finite.
      let even = randomUniform(values.shape, in: step.graph) * (1 - 0x1p-23) + 0x1p-24
      let noisy = (values - log(-log(even))) * (1 / temperature)
      var parts: [Node] = []
      for column in recipe.tableLayout.columns {
        if let scalar = column.scalar { parts.append(tanh(values.sliced(axis: 1, from: scalar, count: 1))) }
        guard !column.choices.isEmpty else { continue }
        let logits = noisy.sliced(axis: 1, from: column.choices.lowerBound, count: column.choices.count)
        parts.append(exp(logProbabilities(logits)))
      }
      return concatenate(parts, axis: 1)
    }
    return rows ?? values
  }

  /// The cross-entropy of the conditioned columns (section 4.3, "conditional vector").
  private func conditionLoss(_ recipe: Recipe, _ step: Step) -> Node? {
    guard let asked = asked(recipe, step) else { return nil }
    let values = made(recipe, step)
    var sum = Node.constant(0, in: step.graph)
    for column in recipe.tableLayout.columns {
      guard let range = column.conditions else { continue }
      let logits = values.sliced(axis: 1, from: column.choices.lowerBound, count: column.choices.count)
      let wanted = asked.sliced(axis: 1, from: range.lowerBound, count: range.count)
      sum = sum - Graphs.sum(logProbabilities(logits) * wanted)
    }
    return sum * (1 / Double(step.batch))
  }

  /// Packs are judged, and a row is none.
  func operations(_ recipe: Recipe) -> [Operation] { [] }
}

extension Recipe {
  /// Where a table's columns lie in its rows.
  var tableLayout: TableLayout { TableLayout(data?.table ?? TableSchema(columns: [])) }
}
