import Glibc
import Plans
import Synchronization
import Testing

struct ThreadPoolTests {
  /// How often each chunk ran, over many runs of changing size.
  @Test(arguments: [1, 2, 3, 8])
  func everyChunkRunsOnce(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let overlaps = Atomic<Int>(0)
    let busy = UnsafeMutablePointer<Int>.allocate(capacity: threads)
    defer { busy.deallocate() }
    busy.initialize(repeating: 0, count: threads)
    for round in 0..<500 {
      let chunks = round % 9
      let counts = UnsafeMutablePointer<Int>.allocate(capacity: 9)
      defer { counts.deallocate() }
      counts.initialize(repeating: 0, count: 9)
      pool.run(chunks: chunks) { chunk, worker in
        busy[worker] += 1
        if busy[worker] != 1 || worker >= threads { overlaps.add(1, ordering: .relaxed) }
        counts[chunk] += 1
        busy[worker] -= 1
      }
      #expect((0..<9).map { counts[$0] } == (0..<9).map { $0 < chunks ? 1 : 0 })
    }
    #expect(overlaps.load(ordering: .relaxed) == 0)
  }

  /// A run takes longer than a worker's turn.
  @Test func workersRestSleepAndWake() {
    let pool = ThreadPool(threads: 2)
    let sum = Atomic<Int>(0)
    for _ in 0..<5 {
      usleep(2_000)
      pool.run(chunks: 40) { chunk, _ in
        sum.add(chunk, ordering: .relaxed)
        usleep(200)
      }
    }
    #expect(sum.load(ordering: .relaxed) == 3900)
  }

  /// A child process has a pool of its own, and its idle workers use hardly any of 50 ms.
  /// (ThreadSanitizer cannot make threads after a fork.)
  @Test(.enabled(if: dlsym(nil, "__tsan_init") == nil))
  func forkedChildrenMakeNewWorkers() throws {
    let pool = ThreadPool(threads: 3)
    let sum = Atomic<Int>(0)
    pool.run(chunks: 6) { _, _ in usleep(100) }
    // Swift hides `fork`; hosts written in other languages have it.
    let symbol = try #require(dlsym(nil, "fork"))
    let child = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)()
    if child == 0 {
      for _ in 0..<20 {
        pool.run(chunks: 6) { chunk, _ in
          sum.add(chunk, ordering: .relaxed)
          usleep(100)
        }
      }
      let before = processTime()
      usleep(50_000)
      let idle = processTime() - before
      _exit(sum.load(ordering: .relaxed) != 300 ? 1 : idle > 20_000 ? 2 : 0)
    }
    var status: Int32 = -1
    for _ in 0..<2_000 where waitpid(child, &status, WNOHANG) == 0 { usleep(5_000) }
    if status == -1 { kill(child, SIGKILL) }
    #expect(status == 0, "1: wrong sum, 2: not idle, -1: hangs (\(status >> 8))")
    pool.run(chunks: 6) { chunk, _ in sum.add(chunk, ordering: .relaxed) }
    #expect(sum.load(ordering: .relaxed) == 15)
  }

  /// Several callers take turns.
  @Test func callersQueue() {
    let pool = ThreadPool(threads: 2)
    final class Job: Sendable {
      let pool: ThreadPool
      let done = Atomic<Int>(0)
      init(_ pool: ThreadPool) { self.pool = pool }
    }
    let job = Job(pool)
    var handles: [pthread_t] = []
    for _ in 0..<4 {
      var handle = pthread_t()
      let started = pthread_create(
        &handle, nil,
        { opaque in
          guard let opaque else { return nil }
          let job = Unmanaged<Job>.fromOpaque(opaque).takeUnretainedValue()
          for _ in 0..<100 {
            job.pool.run(chunks: 3) { _, _ in job.done.add(1, ordering: .relaxed) }
          }
          return nil
        }, Unmanaged.passUnretained(job).toOpaque())
      #expect(started == 0)
      handles.append(handle)
    }
    for handle in handles { pthread_join(handle, nil) }
    #expect(job.done.load(ordering: .relaxed) == 1_200)
  }

  /// Microseconds that all threads of this process have computed for.
  private func processTime() -> Int {
    var usage = rusage()
    getrusage(0 /* RUSAGE_SELF */, &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return Int(seconds) * 1_000_000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }
}
