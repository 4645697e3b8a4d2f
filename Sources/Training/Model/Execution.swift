import Glibc
import Graphs
import Plans
import Synchronization

/// How many of the process's threads one model's calls may take.
final class ThreadShare: Sendable {
  let most = Atomic(Int.max)
}

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
    // Guarded by `ProcessLock`.
    private var current: ThreadPool?

    var pool: ThreadPool {
      if let known = ProcessLock.locked({ current }) { return known }
      return replace(with: ThreadPool(threads: Execution.available)) { $0 == nil }
    }

    func set(_ count: Int) {
      _ = replace(with: ThreadPool(threads: count)) { $0?.threads != count }
    }

    /// The pool of now on. One that is replaced ends its threads outside the lock.
    private func replace(with pool: ThreadPool, if isWanted: (ThreadPool?) -> Bool) -> ThreadPool {
      let (former, now) = ProcessLock.locked {
        let former = current
        if isWanted(current) { current = pool }
        return (former, current ?? pool)
      }
      return withExtendedLifetime(former) { now }
    }
  }
}
