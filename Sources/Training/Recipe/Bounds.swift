import Graphs

/// What numbers of a recipe may be, so that nothing later can overflow.
enum Bounds {
  static let steps: Int64 = 1_000_000_000
  static let batch = 65_536
  static let latent = 65_536

  static func check<Number: Comparable>(_ value: Number, _ range: ClosedRange<Number>, _ field: String)
    throws(GANError)
  {
    guard range.contains(value) else {
      throw GANError(field: field, expected: "\(range.lowerBound)…\(range.upperBound)", got: value)
    }
  }

  static func check(_ value: Double, _ range: Range<Double>, _ field: String) throws(GANError) {
    guard range.contains(value) else {
      throw GANError(
        field: field, expected: "\(range.lowerBound) or more, below \(range.upperBound)", got: value)
    }
  }
}

extension KeyedDecodingContainer {
  /// One of an enumeration's names; another is answered with the known ones.
  func named<Value>(_ key: Key, default usual: Value? = nil) throws -> Value
  where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    if let usual, !contains(key) { return usual }
    let text = try decode(String.self, forKey: key)
    if let value = Value(rawValue: text) { return value }
    let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw GANError(field: keyPath(codingPath + [key]), expected: "one of \(known)", got: "'\(text)'")
  }
}
