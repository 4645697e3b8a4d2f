import Glibc
import Graphs
import Plans

/// Who may use a model: any number of readers, or one trainer with its own thread's readers.
/// Nobody waits: what does not fit is answered with BUSY.
final class AccessLock: @unchecked Sendable {
  // Guarded by `ProcessLock`.
  private var readers = 0
  private var trainer: pthread_t?
  private var forks = Forks.count()
  /// The thread that trained it when this process was forked is not here to end its step.
  private var isAbandoned = false

  /// Runs `body` beside other readers, or within this thread's own training.
  ///
  /// - Throws: `.busy` while another thread trains.
  func read<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    try ProcessLock.locked { () throws(GANError) in
      try noteFork()
      if let trainer, pthread_equal(trainer, pthread_self()) == 0 {
        throw GANError(.busy, "model", "is being trained by another thread")
      }
      readers += 1
    }
    defer { ProcessLock.locked { readers -= 1 } }
    return try body()
  }

  /// Runs `body` alone.
  ///
  /// - Throws: `.busy` while anybody else uses the model, or this thread already trains it.
  func train<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    try ProcessLock.locked { () throws(GANError) in
      try noteFork()
      if let trainer {
        let own = pthread_equal(trainer, pthread_self()) != 0
        throw GANError(.busy, "model", own ? "is already being trained by this call" : "is being trained")
      }
      guard readers == 0 else { throw GANError(.busy, "model", "is being read by another thread") }
      trainer = pthread_self()
    }
    defer { ProcessLock.locked { trainer = nil } }
    return try body()
  }

  /// A forked child has none of the other threads. Those that read left nothing behind; one that
  /// trained left weights that are half moved.
  private func noteFork() throws(GANError) {
    if forks != Forks.count() {
      forks = Forks.count()
      readers = 0
      isAbandoned = isAbandoned || trainer.map { !Forks.survived($0) } ?? false
    }
    guard !isAbandoned else {
      throw GANError(.busy, "model", "was being trained by another thread when this process was forked")
    }
  }
}
