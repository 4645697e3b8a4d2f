import Graphs
import Networks
import Plans

/// What training a recipe consists of: networks, and the phases that move them in turn; and what the
/// trained model can be asked for.
struct TrainingProgram: Sendable {
  let recipe: Recipe
  let sample: Shape
  let family: any ModelFamily
  let conditions: Conditions
  let groups: [Group]
  let phases: [Phase]
  let operations: [Operation]
  /// Steps between the uses of each penalty.
  let intervals: [Int]

  /// Throws what does not fit in the recipe, by its key path.
  init(_ recipe: Recipe) throws(GANError) {
    try recipe.validate()
    guard recipe.data != nil else {
      throw GANError(field: "data.shape", expected: "the shape of a sample", got: "none")
    }
    self.recipe = recipe
    sample = recipe.sample
    family = recipe.program
    conditions = family.conditions(recipe)
    groups = try family.groups(recipe)
    phases = family.phases(recipe)
    operations = family.operations(recipe) + Self.inversion(recipe, conditions)
    intervals = recipe.kind == .gan ? recipe.objective.penalties.map(\.every) : []
  }

  /// Whether samples can be asked for by label.
  var isConditional: Bool { if case .classes = conditions { true } else { false } }

  /// Every generator can be searched, if only its latents are unknown.
  private static func inversion(_ recipe: Recipe, _ conditions: Conditions) -> [Operation] {
    guard recipe.kind == .gan else { return [] }
    return switch conditions {
    case .none: [.invert(recipe, labelled: false)]
    case .classes: [.invert(recipe, labelled: true)]
    case .codes: []
    }
  }

  func group(_ name: String) -> Group? { groups.first { $0.name == name } }

  /// Which penalties are due in a step, from 0.
  func due(at step: Int64) -> [Bool] { intervals.map { step % Int64($0) == 0 } }

  /// Every set of penalties that is due in some step, that of the first step first.
  var dueSets: [[Bool]] {
    var sets: [[Bool]] = []
    // Two intervals have met in every way after their product of steps; beyond a few thousand nothing new
    // is worth looking for.
    let period = intervals.reduce(1) { min($0 * $1, 4096) }
    for step in 0..<Int64(max(1, period)) where !sets.contains(due(at: step)) { sets.append(due(at: step)) }
    return sets
  }

  /// - Throws: `.unsupported` for what this kind of model has not, `.argument` for an unknown name.
  func operation(_ name: String) throws(GANError) -> Operation {
    if let operation = operations.first(where: { $0.name == name }) { return operation }
    let short = String(name.prefix(40))
    guard Operation.names.contains(name) else {
      let known = Operation.names.joined(separator: ", ")
      throw GANError(field: "operation", expected: "one of \(known)", got: "'\(short)'")
    }
    let known = operations.map(\.name).joined(separator: ", ")
    throw GANError(.unsupported, short, "this model has no such part; expected one of \(known)")
  }
}
