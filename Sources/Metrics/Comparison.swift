import Datasets
import Graphs

/// Real samples beside generated ones, as metrics see them.
public final class Comparison {
  /// One of the two sets.
  public struct Side: Sendable {
    /// `[N, F]`.
    public let features: Rows
    /// Of classes, `[N, K]`, where the features are a classifier's.
    public let probabilities: Rows?
    /// The first of the samples themselves, `[≤ N, …]`, as many as there is memory for.
    public let samples: Rows?
    /// The samples as rows of a table, where they are such.
    public let table: Table?

    public init(features: Rows, probabilities: Rows? = nil, samples: Rows? = nil, table: Table? = nil) {
      self.features = features
      self.table = table
      self.probabilities = probabilities
      self.samples = samples
    }

    public var count: Int { features.count }
  }

  public let real: Side
  public let fake: Side
  /// The features' name.
  public let features: String
  public let kind: DataKind
  /// Of one sample.
  public let shape: Shape
  /// Where samples should be, where that is known.
  public let modes: KnownModes?
  /// The token that ends a text, where one does.
  public let endToken: Int?
  /// Of tables, rows that the generated ones were learnt from, where they are known.
  public let training: Table?
  /// Of random projections and patches.
  public let seed: UInt64
  /// k of precision, recall, density and coverage.
  public let neighbours: Int
  public let workers: Workers

  /// - Throws: `.argument` where the sides do not fit each other; `.diverged` for values that are not finite.
  public init(
    real: Side, fake: Side, features: String, kind: DataKind, shape: Shape, modes: KnownModes? = nil,
    endToken: Int? = nil, training: Table? = nil, seed: UInt64 = 0, neighbours: Int = 5, workers: Workers
  ) throws(GANError) {
    guard real.features.width == fake.features.width else {
      throw GANError(
        field: "features", expected: "\(real.features.width) a sample, as the real ones have",
        got: fake.features.width)
    }
    try real.features.checkFinite("real features")
    try fake.features.checkFinite("generated features")
    try fake.samples?.checkFinite("generated samples")
    self.real = real
    self.fake = fake
    self.features = features
    self.kind = kind
    self.shape = shape
    self.modes = modes
    self.endToken = endToken
    self.training = training
    self.seed = seed
    self.neighbours = neighbours
    self.workers = workers
  }

  func figure(_ name: String, _ value: Double, parts: [Double] = [], _ better: MetricValue.Better)
    -> MetricValue
  {
    MetricValue(name, in: features, value, parts: parts, better: better)
  }
}
