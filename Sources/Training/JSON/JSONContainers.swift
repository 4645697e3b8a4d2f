import Graphs

// The three decoding containers of `JSONDecoding`.

struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONDecoding
  let members: JSON.Members

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { members[key.stringValue] == .null }

  private func member(_ key: any CodingKey) throws -> JSON {
    guard let value = members[key.stringValue] else {
      throw GANError(field: keyPath(codingPath + [key]), expected: "a value", got: "none")
    }
    return value
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder.inner(try member(key), at: key).unbox(type)
  }

  private func nested(_ key: any CodingKey) throws -> JSONDecoding {
    decoder.nested(try member(key), at: key)
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  {
    try nested(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try nested(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }
}

struct UnkeyedDecoding: UnkeyedDecodingContainer {
  let decoder: JSONDecoding
  let elements: [JSON]
  private(set) var currentIndex = 0

  init(decoder: JSONDecoding, elements: [JSON]) {
    self.decoder = decoder
    self.elements = elements
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private mutating func next() throws -> JSON {
    guard !isAtEnd else {
      throw GANError(
        field: keyPath(codingPath), expected: "more than \(elements.count) elements", got: "the end")
    }
    defer { currentIndex += 1 }
    return elements[currentIndex]
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let place = Place(currentIndex)
    return try decoder.inner(try next(), at: place).unbox(type)
  }

  private mutating func nested() throws -> JSONDecoding {
    let place = Place(currentIndex)
    return decoder.nested(try next(), at: place)
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
    -> KeyedDecodingContainer<Nested>
  {
    try nested().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try nested().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try nested() }
}

struct SingleValueDecoding: SingleValueDecodingContainer {
  let decoder: JSONDecoding

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value == .null }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .bool(let value) = decoder.value else { throw decoder.mismatch("true or false") }
    return value
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .string(let value) = decoder.value else { throw decoder.mismatch("a text") }
    return value
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard let value = decoder.value.real else { throw decoder.mismatch("a number") }
    return value
  }

  func decode(_ type: Float.Type) throws -> Float {
    let value = Float(try decode(Double.self))
    guard value.isFinite else { throw decoder.mismatch("a number that fits 32 bits") }
    return value
  }

  private func whole<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
    guard let value = decoder.value.integer(type) else {
      throw decoder.mismatch("a whole number from \(Value.min) to \(Value.max)")
    }
    return value
  }

  func decode(_ type: Int.Type) throws -> Int { try whole(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try whole(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try whole(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try whole(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try whole(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try whole(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try whole(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try whole(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try whole(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try whole(type) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == JSON.self, let value = decoder.value as? Value {
      decoder.takeWhole()
      return value
    }
    return try Value(from: decoder)
  }
}

extension JSON: Codable {
  /// Only from JSON itself: keeps the value as it stands.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? JSONDecoding else {
      throw GANError(.unsupported, keyPath(decoder.codingPath), "a JSON value is only read from JSON")
    }
    decoder.takeWhole()
    self = decoder.value
  }
}
