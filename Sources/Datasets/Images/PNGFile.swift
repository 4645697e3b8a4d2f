import CPNG
import Graphs

/// What the first bytes of a PNG file say (W3C PNG, IHDR).
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  let path: String
  let height: Int
  let width: Int
  /// Whether it is of a grey type; palettes count as colour.
  let isGrey: Bool
  /// Interlaced with 16 bits: libpng gets these right only in linear light.
  let needsLinear: Bool
  /// Bytes of the file.
  let size: Int

  /// Bytes that decoding into RGBA takes.
  var decodedBytes: Int { height * width * (needsLinear ? 8 : 4) }

  /// Reads the header alone, and compares what it promises with the file's size and `limit`.
  init(header path: String, limit: Int) throws(GANError) {
    let file = try InputFile(path)
    let bytes = try file.read(count: 33)
    guard bytes.starts(with: Self.signature.prefix(bytes.count)) else {
      throw GANError(.format, field: path, expected: "a PNG file", got: "other data")
    }
    guard bytes.count == 33 else {
      throw GANError(.format, path, "PNG is cut: expected a header of 33 bytes, got \(bytes.count)")
    }
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    self.path = path
    width = number(16)
    height = number(20)
    isGrey = bytes[25] == 0 || bytes[25] == 4
    needsLinear = bytes[24] == 16 && bytes[28] != 0
    size = file.size
    guard number(8) == 13, number(12) == 0x4948_4452, (1...1_000_000).contains(width),
      (1...1_000_000).contains(height)
    else {
      throw GANError(
        .format, path, "expected a PNG of 1 to 1000000 pixels a side, got \(height) x \(width)")
    }
    // The narrowest file has one bit a pixel, and deflate packs at most 1,032 bytes into one.
    guard (height * width / 8) / 1032 <= size else {
      throw GANError(
        .format, path, "PNG promises \(height) x \(width) pixels, got \(size) bytes that cannot hold them")
    }
    guard decodedBytes <= limit else {
      throw GANError(
        .memory, path,
        "PNG promises \(height) x \(width) pixels, \(decodedBytes) bytes, above option limit of \(limit)")
    }
  }

  /// Decodes into RGBA, `[height, width, 4]`.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - pixels: room for `decodedBytes`.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, into pixels: UnsafeMutablePointer<UInt8>) throws(GANError)
  {
    guard isWhole(bytes) else {
      throw GANError(
        .format, path, "PNG is cut: expected an IEND chunk, got the end after \(bytes.count) bytes")
    }
    var message = [CChar](repeating: 0, count: Int(GAN_PNG_MESSAGE))
    let done = gan_png_decode(
      bytes.baseAddress, bytes.count, UInt32(width), UInt32(height), needsLinear ? 1 : 0, pixels,
      &message)
    guard done == 1 else { throw GANError(.format, path, "PNG is damaged: \(string(message))") }
  }

  /// Whether the chunks follow one another up to IEND. libpng stops at the last row and would not
  /// notice that the end is missing.
  private func isWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var place = Self.signature.count
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let isEnd = bytes[place + 4..<place + 8].elementsEqual("IEND".utf8)
      place += 12 + length
      if isEnd { return place <= bytes.count }
    }
    return false
  }
}
