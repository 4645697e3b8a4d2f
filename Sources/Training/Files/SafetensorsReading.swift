import Graphs

extension Safetensors {
  /// Opens a file that `write` wrote and reads its header; `read` reads and checks the rest.
  ///
  /// - Throws: `.io`, `.memory`, or `.format` naming the path, the part, what was expected and what
  ///   came. A file whose digest is wrong is called damaged, whatever else that broke.
  init(reading path: String) throws(GANError) {
    let open = try OpenFile(path)
    let header = try Self.header(of: open)
    let text = UnsafeBufferPointer(start: header.pointer + 8, count: header.count - 8)
    guard case .object(var members) = try JSONParser.parse(text, name: "\(path): header") else {
      throw GANError(.format, field: "\(path): header", expected: "a JSON object", got: "another value")
    }
    metadata = try Self.metadata(members["__metadata__"], path)
    members["__metadata__"] = nil
    let digest = metadata.first { $0.key == Self.digestKey }?.value
    guard let digest, let place = Self.place(of: digest, in: text) else {
      throw GANError(
        .format, field: "\(path): sha256", expected: "\(DigestedFile.digits) digits", got: digest ?? "none")
    }
    file = DigestedFile(file: open, header: header, digitsPlace: 8 + place)
    do throws(GANError) {
      entries = try Self.entries(members, byteCount: file.byteCount, path)
    } catch {
      try file.check()
      throw error
    }
  }

  /// Reads all values from the file, those of a tensor to where `place` says (nil: nowhere), and
  /// checks the digest. When it throws, what was read is not to be used.
  ///
  /// - Throws: `.io`, `.memory`; `.format` for a file that is not byte for byte what was written.
  func read(to place: (Entry) -> UnsafeMutablePointer<Float>?) throws(GANError) {
    try file.read(entries.map { ($0.shape.count * 4, place($0).map(UnsafeMutableRawPointer.init)) })
  }

  /// Runs `body`, which believes what the file says; where it finds that wrong, a damaged file is
  /// called that.
  func trusting<Result>(_ body: (Safetensors) throws(GANError) -> Result) throws(GANError) -> Result {
    do throws(GANError) {
      return try body(self)
    } catch {
      try file.check()
      throw error
    }
  }

  /// The length and the JSON text behind it.
  private static func header(of file: OpenFile) throws(GANError) -> Buffer<UInt8> {
    func bad(_ part: String, _ expected: String, _ got: some Any) -> GANError {
      GANError(.format, field: "\(file.path): \(part)", expected: expected, got: got)
    }
    guard (16...greatestFile).contains(file.size) else {
      throw bad("size", "16…\(greatestFile) bytes", file.size)
    }
    var length: UInt64 = 0
    try file.read(into: &length, count: 8, at: 0)
    let most = min(greatestHeader, file.size - 8)
    guard length >= 8, length <= most, length % 8 == 0 else {
      throw bad("header length", "a multiple of 8 up to \(most)", length)
    }
    let header = try Buffer<UInt8>(count: 8 + Int(length), for: file.path)
    try file.read(into: header.pointer, count: header.count, at: 0)
    guard header.pointer[8] == UInt8(ascii: "{") else {
      throw bad("header", "a JSON object", "byte \(header.pointer[8])")
    }
    return header
  }

  private static func metadata(_ json: JSON?, _ path: String) throws(GANError) -> [(
    key: String, value: String
  )] {
    guard case .object(let members)? = json else {
      throw GANError(
        .format, field: "\(path): __metadata__", expected: "an object", got: json?.brief ?? "none")
    }
    var result: [(key: String, value: String)] = []
    for (key, value) in zip(members.keys, members.values) {
      guard let text = value.text else {
        throw GANError(
          .format, field: "\(path): __metadata__.\(key)", expected: "a text", got: value.brief)
      }
      result.append((key, text))
    }
    return result
  }

  /// Where the digits of the digest are in the header's text, if that is beyond doubt.
  private static func place(of digest: String, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    let marker = Array("\"\(digestKey)\":\"".utf8)
    guard digest.utf8.count == DigestedFile.digits, let found = position(of: marker, in: text) else {
      return nil
    }
    let place = found + marker.count
    let end = place + DigestedFile.digits
    guard end <= text.count, text[place..<end].elementsEqual(digest.utf8) else { return nil }
    return place
  }

  /// Where `marker` is for the only time.
  private static func position(of marker: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Int? {
    var found: Int?
    var index = 0
    while index + marker.count <= text.count {
      if text[index] == marker[0], (0..<marker.count).allSatisfy({ text[index + $0] == marker[$0] }) {
        if found != nil { return nil }
        found = index
      }
      index += 1
    }
    return found
  }

  private static func entries(_ members: JSON.Members, byteCount: Int, _ path: String) throws(GANError)
    -> [Entry]
  {
    var spans: [(entry: Entry, end: Int)] = []
    for (name, value) in zip(members.keys, members.values) {
      spans.append(try span(name, value, byteCount: byteCount, path))
    }
    spans.sort { ($0.entry.offset, $0.end) < ($1.entry.offset, $1.end) }
    var end = 0
    for span in spans {
      guard span.entry.offset * 4 == end else {
        throw GANError(
          .format, field: "\(path): \(span.entry.name).data_offsets", expected: "to begin at \(end)",
          got: span.entry.offset * 4)
      }
      end = span.end
    }
    guard end == byteCount else {
      throw GANError(.format, field: "\(path): values", expected: "\(end) bytes", got: byteCount)
    }
    return spans.map(\.entry)
  }

  private static func span(_ name: String, _ json: JSON, byteCount: Int, _ path: String) throws(GANError)
    -> (entry: Entry, end: Int)
  {
    let field = "\(path): \(name)"
    guard json["dtype"] == .string("F32") else {
      throw GANError(.format, field: field + ".dtype", expected: "F32", got: json["dtype"]?.brief ?? "none")
    }
    let extents = json["shape"]?.elements?.map { $0.integer(Int.self) ?? -1 }
    guard let extents, extents.count <= 8, extents.allSatisfy({ $0 >= 0 }) else {
      throw GANError(.format, field: field + ".shape", expected: "up to 8 extents", got: "another value")
    }
    let shape = Shape(extents)
    let offsets = json["data_offsets"]?.elements?.map { $0.integer(Int.self) ?? -1 } ?? []
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] % 4 == 0, offsets[1] <= byteCount,
      offsets[0] <= offsets[1], shape.count <= byteCount / 4, offsets[1] - offsets[0] == shape.count * 4
    else {
      throw GANError(
        .format, field: field + ".data_offsets",
        expected: "a range of 4·\(shape.count) within \(byteCount) bytes", got: offsets)
    }
    return (Entry(name: name, shape: shape, offset: offsets[0] / 4), offsets[1])
  }
}
