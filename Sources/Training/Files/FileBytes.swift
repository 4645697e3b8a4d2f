import Glibc
import Graphs

/// A regular file, open for reading at any place.
///
/// The descriptor is used and closed only while it still is that file: a host that closes every
/// descriptor it does not know, as daemons do, may have given its number to something else.
final class OpenFile: @unchecked Sendable {
  let path: String
  let size: Int
  let descriptor: Int32
  private let device: dev_t
  private let node: ino_t

  /// - Throws: `.io` naming the path, for what the system refuses or what is not a file.
  init(_ path: String) throws(GANError) {
    guard !path.utf8.contains(0), !path.isEmpty else {
      throw GANError(
        .io, "path", "expected the path of a file, got \(path.isEmpty ? "none" : "a zero byte")")
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw GANError(.io, path, "cannot read: \(systemReason())") }
    var status = stat()
    let problem: GANError?
    if fstat(descriptor, &status) != 0 {
      problem = GANError(.io, path, "cannot read: \(systemReason())")
    } else if status.st_mode & S_IFMT != S_IFREG {
      problem = GANError(.io, field: path, expected: "a file", got: "a folder or device")
    } else {
      problem = nil
    }
    self.path = path
    size = Int(status.st_size)
    device = status.st_dev
    node = status.st_ino
    if let problem { throw problem }
  }

  deinit { if isOurs { close(descriptor) } }

  private var isOurs: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_dev == device && status.st_ino == node
  }

  /// Reads exactly `count` bytes from `offset` on.
  ///
  /// - Throws: `.io`, also for a file that has become shorter.
  func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int) throws(GANError) {
    guard isOurs else { throw GANError(.io, path, "cannot read: its descriptor was closed by somebody else") }
    var filled = 0
    while filled < count {
      let read = pread(
        descriptor, target + filled, min(count - filled, 1 << 30), off_t(offset + filled))
      if read < 0 && errno == EINTR { continue }
      guard read > 0 else {
        let reason = read < 0 ? systemReason() : "it became shorter while being read"
        throw GANError(.io, path, "cannot read: \(reason)")
      }
      filled += read
    }
  }
}

/// A whole regular file in memory.
///
/// - Throws: `.io` for what the system refuses or what is not a file, `.format` above `limit` bytes,
///   `.memory`; each names the path.
func readFile(_ path: String, limit: Int, mayBeEmpty: Bool = false) throws(GANError) -> Buffer<UInt8> {
  let file = try OpenFile(path)
  guard file.size <= limit else {
    throw GANError(.format, field: path, expected: "at most \(limit) bytes", got: file.size)
  }
  guard file.size > 0 || mayBeEmpty else {
    throw GANError(.format, field: path, expected: "a file with content", got: "0 bytes")
  }
  let bytes = try Buffer<UInt8>(count: file.size, for: path)
  try file.read(into: bytes.pointer, count: file.size, at: 0)
  return bytes
}

/// The text of `errno`; to be called before anything else can change it.
func systemReason() -> String {
  let code = errno
  var text = [CChar](repeating: 0, count: 128)
  guard strerror_r(code, &text, text.count - 1) == 0 else { return "error \(code)" }
  return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}

func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

func exists(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0
}
