import Glibc
import Synchronization

/// Ctrl-C: the first asks training to stop and save, the second ends the process.
enum Interrupt {
  private static let asked = Atomic<Bool>(false)

  static var isAsked: Bool { asked.load(ordering: .relaxed) }

  static func watch() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      // Only what is allowed inside a handler: an atomic flag, and the default for the next one.
      Interrupt.asked.store(true, ordering: .relaxed)
      Glibc.signal(signal, SIG_DFL)
    }
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    // Whoever started us may have blocked them, and a mask is inherited.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
