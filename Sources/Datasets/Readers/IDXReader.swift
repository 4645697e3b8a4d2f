import Glibc
import Graphs

/// IDX, the format of MNIST (LeCun, Cortes, Burges): two zero bytes, the element type, the rank,
/// extents of 32 bits, elements; all big-endian. Also gzipped.
enum IDXReader: Reader {
  static let name = "idx"
  static let title = "IDX (also .gz)"

  static func accepts(_ input: Candidate) -> Bool {
    input.head.count >= 4 && input.head[0] == 0 && input.head[1] == 0 && element(input.head[2]) != nil
  }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    let input = try openInput(path, limit: options.decodedLimit)
    let header = try header(of: input)
    let labels = options.labels == nil ? labelsBeside(path) : nil
    return try readArray(input, header, options, labelsBeside: labels, format: name)
  }

  static func header(of input: any ByteInput) throws(GANError) -> ArrayHeader {
    let magic = try input.read(count: 4)
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, let element = element(magic[2]) else {
      throw GANError(.format, field: input.path, expected: "the first bytes of IDX", got: magic)
    }
    let rank = Int(magic[3])
    guard (1...8).contains(rank) else {
      throw GANError(.format, field: input.path, expected: "1 to 8 axes", got: rank)
    }
    let extents = try input.read(count: 4 * rank)
    guard extents.count == 4 * rank else {
      throw GANError(
        .format, field: input.path, expected: "a header of \(4 + 4 * rank) bytes", got: 4 + extents.count)
    }
    let dimensions = stride(from: 0, to: extents.count, by: 4).map { place in
      extents[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return ArrayHeader(shape: Shape(dimensions), element: element, isBigEndian: true)
  }

  private static func element(_ code: UInt8) -> ArrayElement? {
    switch code {
    case 0x08: .u8
    case 0x09: .i8
    case 0x0b: .i16
    case 0x0c: .i32
    case 0x0d: .f32
    case 0x0e: .f64
    default: nil
    }
  }

  /// train-images-idx3-ubyte.gz → train-labels-idx1-ubyte.gz, gzipped or not; nil when the name is
  /// another or there is no such file.
  private static func labelsBeside(_ path: String) -> String? {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    var name = String(path[start...])
    guard let word = firstRange(of: "images", in: name) else { return nil }
    name.replaceSubrange(word, with: "labels")
    for rank in ["idx3", "idx4", "idx2"] {
      if let place = firstRange(of: rank, in: name) { name.replaceSubrange(place, with: "idx1") }
    }
    let path = path[..<start] + name
    let other = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path + ".gz"
    return [String(path), other].first { access($0, F_OK) == 0 }
  }

  private static func firstRange(of word: String, in text: String) -> Range<String.Index>? {
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].hasPrefix(word),
        let end = text.index(start, offsetBy: word.count, limitedBy: text.endIndex)
      {
        return start..<end
      }
      start = text.index(after: start)
    }
    return nil
  }
}
