import Graphs

extension JSON {
  /// Decodes strictly: a key that the type does not know, a missing one, a wrong type or a number
  /// out of range is refused, named by its key path.
  public func decode<Value: Decodable>(_ type: Value.Type = Value.self, name: String = "") throws(GANError)
    -> Value
  {
    do {
      return try JSONDecoding(value: self, codingPath: []).unbox(type)
    } catch let error as GANError {
      throw error.field.isEmpty && !name.isEmpty ? GANError(error.kind, name, error.problem) : error
    } catch let error as DecodingError {
      throw GANError(error, name: name)
    } catch {
      throw GANError(.argument, name, "\(error)")
    }
  }

  /// A short form for an error's "got".
  var brief: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    default: String(compact.unicodeScalars.prefix(60).map(Character.init))
    }
  }
}

extension GANError {
  init(_ error: DecodingError, name: String) {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
      .dataCorrupted(let found):
      context = found
    @unknown default:
      self.init(.argument, name, "\(error)")
      return
    }
    let path = keyPath(context.codingPath)
    self.init(.argument, path.isEmpty ? name : path, context.debugDescription)
  }
}

/// A `Decoder` over a JSON value. It remembers the keys that the decoded type knows, so that any
/// other can be refused without the type's help.
final class JSONDecoding: Decoder {
  let value: JSON
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private var isKnown: [Bool]

  init(value: JSON, codingPath: [any CodingKey]) {
    self.value = value
    self.codingPath = codingPath
    if case .object(let members) = value {
      isKnown = Array(repeating: false, count: members.keys.count)
    } else {
      isKnown = []
    }
  }

  func mismatch(_ expected: String) -> GANError {
    GANError(field: keyPath(codingPath), expected: expected, got: value.brief)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = value else { throw mismatch("an object") }
    for (index, key) in members.keys.enumerated() where Key(stringValue: key) != nil {
      isKnown[index] = true
    }
    return KeyedDecodingContainer(KeyedDecoding<Key>(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch("a list") }
    return UnkeyedDecoding(decoder: self, elements: elements)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    // A type that looks at the value itself takes the whole object.
    SingleValueDecoding(decoder: self)
  }

  /// Decodes this value as `type`, refusing members that it did not know.
  func unbox<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let result: Value
    do {
      result = try Value(from: self)
    } catch let error as GANError where !codingPath.isEmpty && error.kind == .argument {
      throw error.beneath(keyPath(codingPath))
    }
    try refuseUnknownKeys()
    return result
  }

  private func refuseUnknownKeys() throws(GANError) {
    if case .object(let members) = value, !wasTakenWhole, let index = isKnown.firstIndex(of: false) {
      throw GANError(.argument, keyPath(codingPath + [Place(members.keys[index])]), "unknown key")
    }
    for inner in nested { try inner.refuseUnknownKeys() }
  }

  private var wasTakenWhole = false
  func takeWhole() { wasTakenWhole = true }

  /// Containers opened within this value by the type being decoded.
  private var nested: [JSONDecoding] = []

  /// The decoder of a value that is part of this one's type.
  func nested(_ value: JSON, at key: any CodingKey) -> JSONDecoding {
    nested.append(inner(value, at: key))
    return nested[nested.count - 1]
  }

  /// The decoder of an inner value.
  func inner(_ value: JSON, at key: any CodingKey) -> JSONDecoding {
    JSONDecoding(value: value, codingPath: codingPath + [key])
  }
}

extension GANError {
  /// The same error with its field placed beneath `path`, unless it already is.
  fileprivate func beneath(_ path: String) -> GANError {
    if field == path || field.hasPrefix(path + ".") || field.hasPrefix(path + "[") { return self }
    return GANError(kind, field.isEmpty ? path : path + "." + field, problem)
  }
}

/// A key or index of a path.
struct Place: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ name: String) {
    stringValue = name
    intValue = nil
  }

  init(_ index: Int) {
    stringValue = "[\(index)]"
    intValue = index
  }

  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { self.init(intValue) }
}
