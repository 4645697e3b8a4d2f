import Datasets
import Graphs

/// A file of named f32 tensors: 8 bytes of header length, a JSON header padded with spaces to a
/// multiple of 8, and the values, little-endian, without holes.
///
/// Ours also carry, in the header's `__metadata__`, a SHA-256 over the whole file with its own 64
/// digits as zeros, so that a cut or a flipped bit anywhere is noticed.
struct Safetensors {
  struct Entry: Hashable {
    let name: String
    let shape: Shape
    /// Of its first element, in elements from the start of the values.
    let offset: Int
  }

  /// Headers beyond this are refused, as by the reference implementation.
  static let greatestHeader = 100 << 20
  /// Files beyond this are refused before anything is allocated for them (a terabyte).
  static let greatestFile = 1 << 40
  private static let digestKey = "sha256"
  private static let noDigest = String(repeating: "0", count: 64)

  let metadata: [(key: String, value: String)]
  /// In the order of their offsets.
  let entries: [Entry]
  private let bytes: Buffer<UInt8>
  private let start: Int

  /// The values of a tensor; valid as long as this is.
  func values(of entry: Entry) -> UnsafeBufferPointer<Float> {
    // The header's length is a multiple of 8 and so is the prefix: floats are aligned.
    UnsafeRawBufferPointer(start: bytes.pointer + start + entry.offset * 4, count: entry.shape.count * 4)
      .assumingMemoryBound(to: Float.self)
  }

  func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

  func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
}

// MARK: - Writing

extension Safetensors {
  typealias Tensor = (name: String, shape: Shape, values: UnsafeBufferPointer<Float>)

  /// Writes a file atomically.
  ///
  /// - Throws: `.io`, with what was at `path` untouched.
  static func write(_ tensors: [Tensor], metadata: [(key: String, value: String)], to path: String)
    throws(GANError)
  {
    var header = Self.header(tensors, metadata, digest: noDigest)
    var sha = SHA256()
    sha.update(header)
    for tensor in tensors { sha.update(UnsafeRawBufferPointer(tensor.values)) }
    header = Self.header(tensors, metadata, digest: sha.finish())
    let values = tensors.map { UnsafeRawBufferPointer($0.values) }
    let result = header.withUnsafeBytes { header in
      Result { () throws(GANError) in try atomicWrite(path, [header] + values) }
    }
    try result.get()
  }

  /// The length and the padded header.
  private static func header(
    _ tensors: [Tensor], _ metadata: [(key: String, value: String)], digest: String
  ) -> [UInt8] {
    var members = JSON.Members()
    var notes = JSON.Members()
    for (key, value) in metadata { notes[key] = .string(value) }
    notes[digestKey] = .string(digest)
    members["__metadata__"] = .object(notes)
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      members[tensor.name] = .object([
        "dtype": .string("F32"),
        "shape": .array(tensor.shape.dimensions.map { JSON.integer($0) }),
        "data_offsets": .array([.integer(offset), .integer(end)]),
      ])
      offset = end
    }
    var text = Array(JSON.object(members).compact.utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
  }
}

// MARK: - Reading

extension Safetensors {
  /// Reads a file that `write` wrote.
  ///
  /// - Throws: `.io`, `.memory`, or `.format` naming the path, the part, what was expected and what
  ///   came: anything that is not byte for byte what was written.
  init(reading path: String) throws(GANError) {
    bytes = try readFile(path, limit: Self.greatestFile)
    func bad(_ part: String, _ expected: String, _ got: some Any) -> GANError {
      GANError(.format, field: "\(path): \(part)", expected: expected, got: got)
    }
    guard bytes.count >= 16 else { throw bad("size", "at least 16 bytes", bytes.count) }
    let length = UnsafeRawPointer(bytes.pointer).load(as: UInt64.self)
    let most = min(Self.greatestHeader, bytes.count - 8)
    guard length >= 8, length <= most, length % 8 == 0 else {
      throw bad("header length", "a multiple of 8 up to \(most)", length)
    }
    start = 8 + Int(length)
    let text = UnsafeBufferPointer(start: bytes.pointer + 8, count: Int(length))
    guard text[0] == UInt8(ascii: "{") else { throw bad("header", "a JSON object", "byte \(text[0])") }
    guard case .object(var members) = try JSONParser.parse(text, name: "\(path): header") else {
      throw bad("header", "a JSON object", "another value")
    }
    metadata = try Self.metadata(members["__metadata__"], path)
    members["__metadata__"] = nil
    try Self.checkDigest(bytes, header: text, metadata.first { $0.key == Self.digestKey }?.value, path)
    entries = try Self.entries(members, byteCount: bytes.count - start, path)
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

  private static func checkDigest(
    _ bytes: Buffer<UInt8>, header: UnsafeBufferPointer<UInt8>, _ digest: String?, _ path: String
  ) throws(GANError) {
    let field = "\(path): sha256"
    let marker = Array("\"\(digestKey)\":\"".utf8)
    guard let digest, digest.utf8.count == 64, let place = position(of: marker, in: header) else {
      throw GANError(.format, field: field, expected: "64 digits", got: digest ?? "none")
    }
    let first = 8 + place + marker.count
    let all = UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count)
    guard first + 64 <= bytes.count else {
      throw GANError(.format, field: field, expected: "64 digits", got: "the end of the file")
    }
    var sha = SHA256()
    sha.update(UnsafeRawBufferPointer(rebasing: all[..<first]))
    sha.update(Array(noDigest.utf8))
    sha.update(UnsafeRawBufferPointer(rebasing: all[(first + 64)...]))
    let found = sha.finish()
    guard found == digest, all[first..<(first + 64)].elementsEqual(found.utf8) else {
      throw GANError(
        .format, path, "is damaged: expected SHA-256 \(digest.prefix(16))…, got \(found.prefix(16))…"
      )
    }
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
