import Graphs

/// What a model's training looks like, for people.
public struct ModelHealth: Encodable, Hashable, Sendable {
  /// `discriminator wins`: see `Verdict`.
  public var verdict: String
  public var code: Int32
  /// The step from which on the verdict holds.
  public var since: Int64
  /// Steps made.
  public var step: Int64
  /// The figures that it rests on.
  public var evidence: [Evidence]
  /// What to do, in one line.
  public var advice: String
  /// The latest look at the samples.
  public var signals: Signals?
  /// Factor of all learning rates: below 1 after the model went back to a snapshot.
  public var rateFactor: Double
  /// The best figure that the recipe's `evaluation` has found, and the step of it.
  public var best: EvaluationProgress?

  /// A figure that speaks for a verdict.
  public struct Evidence: Codable, Hashable, Sendable {
    public var name: String
    public var value: Double
  }

  /// `discriminator wins (held-out share 0.998, coverage 0.031). Lower …`
  public var line: String {
    let figures = evidence.map { "\($0.name) \(Self.short($0.value))" }.joined(separator: ", ")
    return "\(verdict)\(figures.isEmpty ? "" : " (\(figures))"). \(advice)"
  }

  /// Three decimals.
  private static func short(_ value: Double) -> String {
    abs(value) < 1e9 ? "\((value * 1000).rounded() / 1000)" : "\(value)"
  }

  private enum CodingKeys: String, CodingKey {
    case verdict, code, since, step, evidence, advice, signals, best
    case rateFactor = "rate_factor"
  }
}

extension Model {
  /// The verdict in force.
  ///
  /// - Throws: `.busy` while another thread trains.
  public var verdict: Verdict { get throws(GANError) { try lock.read { watch.monitor.verdict } } }

  /// The state of the training so far; kept in checkpoints.
  ///
  /// - Throws: `.busy` while another thread trains.
  public var health: ModelHealth {
    get throws(GANError) {
      try lock.read {
        var health = watch.monitor.health(step: steps, rateFactor: rateFactor)
        if progress.best != nil { health.best = progress }
        return health
      }
    }
  }
}

extension HealthMonitor {
  func health(step: Int64, rateFactor: Double) -> ModelHealth {
    ModelHealth(
      verdict: verdict.name, code: verdict.rawValue, since: since, step: step, evidence: evidence,
      advice: verdict.advice, signals: looks.last, rateFactor: rateFactor)
  }

  /// The verdict with its evidence and advice, on one line.
  var summary: String { health(step: since, rateFactor: 1).line }
}
