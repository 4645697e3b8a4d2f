import Graphs

/// Bytes of UTF-8 that grow as they are appended, in memory that can fail.
public final class TextBuffer: @unchecked Sendable {
  private var buffer: Buffer<UInt8>
  /// Bytes so far.
  public private(set) var count = 0
  private let purpose: String

  /// - Parameter purpose: what an error names.
  public init(for purpose: String) throws(GANError) {
    self.purpose = purpose
    buffer = try Buffer(count: 1 << 12, for: purpose)
  }

  public func append(_ text: String) throws(GANError) {
    var text = text
    let result = text.withUTF8 { bytes in
      Result { () throws(GANError) in try append(UnsafeRawBufferPointer(bytes)) }
    }
    try result.get()
  }

  public func append(_ bytes: UnsafeRawBufferPointer) throws(GANError) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    if buffer.count - count < bytes.count {
      let larger = try Buffer<UInt8>(count: max(2 * buffer.count, count + bytes.count), for: purpose)
      larger.pointer.update(from: buffer.pointer, count: count)
      buffer = larger
    }
    UnsafeMutableRawPointer(buffer.pointer + count).copyMemory(from: base, byteCount: bytes.count)
    count += bytes.count
  }

  /// Forgets what was appended; the memory stays.
  func removeAll() { count = 0 }

  /// Lends the bytes.
  public func withBytes<Result, Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(buffer) {} }
    return try body(UnsafeRawBufferPointer(start: buffer.pointer, count: count))
  }
}
