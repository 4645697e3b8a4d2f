import CGAN
import Glibc
import GAN

/// Longest texts taken from a caller, in bytes. They bound what one call may allocate.
enum TextLimit {
  static let json = 1 << 20
  static let path = 4095
  static let name = 255
}

/// A copy of the caller's UTF-8 text. Throws `.argument` for NULL, for more than `most` bytes and
/// for what is not UTF-8.
func callerText(
  _ pointer: UnsafePointer<CChar>?, _ field: String, most: Int
) throws(GANError) -> String {
  guard let pointer else { throw GANError(field: field, expected: "a text", got: "NULL") }
  let length = strnlen(pointer, most + 1)
  guard length <= most else {
    throw GANError(field: field, expected: "at most \(most) bytes", got: "a longer text")
  }
  let bytes = UnsafeRawBufferPointer(start: pointer, count: length)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw GANError(field: field, expected: "UTF-8", got: "bytes that are not")
  }
  return text
}

/// A path: a text that is not empty.
func callerPath(_ pointer: UnsafePointer<CChar>?, _ field: String) throws(GANError) -> String {
  let path = try callerText(pointer, field, most: TextLimit.path)
  guard !path.isEmpty else { throw GANError(field: field, expected: "a path", got: "an empty text") }
  return path
}

/// A JSON text; NULL and the empty text mean `{}` where `optional` allows it.
func callerJSON(
  _ pointer: UnsafePointer<CChar>?, _ field: String, optional: Bool = false
) throws(GANError) -> String {
  if optional, pointer == nil || pointer?.pointee == 0 { return "{}" }
  return try callerText(pointer, field, most: TextLimit.json)
}

/// Where a caller wants a text: the two-call size query.
struct TextOutput {
  let buffer: UnsafeMutablePointer<CChar>?
  let capacity: Int
  let length: UnsafeMutablePointer<Int64>

  /// Zeroes `*out_length`, and checks the three arguments.
  init(
    _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64, _ length: UnsafeMutablePointer<Int64>?
  ) throws(GANError) {
    length?.pointee = 0
    self.length = try required(length, "out_length")
    self.capacity = try callerCapacity(capacity, hasBuffer: buffer != nil, "buffer")
    self.buffer = buffer
    if capacity > 0 { buffer?.pointee = 0 }
  }

  /// Writes the text with its zero. Without a buffer only the length is given; with one that is
  /// too small the length is given and `.argument` thrown.
  func write(_ text: String) throws(GANError) {
    var text = text
    let result = text.withUTF8 { bytes in
      Result { () throws(GANError) in try write(UnsafeRawBufferPointer(bytes)) }
    }
    try result.get()
  }

  func write(_ text: UnsafeRawBufferPointer) throws(GANError) {
    let needed = text.count
    length.pointee = Int64(needed)
    guard let buffer else { return }
    guard capacity > needed else {
      throw GANError(field: "capacity", expected: "at least \(needed + 1)", got: capacity)
    }
    if let base = text.baseAddress {
      UnsafeMutableRawPointer(buffer).copyMemory(from: base, byteCount: needed)
    }
    buffer[needed] = 0
  }
}

/// A capacity that agrees with its buffer: none for NULL, at least 0 otherwise.
func callerCapacity(
  _ capacity: Int64, hasBuffer: Bool, _ field: String
) throws(GANError) -> Int {
  guard capacity >= 0 else {
    throw GANError(field: "capacity", expected: "0 or more", got: capacity)
  }
  guard hasBuffer || capacity == 0 else {
    throw GANError(field: field, expected: "a buffer of \(capacity) elements", got: "NULL")
  }
  return Int(capacity)
}
