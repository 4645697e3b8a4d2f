import Glibc
import Graphs

/// A whole regular file in memory.
///
/// - Throws: `.io` for what the system refuses or what is not a file, `.format` above `limit` bytes,
///   `.memory`; each names the path.
func readFile(_ path: String, limit: Int, mayBeEmpty: Bool = false) throws(GANError) -> Buffer<UInt8> {
  guard !path.utf8.contains(0), !path.isEmpty else {
    throw GANError(.io, "path", "expected the path of a file, got \(path.isEmpty ? "none" : "a zero byte")")
  }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw GANError(.io, path, "cannot read: \(systemReason())") }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw GANError(.io, path, "cannot read: \(systemReason())")
  }
  guard status.st_mode & S_IFMT == S_IFREG else {
    throw GANError(.io, field: path, expected: "a file", got: "a folder or device")
  }
  guard status.st_size <= limit else {
    throw GANError(.format, field: path, expected: "at most \(limit) bytes", got: status.st_size)
  }
  let bytes = try Buffer<UInt8>(count: max(1, Int(status.st_size)), for: path)
  var filled = 0
  while filled < Int(status.st_size) {
    let count = read(descriptor, bytes.pointer + filled, min(Int(status.st_size) - filled, 1 << 30))
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else {
      let reason = count < 0 ? systemReason() : "it became shorter while being read"
      throw GANError(.io, path, "cannot read: \(reason)")
    }
    filled += count
  }
  guard filled > 0 || mayBeEmpty else {
    throw GANError(.format, field: path, expected: "a file with content", got: "0 bytes")
  }
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
