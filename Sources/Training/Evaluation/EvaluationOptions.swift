import Graphs
import Metrics

/// What is measured, and in which features. In JSON an object with these keys, all of them optional.
public struct EvaluationOptions: Codable, Hashable, Sendable {
  /// By name; nil for all that fit the data and the features.
  public var metrics: [Metric]?
  /// `random` (convolutions with fixed random weights), `raw` (the samples' own values), or the path of a
  /// classifier's checkpoint or run directory. By default images get `random`, the rest `raw`.
  public var features: String?
  /// What the features are called in every figure's name: by default `random`, `raw` or `classifier`.
  public var name: String?
  /// Samples of either set, real ones as far as there are that many; by default 10,000, or as many as there
  /// are.
  public var count: Int?
  /// Of the generated samples, of which real ones are taken, and of random directions and patches.
  public var seed: UInt64 = 0
  /// k of precision, recall, density and coverage.
  public var neighbours = 5
  /// Where samples of a mixture should be; `builtin:ring` and `builtin:grid` say so themselves.
  public var modes: KnownModes?
  /// Also measures real samples against other real ones: what a perfect generator would get.
  public var reference = false
  /// Of tables, the path of the rows that the model was trained on, with the columns of the data: for metrics that
  /// look for copies of them.
  public var training: String?

  public init() {}

  enum CodingKeys: String, CodingKey {
    case metrics, features, name, count, seed, neighbours, modes, reference, training
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    metrics = try fields.decodeIfPresent([Metric].self, forKey: .metrics)
    features = try fields.decodeIfPresent(String.self, forKey: .features)
    name = try fields.decodeIfPresent(String.self, forKey: .name)
    count = try fields.decodeIfPresent(Int.self, forKey: .count)
    seed = try fields.decodeIfPresent(UInt64.self, forKey: .seed) ?? 0
    neighbours = try fields.decodeIfPresent(Int.self, forKey: .neighbours) ?? 5
    modes = try fields.decodeIfPresent(KnownModes.self, forKey: .modes)
    reference = try fields.decodeIfPresent(Bool.self, forKey: .reference) ?? false
    training = try fields.decodeIfPresent(String.self, forKey: .training)
    try validate()
  }

  /// - Throws: `.format` or `.argument` naming the option; unknown keys are refused.
  public init(json text: String) throws(GANError) {
    self = try JSON(parsing: text, name: "options").decode(Self.self, name: "options")
  }

  /// Most samples of a set.
  static let greatestCount = 100_000
  static let usualCount = 10_000
  private static let greatestNeighbours = 1000

  /// - Throws: `.argument` naming the option.
  public func validate() throws(GANError) {
    if let count { try Bounds.check(count, 2...Self.greatestCount, "count") }
    try Bounds.check(neighbours, 1...Self.greatestNeighbours, "neighbours")
    if let metrics, metrics.isEmpty {
      throw GANError(field: "metrics", expected: "one name or more", got: "none")
    }
    if let name, !(1...64).contains(name.utf8.count) || name.contains(where: { "[]\n".contains($0) }) {
      throw GANError(
        field: "name", expected: "1 to 64 characters without brackets", got: "'\(name.prefix(80))'")
    }
  }
}
