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
  /// Whether the phases of one step are one program.
  let joinsPhases: Bool

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
    let moved = phases.flatMap(\.groups)
    joinsPhases = recipe.objective.fakes == .shared && Set(moved).count == moved.count
    intervals = recipe.kind == .gan ? recipe.objective.penalties.map(\.every) : []
  }

  /// Whether samples can be asked for by label.
  var isConditional: Bool { if case .classes = conditions { true } else { false } }

  /// Every generator can be searched, if only its latents are unknown.
  private static func inversion(_ recipe: Recipe, _ conditions: Conditions) -> [Operation] {
    guard recipe.kind == .gan, recipe.data?.kind != .text else { return [] }
    return switch conditions {
    case .none: [.invert(recipe, labelled: false)]
    case .classes: [.invert(recipe, labelled: true)]
    case .codes, .choices: []
    }
  }

  func group(_ name: String) -> Group? { groups.first { $0.name == name } }

  /// Phases of a step, by their index, that are one program, and which penalties are due in it.
  struct StepParts: Hashable, Sendable {
    let phases: [Int]
    let due: [Bool]
  }

  /// What a step, from 0, consists of.
  func parts(of step: Int64) -> [StepParts] {
    let phases = self.phases.indices.filter { self.phases[$0].isDue(at: step) }
    let due = due(at: step)
    if joinsPhases { return phases.isEmpty ? [] : [StepParts(phases: phases, due: due)] }
    return phases.map { StepParts(phases: [$0], due: due) }
  }

  func program(of parts: StepParts, batch: Int) throws(GANError) -> Program {
    try Phase.program(
      of: parts.phases.map { (phases[$0], place(of: $0)) }, groups, batch: batch, sample: sample,
      due: parts.due)
  }

  /// Every program there is, one for each kind of step.
  var allParts: [StepParts] {
    // Intervals have met in every way after their product of steps; beyond a few thousand nothing new is
    // worth looking for.
    let period = (intervals + phases.map(\.every)).reduce(1) { min($0 * $1, 4096) }
    return parts(ofSteps: Int64(max(1, period)))
  }

  /// The programs of the steps up to the first that has all phases that there are together.
  var firstParts: [StepParts] { parts(ofSteps: Int64(phases.map(\.every).max() ?? 1)) }

  /// Of so many steps from each on where a phase begins.
  private func parts(ofSteps count: Int64) -> [StepParts] {
    var all: [StepParts] = []
    var starts: [Int64] = [0]
    for phase in phases where !starts.contains(phase.from) { starts.append(phase.from) }
    for start in starts {
      for step in start..<start + count {
        for parts in parts(of: step) where !all.contains(parts) { all.append(parts) }
      }
    }
    return all
  }

  /// The place of the schedule of a phase's first group among all.
  func place(of phase: Int) -> Int { phases[..<phase].reduce(0) { $0 + $1.groups.count } }

  /// Which penalties are due in a step, from 0.
  func due(at step: Int64) -> [Bool] { intervals.map { step % Int64($0) == 0 } }

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
