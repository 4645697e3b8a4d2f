import COneDNN
import Glibc
import Synchronization

/// Workers that share the chunks of one operation, taking them by an atomic counter: a worker that the
/// machine is too busy to run just takes fewer. The calling thread is worker 0; the others are
/// made by the first run that has work for them, and made anew in a forked child.
public final class ThreadPool: @unchecked Sendable {
  /// How many workers take part in a run, the calling thread included.
  public let threads: Int
  /// Guarded by `callers`; nil before the first run with work for more than one.
  private var crew: Crew?
  private let callers: UnsafeMutablePointer<pthread_mutex_t>
  private let forks: Atomic<Int>

  /// `threads` is brought within 1...1024.
  public init(threads: Int) {
    self.threads = min(max(1, threads), 1024)
    callers = .allocate(capacity: 1)
    pthread_mutex_init(callers, nil)
    forks = Atomic(Forks.count())
  }

  deinit {
    noteFork()
    crew?.dismiss()
    pthread_mutex_destroy(callers)
    callers.deallocate()
  }

  /// Calls `body` once for each chunk of `0..<chunks`; `worker` is below `threads` and no two calls
  /// with the same worker overlap. Returns when all are done. Callers on several threads take turns,
  /// except with what one thread does alone, their own. `body` must not run the same pool.
  ///
  /// The closure escapes into the workers for the time of the call alone; a caller that keeps one for
  /// many runs allocates nothing.
  ///
  /// - Parameter most: threads that may take part.
  public func run(
    chunks: Int, most: Int = .max, _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void
  ) {
    var saved: Int32 = 0
    gan_dnn_begin_thread(&saved)
    defer { gan_dnn_end_thread(saved) }
    guard threads > 1, most > 1, chunks > 1 else {
      for chunk in 0..<max(0, chunks) { body(chunk, 0) }
      return
    }
    noteFork()
    pthread_mutex_lock(callers)
    defer { pthread_mutex_unlock(callers) }
    let crew = self.crew ?? Crew(workers: threads - 1)
    self.crew = crew
    crew.run(chunks: chunks, helpers: min(threads, most) - 1, body)
  }

  /// Wakes the workers: many runs are to follow each other, between which they stay awake.
  public func wake() {
    noteFork()
    pthread_mutex_lock(callers)
    crew?.wake()
    pthread_mutex_unlock(callers)
  }

  /// In a forked child the workers do not exist, and another thread may have held the mutex.
  private func noteFork() {
    let now = Forks.count()
    guard now != forks.load(ordering: .acquiring) else { return }
    ProcessLock.locked {
      guard now != forks.load(ordering: .relaxed) else { return }
      crew?.abandon()
      crew = nil
      pthread_mutex_init(callers, nil)
      forks.store(now, ordering: .releasing)
    }
  }
}
