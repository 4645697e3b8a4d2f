import CKernels
import COneDNN
import Glibc
import Synchronization

/// The threads of a pool, and the one job they share.
final class Crew: @unchecked Sendable {
  typealias Body = (_ chunk: Int, _ worker: Int) -> Void

  /// Nanoseconds to look for what comes before sleeping: less than a sleep and a wake-up take.
  private static let patience = 50_000

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let work: UnsafeMutablePointer<pthread_cond_t>
  private let done: UnsafeMutablePointer<pthread_cond_t>
  private var handles: [pthread_t] = []

  /// Counts jobs; −1 ends the workers. Written under `mutex`.
  private let job = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  /// Workers inside the job. Written under `mutex`.
  private let inside = Atomic<Int>(0)
  // Guarded by `mutex`.
  private var started = 0
  private var sleeping = 0
  private var isOpen = false
  private var chunks = 0
  private var helpers = 0
  private var body: Body?

  init(workers: Int) {
    mutex = .allocate(capacity: 1)
    work = .allocate(capacity: 1)
    done = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(work, nil)
    pthread_cond_init(done, nil)
    blockingSignals {
      for _ in 0..<workers {
        var handle = pthread_t()
        let this = Unmanaged.passUnretained(self).toOpaque()
        // Where the system gives no more threads, those there are do the work.
        guard pthread_create(&handle, nil, Crew.main, this) == 0 else { return }
        handles.append(handle)
      }
    }
  }

  /// Ends and joins the workers.
  func dismiss() {
    pthread_mutex_lock(mutex)
    job.store(-1, ordering: .releasing)
    pthread_cond_broadcast(work)
    pthread_mutex_unlock(mutex)
    for handle in handles { pthread_join(handle, nil) }
    pthread_cond_destroy(work)
    pthread_cond_destroy(done)
    pthread_mutex_destroy(mutex)
    abandon()
  }

  /// Gives the memory back without touching threads that a fork left behind.
  func abandon() {
    mutex.deallocate()
    work.deallocate()
    done.deallocate()
  }

  /// Wakes workers for a job that is to come soon.
  func wake() {
    pthread_mutex_lock(mutex)
    if sleeping > 0 { pthread_cond_broadcast(work) }
    pthread_mutex_unlock(mutex)
  }

  /// - Parameter helpers: workers that may join the calling thread.
  func run(chunks: Int, helpers: Int, _ body: @escaping Body) {
    pthread_mutex_lock(mutex)
    self.body = body
    self.chunks = chunks
    self.helpers = helpers
    next.store(0, ordering: .relaxed)
    isOpen = true
    job.store(job.load(ordering: .relaxed) &+ 1, ordering: .releasing)
    let asleep = min(sleeping, chunks - 1, helpers)
    pthread_mutex_unlock(mutex)
    for _ in 0..<asleep { pthread_cond_signal(work) }
    take(chunks, body, worker: 0, .endless)
    close()
  }

  /// Waits for those who joined; who has not by now need not.
  private func close() {
    pthread_mutex_lock(mutex)
    isOpen = false
    pthread_mutex_unlock(mutex)
    watch { inside.load(ordering: .acquiring) == 0 }
    pthread_mutex_lock(mutex)
    while inside.load(ordering: .relaxed) > 0 { pthread_cond_wait(done, mutex) }
    body = nil
    pthread_mutex_unlock(mutex)
  }

  /// Does chunks of the open job until there are none, or the turn is over.
  private func take(_ chunks: Int, _ body: Body, worker: Int, _ turn: Turn) {
    while !turn.isOver {
      let chunk = next.add(1, ordering: .relaxed).oldValue
      guard chunk < chunks else { return }
      body(chunk, worker)
    }
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    guard let opaque = $0 else { return nil }
    Unmanaged<Crew>.fromOpaque(opaque).takeUnretainedValue().serve()
    return nil
  }

  private func serve() {
    var saved: Int32 = 0
    gan_dnn_begin_thread(&saved)
    pthread_mutex_lock(mutex)
    started += 1
    let worker = started
    var seen = 0
    var turn = Turn()
    while true {
      if job.load(ordering: .relaxed) == seen {
        pthread_mutex_unlock(mutex)
        watch { job.load(ordering: .acquiring) != seen }
        pthread_mutex_lock(mutex)
      }
      if job.load(ordering: .relaxed) == seen {
        sleeping += 1
        pthread_cond_wait(work, mutex)
        sleeping -= 1
        // Woken for a job, or because there will soon be one.
        continue
      }
      seen = job.load(ordering: .relaxed)
      guard seen >= 0 else { break }
      join(worker, turn)
      while turn.isOver {
        pthread_mutex_unlock(mutex)
        turn.rest()
        pthread_mutex_lock(mutex)
        if job.load(ordering: .relaxed) == seen { join(worker, turn) }
      }
    }
    pthread_mutex_unlock(mutex)
  }

  /// Takes part in the open job; called and left with `mutex` held.
  private func join(_ worker: Int, _ turn: Turn) {
    guard isOpen, let body, inside.load(ordering: .relaxed) < helpers else { return }
    let chunks = self.chunks
    inside.add(1, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
    take(chunks, body, worker: worker, turn)
    pthread_mutex_lock(mutex)
    inside.subtract(1, ordering: .releasing)
    if inside.load(ordering: .relaxed) == 0 { pthread_cond_signal(done) }
  }

  /// Looks for `condition` for a very short time.
  private func watch(_ condition: () -> Bool) {
    let start = nanoseconds()
    while true {
      for _ in 0..<16 {
        if condition() { return }
        gan_pause()
      }
      if nanoseconds() &- start > Crew.patience { return }
    }
  }
}

/// How long a worker works until it lets others have its processor, between two chunks. Who stays is put off it after some
/// milliseconds, likely in the middle of a chunk, and the step waits until it is back. The calling thread does not rest: nobody
/// else begins the next job.
private struct Turn {
  private static let length = 1_500_000
  static let endless = Turn(end: .max)
  private var end = nanoseconds() + length

  var isOver: Bool { nanoseconds() >= end }

  /// Where nobody else wants the processor, this takes less than a microsecond.
  mutating func rest() {
    sched_yield()
    end = nanoseconds() + Turn.length
  }
}

private func nanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}

/// Threads made in `body` get none of the signals that the host sends or handles; those a faulty
/// instruction raises cannot be kept from the thread that raised them.
private func blockingSignals(_ body: () -> Void) {
  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&all, signal) }
  pthread_sigmask(SIG_BLOCK, &all, &before)
  body()
  pthread_sigmask(SIG_SETMASK, &before, nil)
}
