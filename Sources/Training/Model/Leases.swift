import Glibc
import Graphs
import Plans

/// Compiled programs of a fixed size with idle instances, for callers on any thread. An instance is
/// lent to one caller at a time; when there is no memory for another, callers queue.
final class Leases: @unchecked Sendable {
  private struct Entry {
    let key: String
    let plan: Plan
    var idle: [PlanInstance] = []
    var lent = 0
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let returned = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var entries: [Entry] = []

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(returned, nil)
  }

  deinit {
    pthread_cond_destroy(returned)
    pthread_mutex_destroy(mutex)
    returned.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` with an instance of the program known as `key`, compiled the first time.
  func withInstance<Result>(
    _ key: String, compiling program: () throws(GANError) -> Program,
    _ body: (PlanInstance) throws(GANError) -> Result
  ) throws(GANError) -> Result {
    let instance = try take(key, program)
    defer { giveBack(instance, key) }
    return try body(instance)
  }

  private func take(_ key: String, _ program: () throws(GANError) -> Program) throws(GANError) -> PlanInstance
  {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if !entries.contains(where: { $0.key == key }) {
      entries.append(Entry(key: key, plan: try Plan(compiling: program())))
    }
    while true {
      guard let index = entries.firstIndex(where: { $0.key == key }) else {
        throw GANError(.internal, key, "a plan was lost")
      }
      if let idle = entries[index].idle.popLast() {
        entries[index].lent += 1
        return idle
      }
      do throws(GANError) {
        let made = try PlanInstance(entries[index].plan)
        entries[index].lent += 1
        return made
      } catch {
        guard error.kind == .memory, entries[index].lent > 0 else { throw error }
        pthread_cond_wait(returned, mutex)
      }
    }
  }

  private func giveBack(_ instance: PlanInstance, _ key: String) {
    pthread_mutex_lock(mutex)
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].lent -= 1
      entries[index].idle.append(instance)
    }
    pthread_cond_broadcast(returned)
    pthread_mutex_unlock(mutex)
  }
}
