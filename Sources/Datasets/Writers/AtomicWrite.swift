import Glibc
import Graphs

/// Writes a file whole or not at all: into a temporary file of the same folder, synced, then
/// renamed over `path`. A link is followed; a device or pipe is written directly.
///
/// - Throws: `.io` with the path and the system's reason; the temporary file is gone then and
///   what was at `path` is untouched.
package func atomicWrite(_ path: String, _ pieces: [UnsafeRawBufferPointer]) throws(GANError) {
  let target = try resolve(path)
  var status = stat()
  let exists = stat(target, &status) == 0
  if exists && status.st_mode & S_IFMT == S_IFDIR {
    throw GANError(.io, path, "expected a file to write, got a folder")
  }
  if exists && status.st_mode & S_IFMT != S_IFREG {
    try writeDirectly(target, pieces, named: path)
    return
  }
  let folder = parent(of: target)
  let (temporary, descriptor) = try createTemporary(in: folder, named: path)
  do throws(GANError) {
    if exists { fchmod(descriptor, status.st_mode & 0o777) }
    try writeAll(pieces, to: descriptor, named: path)
    guard rename(temporary, target) == 0 else { throw GANError(.io, path, systemError("write")) }
  } catch {
    unlink(temporary)
    throw error
  }
  syncFolder(folder)
}

package func atomicWrite(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(GANError) {
  try atomicWrite(path, [bytes])
}

package func atomicWrite(_ path: String, text: String) throws(GANError) {
  let bytes = Array(text.utf8)
  let result = bytes.withUnsafeBytes { bytes in
    Result { () throws(GANError) in try atomicWrite(path, [bytes]) }
  }
  try result.get()
}

/// "cannot write: No space left on device"; call it before anything else can change errno.
func systemError(_ verb: String) -> String {
  let code = errno
  var text = [CChar](repeating: 0, count: 128)
  // The POSIX variant, safe in threads.
  let known = strerror_r(code, &text, text.count) == 0
  return "cannot \(verb): \(known ? string(text) : "error \(code)")"
}

/// Text up to its zero byte.
func string(_ text: [CChar]) -> String {
  String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Refuses what the system would silently cut short.
func checkPath(_ path: String) throws(GANError) {
  guard !path.isEmpty else { throw GANError(field: "path", expected: "a path", got: "an empty text") }
  guard !path.utf8.contains(0) else {
    throw GANError(field: path, expected: "a path", got: "one with a zero byte in it")
  }
}

private func resolve(_ path: String) throws(GANError) -> String {
  try checkPath(path)
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
    let resolved = realpath(path, nil)
  else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func parent(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func createTemporary(
  in folder: String, named path: String
) throws(GANError) -> (path: String, descriptor: Int32) {
  // A name of its own rather than the target's with an ending: that may be as long as is allowed.
  for attempt in 0..<1000 {
    let temporary = "\(folder)/.libgan-\(getpid())-\(attempt).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor >= 0 { return (temporary, descriptor) }
    guard errno == EEXIST || errno == EINTR else { break }
  }
  throw GANError(.io, path, systemError("write"))
}

private func writeDirectly(
  _ target: String, _ pieces: [UnsafeRawBufferPointer], named path: String
) throws(GANError) {
  // A pipe that nobody reads answers at once instead of waiting for a reader.
  let descriptor = open(target, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw GANError(.io, path, systemError("write")) }
  _ = fcntl(descriptor, F_SETFL, O_WRONLY)
  try writeAll(pieces, to: descriptor, named: path)
}

/// Writes, syncs and closes; the descriptor is closed in any case.
private func writeAll(
  _ pieces: [UnsafeRawBufferPointer], to descriptor: Int32, named path: String
) throws(GANError) {
  var problem: GANError?
  withoutWriteSignals {
    for piece in pieces where problem == nil {
      problem = write(piece, to: descriptor, named: path)
    }
  }
  // Pipes and devices have nothing to sync and say EINVAL.
  if problem == nil, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP, errno != EROFS {
    problem = GANError(.io, path, systemError("write"))
  }
  if close(descriptor) != 0 && problem == nil && errno != EINTR {
    problem = GANError(.io, path, systemError("write"))
  }
  if let problem { throw problem }
}

private func write(_ piece: UnsafeRawBufferPointer, to descriptor: Int32, named path: String) -> GANError? {
  var written = 0
  while written < piece.count, let base = piece.baseAddress {
    let count = Glibc.write(descriptor, base + written, min(piece.count - written, 1 << 30))
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { return GANError(.io, path, systemError("write")) }
    written += count
  }
  return nil
}

/// A pipe whose reader is gone and a file beyond the process's limit raise a signal that would end the
/// host; here they are errors of `write` alone.
private func withoutWriteSignals(_ body: () -> Void) {
  var signals = sigset_t()
  var before = sigset_t()
  var pending = sigset_t()
  sigemptyset(&signals)
  sigpending(&pending)
  for signal in [SIGPIPE, SIGXFSZ] where sigismember(&pending, signal) == 0 { sigaddset(&signals, signal) }
  pthread_sigmask(SIG_BLOCK, &signals, &before)
  body()
  // What was raised meanwhile belongs to this thread and is taken away again.
  var none = timespec()
  let code = errno
  while sigtimedwait(&signals, nil, &none) > 0 {}
  pthread_sigmask(SIG_SETMASK, &before, nil)
  errno = code
}

/// Makes the rename last through a power cut; a file system that cannot has nothing to tell.
private func syncFolder(_ folder: String) {
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
