import Graphs
import Plans

/// Compiled programs of a fixed size with idle instances, for callers on any thread. An instance is
/// lent to one caller at a time.
final class Leases: @unchecked Sendable {
  private struct Entry {
    let key: String
    /// nil while somebody compiles it.
    var plan: Plan?
    var idle: [PlanInstance] = []
  }

  // Guarded by `ProcessLock`.
  private var entries: [Entry] = []
  /// Calls at work: those that wait for memory are not.
  private var active = 0
  private var forks = Forks.count()
  private let changed = ProcessLock.Condition()

  /// Runs `body` with an instance of the program known as `key`, compiled the first time.
  func withInstance<Result>(
    _ key: String, compiling program: () throws(GANError) -> Program,
    _ body: (PlanInstance) throws(GANError) -> Result
  ) throws(GANError) -> Result {
    let plan = try plan(key, program)
    let idle = idleInstance(key)
    let instance = if let idle { idle } else { try PlanInstance(plan) }
    do throws(GANError) {
      let result = try body(instance)
      giveBack(instance, key)
      return result
    } catch {
      // One that had not enough memory to run is let go: kept, it would be freed and made again for ever.
      if error.kind != .memory { giveBack(instance, key) }
      throw error
    }
  }

  private func idleInstance(_ key: String) -> PlanInstance? {
    ProcessLock.locked {
      entries.firstIndex { $0.key == key }.flatMap { entries[$0].idle.popLast() }
    }
  }

  private func giveBack(_ instance: PlanInstance, _ key: String) {
    ProcessLock.locked {
      if let index = entries.firstIndex(where: { $0.key == key }) { entries[index].idle.append(instance) }
    }
  }

  // MARK: Plans

  /// The plan, compiled by whoever asks first, outside the lock; others wait for it.
  private func plan(_ key: String, _ program: () throws(GANError) -> Program) throws(GANError) -> Plan {
    let known = ProcessLock.locked { () -> Plan? in
      while let entry = entries.first(where: { $0.key == key }) {
        if let plan = entry.plan { return plan }
        changed.wait()
      }
      entries.append(Entry(key: key))
      return nil
    }
    if let known { return known }
    do throws(GANError) {
      let plan = try Plan(compiling: program())
      finish(key, with: plan)
      return plan
    } catch {
      finish(key, with: nil)
      throw error
    }
  }

  private func finish(_ key: String, with plan: Plan?) {
    ProcessLock.locked {
      if let index = entries.firstIndex(where: { $0.key == key }) {
        if let plan { entries[index].plan = plan } else { entries.remove(at: index) }
      }
      changed.announce()
    }
  }

  // MARK: Turns

  /// Runs a whole call. Where memory is short it is run again once another call has ended or, when there
  /// is none, once what was kept for later calls is freed.
  ///
  /// - Throws: `.memory` when a call has not enough for itself alone, and what `body` throws.
  func withTurn<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    ProcessLock.locked {
      noteFork()
      active += 1
    }
    while true {
      do throws(GANError) {
        let result = try body()
        leave()
        return result
      } catch {
        guard error.kind == .memory, awaitMemory() else {
          leave()
          throw error
        }
      }
    }
  }

  private func leave() {
    ProcessLock.locked {
      active -= 1
      changed.announce()
    }
  }

  /// False when nothing will ever be freed.
  private func awaitMemory() -> Bool {
    var kept: [PlanInstance] = []
    let others = ProcessLock.locked { () -> Bool in
      if active > 1 {
        active -= 1
        changed.wait()
        active += 1
        return true
      }
      for index in entries.indices {
        kept += entries[index].idle
        entries[index].idle = []
      }
      return false
    }
    return others || !kept.isEmpty
  }

  /// A forked child has none of the threads that compile, hold an instance or wait.
  private func noteFork() {
    guard forks != Forks.count() else { return }
    forks = Forks.count()
    entries.removeAll { $0.plan == nil }
    active = 0
    changed.renew()
  }
}
