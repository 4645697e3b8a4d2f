import Graphs

extension JSON {
  /// The JSON form of a value. Throws for numbers that JSON cannot hold.
  public init(encoding value: some Encodable) throws(GANError) {
    do {
      let encoder = JSONEncoding(codingPath: [])
      try value.encode(to: encoder)
      self = encoder.box.json
    } catch let error as GANError {
      throw error
    } catch {
      throw GANError(.internal, "", "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? JSONEncoding else {
      throw GANError(.unsupported, keyPath(encoder.codingPath), "a JSON value is only written to JSON")
    }
    encoder.box.content = .value(self)
  }
}

/// A place in the tree being written.
final class JSONBox {
  enum Content {
    case value(JSON)
    case array([JSONBox])
    case object([(key: String, box: JSONBox)])
  }

  var content = Content.value(.object(JSON.Members()))

  var json: JSON {
    switch content {
    case .value(let value): return value
    case .array(let boxes): return .array(boxes.map(\.json))
    case .object(let boxes):
      var members = JSON.Members()
      for (key, box) in boxes { members[key] = box.json }
      return .object(members)
    }
  }

  func member(_ key: String) -> JSONBox {
    let box = JSONBox()
    if case .object(let boxes) = content {
      content = .object(boxes + [(key, box)])
    } else {
      content = .object([(key, box)])
    }
    return box
  }

  func element() -> JSONBox {
    let box = JSONBox()
    if case .array(let boxes) = content {
      content = .array(boxes + [box])
    } else {
      content = .array([box])
    }
    return box
  }
}

struct JSONEncoding: Encoder {
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  var box = JSONBox()

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .object = box.content {} else { box.content = .object([]) }
    return KeyedEncodingContainer(KeyedEncoding<Key>(box: box, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array = box.content {} else { box.content = .array([]) }
    return UnkeyedEncoding(box: box, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleValueEncoding(box: box, codingPath: codingPath)
  }
}

struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let box: JSONBox
  let codingPath: [any CodingKey]

  mutating func encodeNil(forKey key: Key) { box.member(key.stringValue).content = .value(.null) }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try value.encode(to: encoder(key))
  }

  private func encoder(_ key: any CodingKey) -> JSONEncoding {
    JSONEncoding(codingPath: codingPath + [key], box: box.member(key.stringValue))
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  {
    encoder(key).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(key).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { JSONEncoding(codingPath: codingPath, box: box) }
  mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

struct UnkeyedEncoding: UnkeyedEncodingContainer {
  let box: JSONBox
  let codingPath: [any CodingKey]
  private(set) var count = 0

  init(box: JSONBox, codingPath: [any CodingKey]) {
    self.box = box
    self.codingPath = codingPath
  }

  private mutating func encoder() -> JSONEncoding {
    defer { count += 1 }
    return JSONEncoding(codingPath: codingPath + [Place(count)], box: box.element())
  }

  mutating func encodeNil() { encoder().box.content = .value(.null) }

  mutating func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: encoder()) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type)
    -> KeyedEncodingContainer<Nested>
  {
    encoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

  mutating func superEncoder() -> any Encoder { encoder() }
}

struct SingleValueEncoding: SingleValueEncodingContainer {
  let box: JSONBox
  let codingPath: [any CodingKey]

  mutating func encodeNil() { box.content = .value(.null) }
  mutating func encode(_ value: Bool) { box.content = .value(.bool(value)) }
  mutating func encode(_ value: String) { box.content = .value(.string(value)) }

  mutating func encode(_ value: Double) throws {
    guard value.isFinite else {
      throw GANError(field: keyPath(codingPath), expected: "a finite number", got: value)
    }
    box.content = .value(.real(value))
  }

  mutating func encode(_ value: Float) throws {
    guard value.isFinite else {
      throw GANError(field: keyPath(codingPath), expected: "a finite number", got: value)
    }
    box.content = .value(.number("\(value)"))
  }

  private func whole(_ value: some BinaryInteger) { box.content = .value(.integer(value)) }
  mutating func encode(_ value: Int) { whole(value) }
  mutating func encode(_ value: Int8) { whole(value) }
  mutating func encode(_ value: Int16) { whole(value) }
  mutating func encode(_ value: Int32) { whole(value) }
  mutating func encode(_ value: Int64) { whole(value) }
  mutating func encode(_ value: UInt) { whole(value) }
  mutating func encode(_ value: UInt8) { whole(value) }
  mutating func encode(_ value: UInt16) { whole(value) }
  mutating func encode(_ value: UInt32) { whole(value) }
  mutating func encode(_ value: UInt64) { whole(value) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try value.encode(to: JSONEncoding(codingPath: codingPath, box: box))
  }
}
