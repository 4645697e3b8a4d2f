import Graphs

/// Reads JSON (RFC 8259), strictly: UTF-8 only, nothing after the value, no key twice, bounded depth.
struct JSONParser {
  /// Recursion is bounded by this, so no text can exhaust the stack.
  static let greatestDepth = 64
  /// Values are some hundred bytes each, out of memory that cannot fail: this many are refused.
  static let greatestCount = 1 << 20

  private let bytes: UnsafeBufferPointer<UInt8>
  private let name: String
  private var position = 0
  private var depth = 0
  private var count = 0

  /// `name` says what is being read in errors: "recipe", a path.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, name: String) throws(GANError) -> JSON {
    var parser = JSONParser(bytes: bytes, name: name)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.error("the end of the text") }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, name: String) {
    self.bytes = bytes
    self.name = name
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ expected: String) -> GANError {
    let line = bytes.prefix(position).count { $0 == UInt8(ascii: "\n") } + 1
    let column = bytes.prefix(position).reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
    var got = "the end of the text"
    if let next {
      got = (33..<127).contains(next) ? "'\(Character(UnicodeScalar(next)))'" : "byte \(next)"
    }
    return GANError(
      .format, field: "\(name), line \(line), column \(column)", expected: expected, got: got)
  }

  private mutating func skipSpace() {
    while let next, next == 32 || next == 9 || next == 10 || next == 13 { position += 1 }
  }

  private mutating func value() throws(GANError) -> JSON {
    skipSpace()
    count += 1
    guard count <= Self.greatestCount else {
      throw GANError(.format, name, "expected at most \(Self.greatestCount) values, got more")
    }
    switch next {
    case UInt8(ascii: "{"): return try nested { parser throws(GANError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(GANError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(GANError) -> JSON
  ) throws(GANError) -> JSON {
    guard depth < Self.greatestDepth else {
      throw GANError(.format, name, "expected at most \(Self.greatestDepth) nested values, got more")
    }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(GANError) -> JSON {
    var members: [(key: String, value: JSON)] = []
    skipSpace()
    if next == UInt8(ascii: "}") {
      position += 1
      return .object(JSON.Members())
    }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a key in quotes") }
      let key = try string()
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw error("':'") }
      position += 1
      members.append((key, try value()))
      if try closes(with: UInt8(ascii: "}")) { break }
    }
    guard let object = JSON.Members(members) else {
      throw GANError(.format, name, "expected every key once, got a repeated key")
    }
    return .object(object)
  }

  private mutating func array() throws(GANError) -> JSON {
    var elements: [JSON] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      elements.append(try value())
      if try closes(with: UInt8(ascii: "]")) { return .array(elements) }
    }
  }

  /// After an element: true at the closing character, false after a comma.
  private mutating func closes(with close: UInt8) throws(GANError) -> Bool {
    skipSpace()
    guard next == close || next == UInt8(ascii: ",") else {
      throw error("',' or '\(Character(UnicodeScalar(close)))'")
    }
    position += 1
    return bytes[position - 1] == close
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(GANError) -> JSON {
    for index in 0..<word.utf8CodeUnitCount {
      guard next == word.utf8Start[index] else { throw error("\(word)") }
      position += 1
    }
    return value
  }

  private mutating func digits() throws(GANError) {
    guard let next, (48...57).contains(next) else { throw error("a value") }
    while let next = self.next, (48...57).contains(next) { position += 1 }
  }

  private mutating func number() throws(GANError) -> JSON {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let leadingZero = next == UInt8(ascii: "0")
    let first = position
    try digits()
    guard !leadingZero || position == first + 1 else {
      position = first
      throw error("a number without leading zeros")
    }
    if next == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    guard position - start <= 400 else {
      throw GANError(.format, name, "expected a number of at most 400 digits, got more")
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func string() throws(GANError) -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      guard let byte = next, byte >= 32 else { throw error("a closing quote") }
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: try escape())
      } else {
        text.append(byte)
      }
    }
    guard let valid = String(validating: text, as: UTF8.self) else {
      throw GANError(.format, name, "expected UTF-8 text, got bytes that are not")
    }
    return valid
  }

  private mutating func escape() throws(GANError) -> [UInt8] {
    guard let byte = next else { throw error("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): break
    default:
      position -= 1
      throw error("an escaped character")
    }
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code), next == UInt8(ascii: "\\") {
      position += 1
      guard next == UInt8(ascii: "u") else { throw error("the second half of a surrogate pair") }
      position += 1
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw error("the second half of a surrogate pair") }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = UnicodeScalar(code) else { throw error("a Unicode character") }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func hexadecimal() throws(GANError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let next, let digit = Character(UnicodeScalar(next)).hexDigitValue else {
        throw error("four hexadecimal digits")
      }
      code = (code << 4) + UInt32(digit)
      position += 1
    }
    return code
  }
}

extension JSON {
  /// Parses a whole text. `name` stands in errors for where it came from.
  public init(parsing text: String, name: String = "JSON") throws(GANError) {
    try self.init(parsing: Array(text.utf8), name: name)
  }

  public init(parsing bytes: [UInt8], name: String = "JSON") throws(GANError) {
    var result: Result<JSON, GANError> = .success(.null)
    bytes.withUnsafeBufferPointer { bytes in
      do throws(GANError) {
        result = .success(try JSONParser.parse(bytes, name: name))
      } catch {
        result = .failure(error)
      }
    }
    self = try result.get()
  }
}
