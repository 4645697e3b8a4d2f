import Graphs
import Networks
import Plans

/// What training a recipe consists of: networks, and the phases that move them in turn. A family of
/// models is a function that makes one of these.
struct TrainingProgram: Sendable {
  let recipe: Recipe
  let sample: Shape
  let groups: [Group]
  let phases: [Phase]
  /// Steps between the uses of each penalty.
  let intervals: [Int]

  /// Throws what does not fit in the recipe, by its key path.
  init(_ recipe: Recipe) throws(GANError) {
    try recipe.validate()
    guard let data = recipe.data else {
      throw GANError(field: "data.shape", expected: "the shape of a sample", got: "none")
    }
    self.recipe = recipe
    sample = Shape(data.shape)
    switch recipe.kind {
    case .gan:
      groups = try Self.adversarialGroups(recipe, sample)
      phases = Self.adversarialPhases(recipe, sample)
      intervals = recipe.objective.penalties.map(\.every)
    case .classifier:
      groups = try Self.classifierGroups(recipe, sample, classes: data.classes)
      phases = [Self.classifierPhase(classes: data.classes)]
      intervals = []
    }
  }

  func group(_ name: String) -> Group? { groups.first { $0.name == name } }

  /// Which penalties are due in a step, from 0.
  func due(at step: Int64) -> [Bool] { intervals.map { step % Int64($0) == 0 } }

  /// A network of the recipe with its layouts.
  static func group(
    _ name: String, _ network: Network?, _ optimizer: Optimizer?, input: Shape, role: Role,
    isAveraged: Bool = false
  ) throws(GANError) -> Group {
    guard let network, let optimizer else {
      throw GANError(field: name, expected: "a network and its optimiser", got: "none")
    }
    do throws(GANError) {
      let layouts = try network.layouts(for: [input], as: role)
      guard layouts.parameters.count > 0 else {
        throw GANError(field: "", expected: "a network with parameters", got: "none")
      }
      return Group(
        name: name, network: network, layouts: layouts, optimizer: optimizer, isAveraged: isAveraged)
    } catch {
      throw GANError(error.kind, error.field.isEmpty ? name : name + "." + error.field, error.problem)
    }
  }
}
