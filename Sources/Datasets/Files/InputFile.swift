import Glibc
import Graphs

/// Bytes that come in order from a file, as they are or inflated.
protocol ByteInput: AnyObject {
  var path: String { get }
  /// The most bytes that can still come; exact for plain files.
  var bound: Int { get }
  /// Whether `bound` is known to be what comes.
  var isExact: Bool { get }
  /// Reads `count` bytes, or fewer at the end.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(GANError) -> Int
}

extension ByteInput {
  /// The next bytes, for headers; fewer at the end.
  func read(count: Int) throws(GANError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(GANError) in
        guard let base = bytes.baseAddress else { return 0 }
        return try read(into: base, count: bytes.count)
      }
    }
    bytes.removeLast(count - (try result.get()))
    return bytes
  }
}

/// A regular file, open for reading.
final class InputFile: ByteInput {
  let path: String
  let size: Int
  fileprivate(set) var bound: Int
  let isExact = true
  fileprivate let descriptor: Int32

  /// - Throws: `.io` with the system's reason, or for what is no regular file; `.format` for an
  ///   empty one.
  init(_ path: String) throws(GANError) {
    try checkPath(path)
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw GANError(.io, path, systemError("open")) }
    var status = stat()
    let problem: GANError?
    if fstat(descriptor, &status) != 0 {
      problem = GANError(.io, path, systemError("open"))
    } else if status.st_mode & S_IFMT != S_IFREG {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      problem = GANError(
        .io, field: path, expected: "a file", got: isFolder ? "a folder" : "a device or pipe")
    } else if status.st_size == 0 {
      problem = GANError(.format, field: path, expected: "data", got: "an empty file")
    } else {
      problem = nil
    }
    self.path = path
    size = Int(status.st_size)
    bound = size
    if let problem { throw problem }
  }

  deinit { close(descriptor) }

  func read(into target: UnsafeMutableRawPointer, count: Int) throws(GANError) -> Int {
    var done = 0
    while done < count {
      let length = Glibc.read(descriptor, target + done, min(count - done, 1 << 30))
      if length < 0 && errno == EINTR { continue }
      guard length >= 0 else { throw GANError(.io, path, systemError("read")) }
      if length == 0 { break }
      done += length
    }
    // A file that grows meanwhile gives more than it promised; nobody may count below zero.
    bound = max(0, bound - done)
    return done
  }
}

extension InputFile {
  /// Passes over bytes, up to the end.
  func skip(_ count: Int) throws(GANError) {
    let count = min(count, bound)
    guard lseek(descriptor, count, SEEK_CUR) >= 0 else { throw GANError(.io, path, systemError("read")) }
    bound -= count
  }
}

/// Opens a file, inflating it when it begins as gzip does.
///
/// - Parameter limit: most bytes that inflating may give.
func openInput(_ path: String, limit: Int) throws(GANError) -> any ByteInput {
  let magic = try InputFile(path).read(count: 2)
  let file = try InputFile(path)
  return magic == [0x1f, 0x8b] ? try GzipInput(file, limit: limit) : file
}
