// gan.h 8: Settings of the process

import CGAN
import CMemory
import GAN
import Plans

/// Where lines of log go. Guarded by `ProcessLock`.
private enum LogTarget {
  nonisolated(unsafe) static var callback: gan_log_callback?
  nonisolated(unsafe) static var user: UnsafeMutableRawPointer?
}

/// A JSON object about the build and the machine: "version", "abi_version", "threads",
/// "memory_limit", "memory_held" (bytes). Two calls: see the rules for texts above.
@_cdecl("gan_build_info")
public func gan_build_info(
  _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64, _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let info = JSON.object([
      "version": .string(GAN_VERSION), "abi_version": .integer(GAN_ABI_VERSION),
      "threads": .integer(Execution.threads),
      "memory_limit": .integer(gan_memory_limit()), "memory_held": .integer(gan_memory_held()),
    ])
    try output.write(info.compact)
  }
}

/// A JSON array of the presets, each an object with "name", "kind" (images, vectors, sounds, … or any), "paper",
/// "summary" and "recipe". Two calls: see the rules for texts above.
@_cdecl("gan_presets")
public func gan_presets(
  _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64, _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    try output.write(Preset.list().compact)
  }
}

/// Most threads that the library computes on, in this process, from now on, 1 to 1024; 0 for one for
/// each processor, which is the default. Calls from several threads share them, taking turns by operation;
/// only a model limited to one thread (gan_model_set_threads) computes beside them, on its caller's.
/// Results do not depend on it.
@_cdecl("gan_set_threads")
public func gan_set_threads(_ count: Int32) -> gan_status {
  answer { () throws(GANError) in
    guard (0...1024).contains(count) else {
      throw GANError(field: "count", expected: "0 (all processors) to 1024", got: count)
    }
    try Execution.setThreads(Int(count))
  }
}

/// Most bytes that the library's buffers (models, plans, datasets) may take together, in this
/// process; 0 for no limit, which is the default. What would go beyond answers GAN_MEMORY; what is
/// held already stays. Under a limit gan_model_create takes at once what training at the recipe's batch
/// needs, and says how much that is when there is not enough; sampling from several threads waits
/// for each other where there is no memory to do it at once.
@_cdecl("gan_set_memory_limit")
public func gan_set_memory_limit(_ bytes: Int64) -> gan_status {
  answer { () throws(GANError) in
    guard bytes >= 0 else { throw GANError(field: "bytes", expected: "0 (no limit) or more", got: bytes) }
    gan_memory_set_limit(bytes)
  }
}

/// Where lines of log go from now on; NULL for nowhere, which is the default. user comes back as the
/// callback's first argument. The callback may call any function but must return; calls of other threads
/// that began before may still be in the old one.
@_cdecl("gan_set_log")
public func gan_set_log(_ callback: gan_log_callback?, _ user: UnsafeMutableRawPointer?) -> gan_status {
  ProcessLock.locked { (LogTarget.callback, LogTarget.user) = (callback, user) }
  return gan_status(GAN_OK)
}

/// Writes one line of log on the calling thread, where somebody listens.
func log(_ level: Int, _ message: @autoclosure () -> String) {
  let (target, user) = ProcessLock.locked { (LogTarget.callback, LogTarget.user) }
  guard let target else { return }
  // A path or a name in it must not begin a line of its own.
  let line = String(message().map { $0.isNewline || $0 == "\0" ? " " : $0 })
  line.withCString { target(user, Int32(level), $0) }
}
