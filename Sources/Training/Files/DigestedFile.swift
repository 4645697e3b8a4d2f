import Graphs

/// An open file whose header holds the SHA-256 of the whole file, with the digest's own 64 digits
/// taken as zeros. What follows the header is read in one pass, digested on the way.
struct DigestedFile: Sendable {
  /// Where a stretch of the file is to be written; nil: nowhere.
  typealias Stretch = (byteCount: Int, target: UnsafeMutableRawPointer?)

  static let digits = 64
  static let noDigest = String(repeating: "0", count: digits)
  /// Bytes that are read and digested at a time: they stay in the processor's cache in between.
  private static let piece = 1 << 18

  let file: OpenFile
  let header: Buffer<UInt8>
  /// Where the digits begin in the header.
  let digitsPlace: Int

  /// Bytes after the header.
  var byteCount: Int { file.size - header.count }

  /// Reads everything after the header, in stretches that make up `byteCount`. When it throws, what
  /// it wrote is not to be used.
  ///
  /// - Throws: `.io`, `.memory`; `.format` for a file that is not byte for byte what was written.
  func read(_ stretches: [Stretch]) throws(GANError) {
    var sha = SHA256()
    let all = UnsafeRawBufferPointer(header.elements)
    sha.update(UnsafeRawBufferPointer(rebasing: all[..<digitsPlace]))
    sha.update(Array(Self.noDigest.utf8))
    sha.update(UnsafeRawBufferPointer(rebasing: all[(digitsPlace + Self.digits)...]))
    let spare = try Buffer<UInt8>(count: Self.piece, for: file.path)
    defer { withExtendedLifetime(spare) {} }
    var offset = header.count
    for stretch in stretches {
      var done = 0
      while done < stretch.byteCount {
        let count = min(Self.piece, stretch.byteCount - done)
        let target = stretch.target.map { $0 + done } ?? UnsafeMutableRawPointer(spare.pointer)
        try file.read(into: target, count: count, at: offset)
        sha.update(UnsafeRawBufferPointer(start: target, count: count))
        done += count
        offset += count
      }
    }
    let written = all[digitsPlace..<(digitsPlace + Self.digits)]
    let found = sha.finish()
    guard written.elementsEqual(found.utf8) else {
      let expected = String(decoding: written.prefix(16), as: UTF8.self)
      throw GANError(
        .format, file.path, "is damaged: expected SHA-256 \(expected)…, got \(found.prefix(16))…")
    }
  }

  /// Checks the digest alone.
  ///
  /// - Throws: as `read`.
  func check() throws(GANError) { try read([(byteCount, nil)]) }
}
