import Graphs

/// What a column of a table holds. The raw value is the word that options and schemas use.
public enum ColumnType: String, Codable, Hashable, Sendable, CaseIterable {
  case number
  /// Whole numbers of at most 2⁵³.
  case integer
  /// Any of some texts.
  case category
  /// Days or seconds, as text of one pattern.
  case date
  /// Two words, such as yes and no.
  case boolean

  /// Whether a value is one of a list.
  public var isDiscrete: Bool { self == .category || self == .boolean }
}

/// What an option says of a column: `integer`, or of a date also how it is written, `date %d/%m/%Y`.
public struct ColumnRule: Codable, Hashable, Sendable {
  public var type: ColumnType
  /// Of a date: see `DatePattern`.
  public var pattern: String?

  public init(_ type: ColumnType, pattern: String? = nil) {
    self.type = type
    self.pattern = pattern
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    let known = ColumnType.allCases.map(\.rawValue).joined(separator: ", ")
    let field = decoder.codingPath.map(\.stringValue).joined(separator: ".")
    guard let type = ColumnType(rawValue: words.first ?? "") else {
      throw GANError(field: field, expected: "one of \(known)", got: "'\(text)'")
    }
    guard words.count < 2 || (type == .date && DatePattern(words[1]) != nil) else {
      throw GANError(
        field: field, expected: "a type alone, or a date's pattern such as 'date %d/%m/%Y'", got: "'\(text)'")
    }
    self.init(type, pattern: words.count > 1 ? words[1] : nil)
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(type.rawValue + (pattern.map { " " + $0 } ?? ""))
  }
}
