// gan.h 7: Settings of the process

import CGAN
import CMemory
import GAN
import Synchronization

/// Where lines of log go.
private struct LogTarget: @unchecked Sendable {
  var callback: gan_log_callback?
  var user: UnsafeMutableRawPointer?
}

private let logTarget = Mutex(LogTarget())

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

/// A JSON array of the presets, each an object with "name", "kind" (images, vectors or any), "paper",
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

/// Most threads that the library computes on, in this process, from now on; 0 for one for each
/// processor, which is the default. Results do not depend on it.
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
/// held already stays.
@_cdecl("gan_set_memory_limit")
public func gan_set_memory_limit(_ bytes: Int64) -> gan_status {
  answer { () throws(GANError) in
    guard bytes >= 0 else { throw GANError(field: "bytes", expected: "0 (no limit) or more", got: bytes) }
    gan_memory_set_limit(bytes)
  }
}

/// Where lines of log go from now on; NULL for nowhere, which is the default. user comes back as the
/// callback's first argument.
@_cdecl("gan_set_log")
public func gan_set_log(_ callback: gan_log_callback?, _ user: UnsafeMutableRawPointer?) -> gan_status {
  let target = LogTarget(callback: callback, user: user)
  logTarget.withLock { $0 = target }
  return gan_status(GAN_OK)
}

/// Writes one line of log on the calling thread, where somebody listens.
func log(_ level: Int, _ message: @autoclosure () -> String) {
  let target = logTarget.withLock { $0 }
  guard let callback = target.callback else { return }
  message().withCString { callback(target.user, Int32(level), $0) }
}
