import Datasets
import Graphs
import Metrics

/// How a run is measured while it goes on, and when it ends early. Part of the recipe.
public struct EvaluationPlan: Codable, Hashable, Sendable {
  /// Steps from one evaluation of the averaged generator to the next, up to 10⁹; 0 for none.
  public var every: Int64 = 0
  /// By name. The first figure of the first one says which checkpoint is best.
  public var metrics: [Metric] = [.nearestNeighbour]
  /// `random`, `raw`, or the path of a classifier: see `EvaluationOptions.features`.
  public var features: String?
  /// Samples to compare, 2…1000000; nil for as many as are held out, at most 10,000.
  public var count: Int?
  /// Evaluations in a row that find nothing better after which training ends, up to 10⁶; 0 for never.
  public var patience: Int64 = 0
  /// Samples of the data that are never trained on, and what verdicts and metrics go by. Nil: as many as
  /// `count(of:)` says; 0: none.
  public var heldOut: Int?

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case every, metrics, features, count, patience
    case heldOut = "held-out"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    every = try values.decodeIfPresent(Int64.self, forKey: .every) ?? every
    metrics = try values.decodeIfPresent([Metric].self, forKey: .metrics) ?? metrics
    features = try values.decodeIfPresent(String.self, forKey: .features)
    count = try values.decodeIfPresent(Int.self, forKey: .count)
    patience = try values.decodeIfPresent(Int64.self, forKey: .patience) ?? patience
    heldOut = try values.decodeIfPresent(Int.self, forKey: .heldOut)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(every, forKey: .every)
    try values.encode(metrics, forKey: .metrics)
    try values.encodeIfPresent(features, forKey: .features)
    try values.encodeIfPresent(count, forKey: .count)
    try values.encode(patience, forKey: .patience)
    try values.encodeIfPresent(heldOut, forKey: .heldOut)
  }

  func validate(_ field: String) throws(GANError) {
    try Bounds.check(every, 0...Bounds.steps, field + ".every")
    try Bounds.check(patience, 0...1_000_000, field + ".patience")
    if let count { try Bounds.check(count, 2...1_000_000, field + ".count") }
    if let heldOut { try Bounds.check(heldOut, 0...1 << 24, field + ".held-out") }
    guard !metrics.isEmpty else {
      throw GANError(field: field + ".metrics", expected: "one name or more", got: "none")
    }
  }

  var options: EvaluationOptions {
    var options = EvaluationOptions()
    (options.metrics, options.features, options.count) = (metrics, features, count)
    return options
  }

  /// Of so many samples every twentieth, up to 256; with metrics to measure every tenth, up to 2,000. None
  /// of fewer than 1,000 samples, which are all needed.
  func count(of samples: Int) -> Int {
    if let heldOut { return heldOut }
    if samples < 1000 { return 0 }
    return every > 0 ? min(2000, samples / 10) : min(256, samples / 20)
  }

  /// Nil where nothing is held out; of text nothing is.
  ///
  /// - Throws: `.argument` where more than half of the data would be; `.memory`.
  func partition(_ data: Dataset, seed: UInt64) throws(GANError) -> Partition? {
    let count = data.kind == .text ? 0 : count(of: data.count)
    guard count > 0 else { return nil }
    guard count <= data.count / 2 else {
      throw GANError(
        field: "evaluation.held-out", expected: "at most half of the \(data.count) samples", got: count)
    }
    return try Partition(data, holdingOut: count, seed: seed)
  }
}
