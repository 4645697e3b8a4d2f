import Glibc
import Graphs

/// Who may use a model: any number of readers, or one trainer with its own thread's readers.
/// Nobody waits: what does not fit is answered with BUSY.
final class AccessLock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var readers = 0
  private var trainer: pthread_t?

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  private func locked<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Runs `body` beside other readers, or within this thread's own training.
  ///
  /// - Throws: `.busy` while another thread trains.
  func read<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    try locked { () throws(GANError) in
      if let trainer, pthread_equal(trainer, pthread_self()) == 0 {
        throw GANError(.busy, "model", "is being trained by another thread")
      }
      readers += 1
    }
    defer { pthread_mutex_lock(mutex); readers -= 1; pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Runs `body` alone.
  ///
  /// - Throws: `.busy` while anybody else uses the model, or this thread already trains it.
  func train<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    try locked { () throws(GANError) in
      if let trainer {
        let own = pthread_equal(trainer, pthread_self()) != 0
        throw GANError(.busy, "model", own ? "is already being trained by this call" : "is being trained")
      }
      guard readers == 0 else { throw GANError(.busy, "model", "is being read by another thread") }
      trainer = pthread_self()
    }
    defer { pthread_mutex_lock(mutex); trainer = nil; pthread_mutex_unlock(mutex) }
    return try body()
  }
}
