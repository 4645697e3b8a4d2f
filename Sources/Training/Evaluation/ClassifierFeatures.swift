import Graphs
import Metrics
import Networks

/// What a trained classifier sees in samples: its last hidden layer, and class probabilities.
public final class ClassifierFeatures: FeatureExtractor {
  public let name = "classifier"
  public let width: Int
  public let classes: Int

  private let model: Model
  private let operation: Operation

  /// - Throws: `.unsupported` for a model that is no classifier of samples of this shape.
  public init(_ model: Model, sample: Shape) throws(GANError) {
    let recipe = model.program.recipe
    guard recipe.kind == .classifier else {
      throw GANError(
        .unsupported, field: "features", expected: "a classifier, such as the preset of that name trains",
        got: "a model of kind \(recipe.kind.rawValue)")
    }
    guard model.program.sample == sample else {
      throw GANError(
        .unsupported, field: "features", expected: "a classifier of samples \(sample)",
        got: "one of \(model.program.sample)")
    }
    self.model = model
    operation = Classification.seeing(recipe)
    classes = recipe.classes
    width = operation.output - classes
  }

  public func extract(
    _ samples: UnsafePointer<Float>, count: Int, into features: UnsafeMutablePointer<Float>,
    probabilities: UnsafeMutablePointer<Float>?
  ) throws(GANError) {
    let seen = try Rows(count: count, width: operation.output, for: "features")
    try model.run(operation, on: samples, count: count, into: seen[0])
    for row in 0..<count {
      (features + row * width).update(from: seen[row], count: width)
      if let probabilities { (probabilities + row * classes).update(from: seen[row] + width, count: classes) }
    }
  }
}

extension Classification {
  /// The last hidden layer's values, `[N, F]`.
  static func features(_ recipe: Recipe) -> Operation {
    Operation(name: "features", input: .samples(labelled: false), output: featureCount(recipe)) { step in
      step.apply(classifier, to: step.real).features
    }
  }

  /// Those, followed by class probabilities.
  static func seeing(_ recipe: Recipe) -> Operation {
    Operation(
      name: "features and classes", input: .samples(labelled: false),
      output: featureCount(recipe) + recipe.classes
    ) { step in
      let seen = step.apply(classifier, to: step.real)
      return concatenate([seen.features, exp(logProbabilities(seen.classes))], axis: 1)
    }
  }

  private static func featureCount(_ recipe: Recipe) -> Int {
    let role = Role.classifier(classes: recipe.classes)
    // A network that cannot be built is refused before it is asked for operations.
    let shape = try? recipe.classifier?.shape(of: "features", for: recipe.batchOfTwo, as: role)
    return shape?[1] ?? 0
  }
}

extension Model {
  /// Runs an operation on samples in memory that the caller keeps.
  fileprivate func run(
    _ operation: Operation, on samples: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) throws(GANError) {
    try lock.read { () throws(GANError) in
      try sampler.inTurn { () throws(GANError) in
        let rows = Sampler.Rows(values: samples, width: program.sample.count, conditions: nil, count: count)
        try sampler.apply(operation, rows, into: out)
      }
    }
  }
}
