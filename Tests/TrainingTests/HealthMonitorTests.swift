import Graphs
import Testing

@testable import Training

/// Each rule on signals that are made up.
@Suite struct HealthMonitorTests {
  /// What a good run looks like: samples come to cover the data, and are hardly told from them.
  private static func good(_ look: Int) -> Signals {
    var signals = Signals(step: Int64(look) * 250)
    let progress = min(1, Double(look) / 8)
    signals.heldOutShare = 0.9 - 0.35 * progress
    signals.seenShare = 0.91 - 0.35 * progress
    signals.diversity = 0.1 + 0.85 * progress
    signals.coverage = 0.9 * progress
    signals.nearest = 10 - 9 * progress
    signals.copies = 0.05
    signals.distinct = 1
    signals.represented = 0.95
    signals.movement = 0.5 * (1 - progress) + 0.02
    signals.spread = 0.7 + 0.3 * progress
    signals.fakeSlope = 1
    return signals
  }

  private func verdicts(looks: Int = 12, _ change: (Int, inout Signals) -> Void) -> [Verdict] {
    var monitor = HealthMonitor()
    return (1...looks).map { look in
      var signals = Self.good(look)
      change(look, &signals)
      monitor.note(signals)
      return monitor.verdict
    }
  }

  @Test func aGoodRunIsHealthyAndThenBalanced() {
    let all = verdicts { _, _ in }
    #expect(all.allSatisfy { !$0.isAlarm } && all[0] == .healthy && all[11] == .balanced)
  }

  @Test func withoutSignalsThereIsNoAlarm() {
    var monitor = HealthMonitor()
    for look in 1...20 { monitor.note(Signals(step: Int64(look))) }
    #expect(monitor.verdict == .healthy)
  }

  @Test func everyFaultHasItsVerdict() {
    let cases: [(Verdict, (Int, inout Signals) -> Void)] = [
      (
        .discriminatorWins,
        { (_: Int, s: inout Signals) in
          (s.heldOutShare, s.seenShare, s.coverage, s.diversity) = (1, 1, 0.05, 0.5)
        }
      ),
      (
        .discriminatorWins,
        { (_: Int, s: inout Signals) in
          (s.heldOutShare, s.coverage, s.diversity, s.movement) = (1, 0, 0.03, 0)
        }
      ),
      (
        .generatorCollapsing,
        { (look: Int, s: inout Signals) in
          if look > 6 { (s.diversity, s.coverage, s.heldOutShare) = (0.1, 0.1, 0.9) }
        }
      ),
      (.generatorCollapsing, { (_: Int, s: inout Signals) in (s.diversity, s.coverage) = (0.5, 0.3) }),
      (.oscillating, { (_: Int, s: inout Signals) in (s.movement, s.diversity) = (1.2, 0.4) }),
      (.diverging, { (look: Int, s: inout Signals) in s.spread = Double(look) }),
      (.feedbackIsNoise, { (_: Int, s: inout Signals) in (s.seenShare, s.heldOutShare) = (0.99, 0.7) }),
      (.feedbackIsNoise, { (_: Int, s: inout Signals) in s.heldOutShare = 0.2 }),
      (.feedbackIsNoise, { (_: Int, s: inout Signals) in (s.heldOutShare, s.coverage) = (0.5, 0.1) }),
      (.feedbackIsNoise, { (_: Int, s: inout Signals) in s.labelling = 0.02 }),
      (.feedbackIsNoise, { (_: Int, s: inout Signals) in s.labelAgreement = 0.01 }),
      (.memorising, { (_: Int, s: inout Signals) in s.distinct = 0.1 }),
      (
        .generatorCollapsing,
        { (look: Int, s: inout Signals) in
          s.represented = 0.3
          if look > 4 { s.nearest = 0.2 }
        }
      ),
      (.memorising, { (look: Int, s: inout Signals) in if look > 4 { s.nearest = 0.2 } }),
      (.memorising, { (look: Int, s: inout Signals) in if look > 4 { s.copies = 0.9 } }),
    ]
    for (index, (verdict, change)) in cases.enumerated() {
      let all = verdicts(change)
      #expect(all.last == verdict, "case \(index)")
      #expect(all.allSatisfy { $0 == verdict || !$0.isAlarm }, "case \(index)")
    }
  }

  /// One look says nothing; two raise an alarm, and two take it back.
  @Test func verdictsWaitForASecondLook() {
    let once = verdicts { look, signals in if look == 9 { signals.distinct = 0.1 } }
    #expect(once.allSatisfy { !$0.isAlarm })
    let twice = verdicts { look, signals in if look == 8 || look == 9 { signals.distinct = 0.1 } }
    #expect(
      twice[7].isAlarm == false && twice[8] == .memorising && twice[9] == .memorising && !twice[10].isAlarm)
  }

  @Test func anAlarmComesWithEvidenceAndAdvice() throws {
    var monitor = HealthMonitor()
    for look in 1...6 {
      var signals = Self.good(look)
      signals.distinct = 0.25
      monitor.note(signals)
    }
    let health = monitor.health(step: 1500, rateFactor: 1)
    #expect(health.code == 8 && health.since == 500 && health.evidence.first?.value == 0.25)
    #expect(health.line.hasPrefix("memorising (distinct items 0.25, nearest "))
    #expect(health.line.hasSuffix(Verdict.memorising.advice))
    #expect(Verdict.allCases.allSatisfy { !$0.advice.isEmpty && !$0.advice.contains("\n") })
  }

  @Test func growthOfLossesAndGradientsIsDivergence() {
    var monitor = HealthMonitor()
    var statistics = StepStatistics()
    for step in 1...2000 {
      let scale = step < 500 ? 1 : min(1e6, Double(step - 498))
      (statistics.discriminatorLoss, statistics.discriminatorGradientNorm) = (scale, scale * 3)
      monitor.note(statistics)
      if step % 250 == 0 { monitor.note(Self.good(step / 250)) }
    }
    #expect(monitor.verdict == .diverging)
  }

  @Test func trendsFollowTheirFigure() {
    var trend = Trend()
    for _ in 0..<5000 { trend.note(2) }
    #expect(abs(trend.fast - 2) < 1e-9 && abs(trend.slow - 2) < 1e-9 && trend.swing < 1e-9)
    trend.note(.nan)
    trend.note(.infinity)
    #expect(trend.fast.isFinite)
    for step in 0..<5000 { trend.note(step / 50 % 2 == 0 ? 0 : 4) }
    #expect(trend.swing > 1 && abs(trend.slow - 2) < 0.3)
  }

  /// Its state comes back from JSON as it was.
  @Test func stateIsKept() throws {
    var monitor = HealthMonitor()
    for look in 1...10 {
      monitor.note(Self.good(look))
      var statistics = StepStatistics()
      (statistics.accuracy, statistics.generatorLoss) = (0.1 * Double(look), 1 / 3)
      monitor.note(statistics)
    }
    monitor.centre = [0.1, -2e-30, 3]
    let text = try JSON(encoding: monitor).compact
    let again: HealthMonitor = try JSON(parsing: text).decode(HealthMonitor.self)
    #expect(again == monitor)
    try again.validate("x")
  }
}
