import Glibc

/// A thread that fills the slots of a `BatchSource` in order, staying two batches ahead of what
/// was taken.
///
/// The thread keeps this object alive, so that a forked child, which has no such thread, may drop
/// it without touching a mutex that was perhaps locked at the time.
final class ReadAhead: @unchecked Sendable {
  let processID = getpid()
  private let filler: any Filler
  private let slots: [BatchSlot]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread = pthread_t()
  // Guarded by the mutex: batches below `filled` are ready, slots of batches below `taken` are
  // free again.
  private var filled: Int64
  private var taken: Int64
  private var stopping = false

  /// nil when the system gives no thread.
  init?(_ filler: any Filler, _ slots: [BatchSlot], from index: Int64) {
    self.filler = filler
    self.slots = slots
    self.filled = index
    self.taken = index
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    guard start() else {
      freeLocks()
      return nil
    }
  }

  /// Signals belong to the program's own threads: this one blocks them all.
  private func start() -> Bool {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let context = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<ReadAhead>.fromOpaque(raw).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    if status != 0 { context.release() }
    return status == 0
  }

  private func run() {
    pthread_mutex_lock(mutex)
    while !stopping {
      // The batch before `taken` is in the caller's hands: its slot is not free yet.
      if filled - taken >= Int64(slots.count) - 1 {
        pthread_cond_wait(changed, mutex)
        continue
      }
      let index = filled
      pthread_mutex_unlock(mutex)
      let slot = slots[Int(index % Int64(slots.count))]
      filler.fill(index, values: slot.values.pointer, labels: slot.labels?.pointer)
      pthread_mutex_lock(mutex)
      filled = index + 1
      pthread_cond_broadcast(changed)
    }
    pthread_mutex_unlock(mutex)
  }

  /// Waits until batch `index`, the one after the last taken, is in its slot.
  func take(_ index: Int64) {
    pthread_mutex_lock(mutex)
    // Whoever asks for this batch has let go of the one before.
    while filled <= index { pthread_cond_wait(changed, mutex) }
    taken = index + 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  /// Ends and joins the thread; in the process that started it.
  func stop() {
    pthread_mutex_lock(mutex)
    stopping = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    pthread_join(thread, nil)
    freeLocks()
  }

  private func freeLocks() {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }
}
