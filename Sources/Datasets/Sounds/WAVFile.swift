import Graphs

/// What the header of a WAV file says (Microsoft & IBM, Multimedia Programming Interface 1.0, 1991; WAVEX for
/// the extensible kind), compared with the file's size: uncompressed PCM of 8, 16, 24 or 32 bits, and floats
/// of 32 or 64.
struct WAVFile {
  enum Encoding: String {
    case u8, s16, s24, s32, f32, f64

    /// Bytes of a value.
    var size: Int {
      switch self {
      case .u8: 1
      case .s16: 2
      case .s24: 3
      case .s32, .f32: 4
      case .f64: 8
      }
    }
  }

  let path: String
  let encoding: Encoding
  let channels: Int
  /// Frames a second.
  let rate: Int
  /// Samples of each channel, at least 1.
  let frames: Int
  /// Of the first frame.
  let offset: Int

  static let greatestRate = 768_000
  static let greatestChannels = 64

  static func accepts(_ head: [UInt8]) -> Bool {
    head.count >= 12 && head.starts(with: Array("RIFF".utf8)) && head[8..<12].elementsEqual("WAVE".utf8)
  }

  /// Reads the header alone.
  ///
  /// - Throws: `.format` for what is damaged or lies, `.unsupported` for other encodings, `.io`.
  init(header path: String) throws(GANError) {
    let file = try InputFile(path)
    let head = try file.read(count: 12)
    guard Self.accepts(head) else {
      let name = Self.name(head)
      if ["RF64", "BW64", "RIFX"].contains(name) {
        throw GANError(.unsupported, field: path, expected: "a WAV file of RIFF chunks", got: name)
      }
      throw GANError(
        .format, field: path, expected: "a WAV file, which begins RIFF … WAVE", got: "other data")
    }
    var format: Format?
    while true {
      let chunk = try file.read(count: 8)
      guard chunk.count == 8 else {
        let missing = format == nil ? "chunks 'fmt ' and 'data'" : "a chunk 'data'"
        throw GANError(.format, field: path, expected: missing, got: "the end of the file")
      }
      let (name, size) = (Self.name(chunk), Self.number(chunk, 4, 4))
      guard size <= file.bound else {
        throw GANError(
          .format, path, "chunk '\(name)' promises \(size) bytes, got \(file.bound) to the end of the file")
      }
      if name == "fmt ", format == nil { format = try Format(file, size, path) }
      if name == "data" {
        guard let format else {
          throw GANError(.format, field: path, expected: "a chunk 'fmt ' before 'data'", got: "none")
        }
        self.path = path
        (encoding, channels, rate) = (format.encoding, format.channels, format.rate)
        offset = file.size - file.bound
        frames = try format.frames(of: size, path)
        return
      }
      // Chunks begin at even places.
      let read = name == "fmt " ? min(size, Format.greatest) : 0
      try file.skip(size - read + size % 2)
    }
  }

  private static func name(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(4).map { (32..<127).contains($0) ? $0 : 63 }, as: UTF8.self)
  }

  fileprivate static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The chunk `fmt `.
private struct Format {
  static let greatest = 40
  let encoding: WAVFile.Encoding
  let channels: Int
  let rate: Int
  private let block: Int

  init(_ file: InputFile, _ size: Int, _ path: String) throws(GANError) {
    let bytes = try file.read(count: min(size, Self.greatest))
    guard bytes.count >= 16 else {
      throw GANError(.format, field: path, expected: "a chunk 'fmt ' of 16 bytes or more", got: bytes.count)
    }
    var tag = WAVFile.number(bytes, 0, 2)
    channels = WAVFile.number(bytes, 2, 2)
    rate = WAVFile.number(bytes, 4, 4)
    block = WAVFile.number(bytes, 12, 2)
    let bits = WAVFile.number(bytes, 14, 2)
    if tag == 0xfffe { tag = try Self.extended(bytes, bits, path) }
    encoding = try Self.encoding(tag, bits, path)
    guard (1...WAVFile.greatestChannels).contains(channels), (1...WAVFile.greatestRate).contains(rate) else {
      throw GANError(
        .format, path,
        "expected 1…\(WAVFile.greatestChannels) channels of 1…\(WAVFile.greatestRate) Hz, "
          + "got \(channels) of \(rate) Hz")
    }
    guard block == channels * encoding.size else {
      throw GANError(
        .format, path,
        "expected frames of \(channels * encoding.size) bytes for \(channels) channels of \(bits) bits, got \(block)"
      )
    }
  }

  /// The format that an extensible header names by a GUID, of which the first two bytes differ.
  private static func extended(_ bytes: [UInt8], _ bits: Int, _ path: String) throws(GANError) -> Int {
    let tail: [UInt8] = [0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
    guard bytes.count == greatest, bytes[26..<40].elementsEqual(tail) else {
      throw GANError(
        .format, field: path, expected: "an extensible header that names PCM or floats",
        got: bytes.count == greatest ? "another format" : "one of \(bytes.count) bytes")
    }
    let valid = WAVFile.number(bytes, 18, 2)
    guard valid <= bits else {
      throw GANError(.format, field: path, expected: "at most \(bits) valid bits", got: valid)
    }
    return WAVFile.number(bytes, 24, 2)
  }

  private static func encoding(_ tag: Int, _ bits: Int, _ path: String) throws(GANError) -> WAVFile.Encoding {
    switch (tag, bits) {
    case (1, 8): return .u8
    case (1, 16): return .s16
    case (1, 24): return .s24
    case (1, 32): return .s32
    case (3, 32): return .f32
    case (3, 64): return .f64
    default:
      let names = [
        1: "PCM", 2: "ADPCM", 3: "floats", 6: "A-law", 7: "µ-law", 17: "ADPCM", 49: "GSM", 85: "MP3",
      ]
      throw GANError(
        .unsupported, field: path, expected: "PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64",
        got: "\(names[tag] ?? "format \(tag)") of \(bits) bits")
    }
  }

  func frames(of size: Int, _ path: String) throws(GANError) -> Int {
    guard size % block == 0 else {
      throw GANError(
        .format, field: path, expected: "data of whole frames, \(block) bytes each", got: "\(size) bytes")
    }
    guard size > 0 else {
      throw GANError(.format, field: path, expected: "at least one sample of sound", got: "none")
    }
    return size / block
  }
}
