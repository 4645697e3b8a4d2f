import Graphs

/// A value known by name: it is written as its name, and an unknown name is answered with the known
/// ones.
public protocol Catalogued: Codable, Hashable, Sendable {
  var name: String { get }
  static var all: [Self] { get }
}

extension Catalogued {
  public static func named(_ name: String, field: String = "") throws(GANError) -> Self {
    if let found = all.first(where: { $0.name == name }) { return found }
    throw GANError.unknown(name, among: all.map(\.name), field: field)
  }

  public init(from decoder: any Decoder) throws {
    self = try Self.named(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension GANError {
  /// A name that is not in a catalogue.
  public static func unknown(_ name: String, among known: [String], field: String = "") -> GANError {
    let name = String(String.UnicodeScalarView(name.unicodeScalars.prefix(40)))
    return GANError(
      field: field, expected: "one of \(known.joined(separator: ", "))", got: "'\(name)'")
  }
}

extension KeyedDecodingContainer {
  /// A whole number within bounds.
  public func count(_ key: Key, within range: ClosedRange<Int>, default value: Int? = nil) throws
    -> Int
  {
    try bounded(key, within: range, default: value)
  }

  /// A number within bounds.
  public func number(_ key: Key, within range: ClosedRange<Double>, default value: Double? = nil)
    throws -> Double
  {
    try bounded(key, within: range, default: value)
  }

  /// `value` where the key is not there; required where that is nil.
  private func bounded<Value: Comparable & Decodable>(
    _ key: Key, within range: ClosedRange<Value>, default value: Value?
  ) throws -> Value {
    if let value, !contains(key) { return value }
    let given = try decode(Value.self, forKey: key)
    guard range.contains(given) else {
      throw GANError(
        field: key.stringValue, expected: "within \(range.lowerBound)...\(range.upperBound)", got: given)
    }
    return given
  }

  public func flag(_ key: Key, default value: Bool) throws -> Bool {
    try decodeIfPresent(Bool.self, forKey: key) ?? value
  }

  /// One of an enumeration's names.
  public func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: Key, default value: Choice
  ) throws -> Choice {
    guard let name = try decodeIfPresent(String.self, forKey: key) else { return value }
    guard let choice = Choice(rawValue: name) else {
      throw GANError.unknown(name, among: Choice.allCases.map(\.rawValue), field: key.stringValue)
    }
    return choice
  }
}
