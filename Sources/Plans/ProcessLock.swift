import Glibc
import Synchronization

/// The one lock over the library's bookkeeping: live handles, who uses a model, which plan is lent.
///
/// What runs under it is short and waits for nothing else, and a fork waits for it: a child never
/// finds it held by a thread that it does not have, nor what it guards half changed.
public enum ProcessLock {
  nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    return mutex
  }()

  /// Runs `body`, which must not use this lock again nor free anything of unknown size.
  public static func locked<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    Forks.watch()
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Something to wait for under the lock. A forked child needs a new one: who waited on the old one
  /// is not there.
  public final class Condition: @unchecked Sendable {
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() { pthread_cond_init(condition, nil) }

    deinit {
      pthread_cond_destroy(condition)
      condition.deallocate()
    }

    /// Lets go of the lock until somebody announces a change.
    public func wait() { pthread_cond_wait(condition, ProcessLock.mutex) }
    public func announce() { pthread_cond_broadcast(condition) }

    /// The same as a new one; the old one's inside is not to be relied on in a child.
    public func renew() { pthread_cond_init(condition, nil) }
  }

  fileprivate static func beforeFork() { pthread_mutex_lock(mutex) }
  fileprivate static func afterForkInParent() { pthread_mutex_unlock(mutex) }
  fileprivate static func afterForkInChild() { pthread_mutex_init(mutex, nil) }
}

/// How many forks lie between the process that loaded this library and this one.
public enum Forks {
  private static let forks = Atomic<Int>(0)
  private static let thread = Atomic<UInt>(0)

  private static let registered: Bool = {
    _ = forks.load(ordering: .relaxed)
    return pthread_atfork(
      { ProcessLock.beforeFork() }, { ProcessLock.afterForkInParent() },
      {
        Forks.thread.store(UInt(pthread_self()), ordering: .relaxed)
        Forks.forks.add(1, ordering: .releasing)
        ProcessLock.afterForkInChild()
      }) == 0
  }()

  static func watch() { _ = registered }

  public static func count() -> Int {
    watch()
    return forks.load(ordering: .acquiring)
  }

  /// Of the threads there were before this process's fork, the one that it has.
  public static func survived(_ thread: pthread_t) -> Bool {
    UInt(thread) == Forks.thread.load(ordering: .relaxed)
  }
}
