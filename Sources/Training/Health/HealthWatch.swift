import Datasets
import Graphs
import Synchronization

/// What goes along with a model's training: looks at its samples, verdicts, the snapshot to go back to, and
/// what the recipe's policy makes of an alarm.
final class HealthWatch {
  private let program: TrainingProgram
  private let plan: HealthPlan
  private(set) var monitor: HealthMonitor
  /// Of the data that is being trained on.
  private var look: Look?
  private var snapshot: Snapshot?
  /// Set by the beginning and by every save: see `Model.save`.
  let snapshotIsDue = Atomic(true)

  init(_ program: TrainingProgram, _ monitor: HealthMonitor) {
    self.program = program
    self.monitor = monitor
    plan = program.recipe.health
  }

  /// Bytes that a snapshot of weights of so many takes.
  static func byteCount(_ program: TrainingProgram, _ weights: Int) -> Int {
    program.recipe.health.retries > 0 ? weights : 0
  }

  /// Begins a training on data, judged by held-out data where there is some; until `end`, samples are
  /// looked at.
  func begin(_ training: Look.Items, heldOut: Dataset?) throws(GANError) {
    guard plan.policy != .off, program.recipe.kind == .gan, let kind = program.recipe.data?.kind,
      kind != .text
    else { return }
    look = try Self.whereThereIsMemory { () throws(GANError) in
      try Look(program, training: training, heldOut: heldOut)
    }
  }

  /// The same for a step on a caller's batch, which is all that is known of its data.
  func begin(_ batch: Batch, beforeStep step: Int64) throws(GANError) {
    guard step % plan.every == 0 else { return }
    var options = DatasetOptions()
    options.kind = program.recipe.data?.kind
    guard let data = try? Dataset(copying: batch, options), data.sampleShape == program.sample else { return }
    try begin(Look.Items(data), heldOut: nil)
  }

  func end() { look = nil }

  /// Before a step: takes a snapshot where one is due.
  ///
  /// - Throws: `.memory`, with nothing changed.
  func prepare(_ weights: Weights, _ counters: Counters) throws(GANError) {
    guard plan.retries > 0, counters.failures == 0, snapshotIsDue.load(ordering: .relaxed) else { return }
    if let snapshot {
      snapshot.take(weights, counters.updates)
    } else {
      snapshot = try Snapshot(of: weights, counters.updates)
    }
    snapshotIsDue.store(false, ordering: .relaxed)
  }

  /// After a step: goes back where numbers were not finite, looks where it is time to, and does what the
  /// policy says.
  ///
  /// - Throws: `.diverged` when that is the end of the run; the model is then in its last good state.
  func follow(
    _ statistics: inout StepStatistics, _ sampler: Sampler, _ weights: Weights, _ counters: inout Counters
  )
    throws(GANError)
  {
    defer { finish(&statistics, counters) }
    if counters.failures > plan.drops {
      let reason = "expected finite losses and gradients, got \(counters.failures) steps in a row without"
      statistics.wentBack = try goBack(weights, &counters, reason)
    }
    if plan.policy != .off {
      monitor.note(statistics)
      if counters.step % plan.every == 0 { try judge(&statistics, sampler, weights, &counters) }
    }
    let isCalm = counters.failures == 0 && (plan.policy != .rollBack || !monitor.isSuspicious)
    guard counters.step % plan.every == 0, isCalm, !statistics.wentBack else { return }
    counters.retries = 0
    snapshotIsDue.store(true, ordering: .relaxed)
  }

  private func finish(_ statistics: inout StepStatistics, _ counters: Counters) {
    if statistics.verdict == Verdict.healthy.rawValue { statistics.verdict = monitor.verdict.rawValue }
    statistics.signals = monitor.looks.last
    statistics.rateFactor = counters.rateFactor
  }

  private func judge(
    _ statistics: inout StepStatistics, _ sampler: Sampler, _ weights: Weights, _ counters: inout Counters
  ) throws(GANError) {
    var signals = Signals(step: counters.step)
    if let look {
      let centre = monitor.centre
      let found = try Self.whereThereIsMemory { () throws(GANError) in
        var moved = centre
        let signals = try sampler.inTurn { () throws(GANError) in
          try look.signals(sampler, step: counters.step, centre: &moved)
        }
        return (signals, moved)
      }
      if let found { (signals, monitor.centre) = found }
    }
    monitor.note(signals)
    guard monitor.verdict.isAlarm else { return }
    switch plan.policy {
    case .off, .warn: break
    case .stop:
      throw GANError(.diverged, "training", "stopped after step \(counters.step): \(monitor.summary)")
    case .rollBack:
      let reason = "went wrong in spite of lower rates: \(monitor.summary)"
      statistics.verdict = monitor.verdict.rawValue
      statistics.wentBack = try goBack(weights, &counters, reason)
      monitor.restart(at: counters.step)
    }
  }

  /// - Throws: `.diverged` with the reason when that was done too often; the snapshot is put back in any case.
  private func goBack(_ weights: Weights, _ counters: inout Counters, _ reason: String) throws(GANError)
    -> Bool
  {
    snapshot?.restore(weights, &counters.updates)
    counters.failures = 0
    guard counters.retries < plan.retries else { throw GANError(.diverged, "training", reason) }
    counters.retries += 1
    counters.rateFactor *= plan.rate
    return true
  }

  /// A look is worth less than the training: where memory is short there is none.
  private static func whereThereIsMemory<Result>(_ body: () throws(GANError) -> Result?) throws(GANError)
    -> Result?
  {
    do throws(GANError) {
      return try body()
    } catch {
      guard error.kind == .memory else { throw error }
      return nil
    }
  }
}
