import Graphs

/// A JSON value. Numbers keep their text, so a 64-bit seed stays exact; an object's members are
/// sorted by key and each key is there once, so equal values are written with equal bytes.
public indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSON])
  case object(Members)

  /// The members of an object, sorted by key.
  public struct Members: Hashable, Sendable {
    /// In the order in which they came; as many as `values`.
    public private(set) var keys: [String] = []
    public private(set) var values: [JSON] = []

    /// An object without members.
    public init() {}

    /// Nil where a key is there twice.
    init?(_ members: [(key: String, value: JSON)]) {
      let sorted = members.sorted { $0.key < $1.key }
      for (one, next) in zip(sorted, sorted.dropFirst()) where one.key == next.key { return nil }
      keys = sorted.map(\.key)
      values = sorted.map(\.value)
    }

    public subscript(key: String) -> JSON? {
      get {
        let position = self.position(of: key)
        return position < keys.count && keys[position] == key ? values[position] : nil
      }
      set {
        let position = self.position(of: key)
        let exists = position < keys.count && keys[position] == key
        switch (exists, newValue) {
        case (true, let value?): values[position] = value
        case (true, nil):
          keys.remove(at: position)
          values.remove(at: position)
        case (false, let value?):
          keys.insert(key, at: position)
          values.insert(value, at: position)
        case (false, nil): break
        }
      }
    }

    /// Where `key` is, or would be inserted.
    private func position(of key: String) -> Int {
      var low = 0
      var high = keys.count
      while low < high {
        let middle = (low + high) / 2
        if keys[middle] < key { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}

extension JSON {
  /// A whole number, exact at any size.
  public static func integer(_ value: some BinaryInteger) -> JSON { .number("\(value)") }

  /// A whole number is written without a fraction; what JSON cannot hold (NaN, infinity) is null.
  public static func real(_ value: Double) -> JSON {
    guard value.isFinite else { return .null }
    if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return .number("\(whole)") }
    return .number("\(value)")
  }

  /// An object of members in the order they are written.
  public static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
    var sorted = Members()
    for (key, value) in members { sorted[key] = value }
    return .object(sorted)
  }

  /// The member of an object; nil for other values.
  public subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The text of a string; nil for anything else.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The elements of an array; nil for anything else.
  public var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// A number that is whole and fits; nil for anything else.
  public func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
    guard case .number(let text) = self else { return nil }
    if let value = Value(text) { return value }
    guard let real = Double(text), real.isFinite else { return nil }
    return Value(exactly: real)
  }

  /// Nil for what is not a number or too large for one.
  public var real: Double? {
    guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
    return value
  }
}

/// Where in a JSON text something is: `optimizers.generator.rate`, `objective.penalties[1].weight`.
func keyPath(_ path: [any CodingKey]) -> String {
  var text = ""
  for key in path {
    if let index = key.intValue {
      text += "[\(index)]"
    } else {
      text += text.isEmpty ? key.stringValue : "." + key.stringValue
    }
  }
  return text
}
