import Graphs
import Networks

/// A kind of model: its networks, the phases that train them, and what it can be asked for then.
///
/// To add one: a file in `Families/`, and its case in `Recipe.Family`.
protocol ModelFamily: Sendable {
  /// What it needs of the data's labels.
  var labels: LabelNeed { get }

  /// Samples of each batch that are to have labels, where only some have.
  func labelledSamples(_ recipe: Recipe) -> Int

  /// Throws what does not fit in a recipe of this family, by its key path.
  func validate(_ recipe: Recipe) throws(GANError)

  /// What each sample is made from beside its latent.
  func conditions(_ recipe: Recipe) -> Conditions

  /// Numbered samples of a trained model; `scale` is what callers ask as temperature.
  func sampled(_ recipe: Recipe, rows: Int, scale: Node, _ step: Step) -> Node
  /// Samples of latents `[N, Z]` and their conditions.
  func generate(_ recipe: Recipe, from latent: Node, _ condition: Node?, _ step: Step) -> Node

  func groups(_ recipe: Recipe) throws(GANError) -> [Group]
  func phases(_ recipe: Recipe) -> [Phase]
  func operations(_ recipe: Recipe) -> [Operation]
}

enum LabelNeed {
  case none
  /// Samples without one are marked −1.
  case some
  case all
}

extension ModelFamily {
  var labels: LabelNeed { .none }
  func labelledSamples(_ recipe: Recipe) -> Int { 0 }
  func validate(_ recipe: Recipe) throws(GANError) {}
  func conditions(_ recipe: Recipe) -> Conditions { .none }

  func sampled(_ recipe: Recipe, rows: Int, scale: Node, _ step: Step) -> Node {
    generate(
      recipe, from: recipe.latent.draw(rows, in: step.graph) * scale, conditions(recipe).input(step), step)
  }
}

extension Recipe {
  /// What its networks are trained as.
  var program: any ModelFamily {
    if kind == .classifier { return Classification() }
    if let conditioning, family == .gan { return Conditional(conditioning) }
    return family.program
  }

  /// The shape of a sample, of a recipe that is resolved.
  var sample: Shape { Shape(data?.shape ?? []) }
  var classes: Int { data?.classes ?? 0 }

  /// A batch of samples for layouts: two, so that layers with statistics over the batch accept it.
  var batchOfTwo: Shape { Shape([2] + sample.dimensions) }
}
