import Glibc
import Testing

@testable import Plans

@Suite(.serialized) struct ProcessLockTests {
  /// Forks while another thread keeps taking the lock: the child can take it too.
  @Test func aForkedChildFindsTheLockOpen() throws {
    // A fork amid the very first use, which sets Swift's globals up, is outside the promise.
    ProcessLock.locked {}
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.pointee = 1
    var thread = pthread_t()
    let started = pthread_create(
      &thread, nil,
      { raw in
        guard let flag = raw?.assumingMemoryBound(to: Int32.self) else { return nil }
        while ProcessLock.locked({ flag.pointee }) == 1 {}
        return nil
      }, flag)
    try #require(started == 0)
    for _ in 0..<50 { #expect(status { ProcessLock.locked { 7 } } == 7) }
    ProcessLock.locked { flag.pointee = 0 }
    pthread_join(thread, nil)
    flag.deallocate()
  }

  @Test func aForkIsCounted() {
    let before = Forks.count()
    let child = status { Int32(Forks.count() - before) * 2 + (Forks.survived(pthread_self()) ? 1 : 0) }
    #expect(child == 3)
    #expect(Forks.count() == before)
  }

  private func status(_ body: () -> Int32) -> Int32 {
    // Swift hides `fork`; hosts written in other languages have it.
    guard let symbol = dlsym(nil, "fork") else { return -1 }
    let child = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)()
    if child == 0 {
      alarm(10)
      _exit(body())
    }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
  }
}
