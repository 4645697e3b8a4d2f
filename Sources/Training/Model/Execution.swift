import Glibc
import Graphs
import Plans

/// The threads that all models of a process share.
public enum Execution {
  private static let shared = Shared()

  /// Threads that work on one operation, from 1; 0 for as many as the machine offers. It changes
  /// how fast results come, never their bits.
  ///
  /// - Throws: `.argument`.
  public static func setThreads(_ count: Int) throws(GANError) {
    guard (0...1024).contains(count) else {
      throw GANError(field: "threads", expected: "0…1024", got: count)
    }
    shared.set(count == 0 ? available : count)
  }

  /// Threads that work on one operation now, from 1.
  public static var threads: Int { shared.pool.threads }

  static var pool: ThreadPool { shared.pool }

  /// Processors of the machine.
  private static var available: Int { max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1024)) }

  /// Holds the pool of the moment; runs that began with an older one finish with it.
  private final class Shared: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var current: ThreadPool?

    init() { pthread_mutex_init(mutex, nil) }

    var pool: ThreadPool {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      if let current { return current }
      let made = ThreadPool(threads: Execution.available)
      current = made
      return made
    }

    func set(_ count: Int) {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      if current?.threads != count { current = ThreadPool(threads: count) }
    }
  }
}
