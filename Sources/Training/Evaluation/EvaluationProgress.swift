import Graphs
import Metrics

/// What the evaluations of a run have found so far. Part of a checkpoint, so that a run that goes on knows
/// what it has to beat.
public struct EvaluationProgress: Codable, Hashable, Sendable {
  /// The figure that counts: `nearest-neighbour[random]`.
  public private(set) var figure = ""
  /// Its best value and the step of it; nil before the first evaluation.
  public private(set) var best: Double?
  public private(set) var bestStep: Int64 = 0
  /// Evaluations since then.
  public private(set) var worse: Int64 = 0

  init() {}

  private enum CodingKeys: String, CodingKey {
    case figure, best, worse
    case bestStep = "best_step"
  }

  /// Counts an evaluation in.
  ///
  /// - Returns: whether it is the best one so far. What is not finite never is; figures of other metrics or
  ///   features than before begin anew.
  mutating func note(_ value: MetricValue, step: Int64) -> Bool {
    if figure != value.title { (self, figure) = (EvaluationProgress(), value.title) }
    guard value.value.isFinite, best.map({ value.isBetter(than: $0) }) ?? true else {
      worse = min(worse + 1, 1 << 40)
      return false
    }
    (best, bestStep, worse) = (value.value, step, 0)
    return true
  }

  func validate(_ path: String) throws(GANError) {
    guard worse >= 0, worse <= 1 << 40, bestStep >= 0 else {
      throw GANError(.format, field: "\(path): evaluation", expected: "counts from 0", got: "others")
    }
  }
}

extension MetricValue {
  /// Whether the value is better than another of the same figure.
  func isBetter(than other: Double) -> Bool {
    switch better {
    case .lower: value < other
    case .higher: value > other
    case .half: abs(value - 0.5) < abs(other - 0.5)
    // Nobody knows what real samples give here; a model's pairs are seldom less alike.
    case .real: value < other
    case .one: abs(value - 1) < abs(other - 1)
    }
  }
}
