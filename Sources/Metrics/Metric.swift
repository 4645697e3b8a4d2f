import Graphs
import Networks

/// A measure of how well generated samples resemble real ones, known by name.
///
/// To add one: a file with its `static let`, and its place in `all`.
public struct Metric: Catalogued {
  public let name: String
  /// What it tells, in one line.
  public let summary: String
  public let paper: String
  /// What a comparison must have; the first that is missing is named.
  let needs: [Need]
  let measure: @Sendable (Comparison) throws(GANError) -> [MetricValue]

  init(
    name: String, summary: String, paper: String, needs: [Need],
    measure: @escaping @Sendable (Comparison) throws(GANError) -> [MetricValue]
  ) {
    self.name = name
    self.summary = summary
    self.paper = paper
    self.needs = needs
    self.measure = measure
  }

  public static let all: [Metric] = [
    .frechet, .kernel, .manifolds, .nearestNeighbour, .inceptionStyleScore, .slicedWasserstein,
    .structuralSimilarity, .modes, .bleu, .selfBLEU, .unique, .columnShapes, .pairTrends,
    .closestRecord,
  ]

  /// Samples of each set that it wants to see beside their features.
  public var samples: Int { needs.map(\.samples).max() ?? 0 }

  /// What a comparison lacks for this metric, or nil.
  public func lack(in comparison: Comparison) -> String? { needs.first { !$0.isMet(comparison) }?.name }

  /// - Throws: `.unsupported`, saying what the comparison lacks; `.argument` for too few samples, `.memory`.
  public func values(of comparison: Comparison) throws(GANError) -> [MetricValue] {
    if let lack = lack(in: comparison) { throw GANError(.unsupported, name, "needs \(lack)") }
    return try measure(comparison)
  }
}

/// What a metric needs of the samples that it compares.
struct Need: Sendable {
  /// As an error says it: "needs images".
  let name: String
  /// Samples of each set to keep beside the features.
  var samples = 0
  let isMet: @Sendable (Comparison) -> Bool

  /// Enough rows for a spread, of values that can be added: not the numbers of words.
  static let several = Need(name: "two samples or more, and not of text") {
    min($0.real.count, $0.fake.count) >= 2 && $0.kind != .text
  }

  static let probabilities = Need(name: "class probabilities: the features of a classifier") {
    $0.real.probabilities != nil && $0.fake.probabilities != nil
  }

  /// Of at most this many values a row: what is computed over pairs of them grows with the square.
  static let fewFeatures = Need(name: "features of at most \(greatestFeatures) values") {
    $0.real.features.width <= greatestFeatures
  }
  private static let greatestFeatures = 4096
}
