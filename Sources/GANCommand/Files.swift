import GAN
import Glibc

/// A small text file, whole.
func textFile(_ path: String) throws(GANError) -> String {
  guard let file = fopen(path, "r") else {
    throw GANError(.io, path, "cannot read: \(String(cString: strerror(errno)))")
  }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: (1 << 20) + 1)
  let count = fread(&bytes, 1, bytes.count, file)
  guard count < bytes.count, ferror(file) == 0 else {
    throw GANError(.io, field: path, expected: "a text of at most 1 MB", got: "more, or a failing read")
  }
  return String(decoding: bytes[..<count], as: UTF8.self)
}

func makeFolder(_ path: String) throws(GANError) {
  if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
  throw GANError(.io, path, "cannot make a folder: \(String(cString: strerror(errno)))")
}
