import Datasets
import Graphs

/// A file of named f32 tensors: 8 bytes of header length, a JSON header padded with spaces to a
/// multiple of 8, and the values, little-endian, without holes.
///
/// Ours also carry, in the header's `__metadata__`, a SHA-256 over the whole file with its own 64
/// digits as zeros, so that a cut or a flipped bit anywhere is noticed.
struct Safetensors: Sendable {
  struct Entry: Hashable, Sendable {
    let name: String
    let shape: Shape
    /// Of its first element, in elements from the start of the values.
    let offset: Int
  }

  /// Headers beyond this are refused, as by the reference implementation.
  static let greatestHeader = 100 << 20
  /// Files beyond this are refused before anything is allocated for them (a terabyte).
  static let greatestFile = 1 << 40
  static let digestKey = "sha256"

  let metadata: [(key: String, value: String)]
  /// In the order of their offsets.
  let entries: [Entry]
  /// Its header is the length and the JSON text.
  let file: DigestedFile

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
    var header = Self.header(tensors, metadata, digest: DigestedFile.noDigest)
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
