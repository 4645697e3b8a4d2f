import Graphs

/// Watches a run by cheap signals and says in which state it is. Its state is part of a checkpoint, so
/// that a run that goes on comes to the same verdicts.
struct HealthMonitor: Codable, Hashable, Sendable {
  static let remembered = 8
  /// Looks in a row that have to say the same.
  private static let patience = 2

  /// The verdict in force, and the step from which on.
  private(set) var verdict = Verdict.healthy
  private(set) var since: Int64 = 0
  /// What it rests on.
  private(set) var evidence: [ModelHealth.Evidence] = []
  /// Looks in all.
  private(set) var taken: Int64 = 0
  /// The last looks, the latest at the end.
  private(set) var looks: [Signals] = []
  /// Of the samples at the last look.
  var centre: [Float] = []
  private(set) var bestCoverage = 0.0
  /// Steps since the last look whose numbers were not finite.
  private(set) var failures: Int64 = 0
  private(set) var accuracy = Trend()
  private(set) var discriminatorLoss = Trend()
  private(set) var generatorLoss = Trend()
  private(set) var discriminatorNorm = Trend()
  private(set) var generatorNorm = Trend()
  /// What the last looks said, if not the verdict in force, and how many of them.
  private var suspicion = Verdict.healthy
  private var suspected = 0

  init() {}

  /// Refuses what no run leaves behind.
  func validate(_ path: String) throws(GANError) {
    let trends = [accuracy, discriminatorLoss, generatorLoss, discriminatorNorm, generatorNorm]
    guard looks.count <= Self.remembered, evidence.count <= 16, centre.count <= 1 << 20, suspected >= 0,
      suspected < 1 << 20, (0...1 << 40).contains(taken), trends.allSatisfy(\.isPossible)
    else { throw GANError(.format, "\(path): health", "expected the state of a run, got another") }
  }

  /// Counts a step in.
  mutating func note(_ statistics: StepStatistics) {
    guard statistics.verdict != Verdict.nonFinite.rawValue else {
      failures += 1
      return
    }
    accuracy.note(statistics.accuracy)
    discriminatorLoss.note(statistics.discriminatorLoss)
    generatorLoss.note(statistics.generatorLoss)
    discriminatorNorm.note(statistics.discriminatorGradientNorm)
    generatorNorm.note(statistics.generatorGradientNorm)
  }

  /// Counts a look in and comes to a verdict. An alarm is raised, and taken back, when two looks in a row
  /// say the same.
  mutating func note(_ signals: Signals) {
    looks.append(signals)
    taken = min(taken + 1, 1 << 40)
    if looks.count > Self.remembered { looks.removeFirst(looks.count - Self.remembered) }
    bestCoverage = max(bestCoverage, signals.coverage ?? 0)
    let found = judged()
    failures = 0
    if found.verdict == verdict {
      (evidence, suspected) = (found.evidence, 0)
      return
    }
    suspected = found.verdict == suspicion ? suspected + 1 : 1
    suspicion = found.verdict
    guard suspected >= Self.patience else { return }
    (verdict, since, evidence, suspected) = (found.verdict, signals.step, found.evidence, 0)
  }

  /// Whether the last look said anything that may become an alarm, or has.
  var isSuspicious: Bool { verdict.isAlarm || suspected > 0 && suspicion.isAlarm }

  /// After going back to a snapshot: what was seen since is of a run that is no more.
  mutating func restart(at step: Int64) {
    let (best, kept) = (bestCoverage, looks)
    self = HealthMonitor()
    (bestCoverage, looks, since) = (best, Array(kept.prefix(1)), step)
  }
}
