import Graphs

/// A value that every row is to have in a column; nil or "" for none.
public struct ColumnValue: Hashable, Sendable {
  public var column: String
  public var value: String?

  public init(column: String, value: String?) {
    self.column = column
    self.value = value
  }
}

/// What is asked of a model's rows.
public struct TableRequest: Sendable {
  private var wishes: [Wish] = []
  /// Of the layout: the rarest choice that is asked for, which rows can be made from; nil for none.
  public private(set) var condition: Int?

  private struct Wish {
    let index: Int
    /// As it is written.
    let text: String
    /// Where the choice is among a sample's values; nil for a number.
    let choices: Range<Int>?
    let choice: Int
  }

  /// Nothing.
  public init() {}

  /// - Throws: `.argument` for a column or a value that the table has not.
  public init(_ values: [ColumnValue], of schema: TableSchema, field: String = "where") throws(GANError) {
    let layout = TableLayout(schema)
    var rarest = Double.infinity
    for value in values {
      guard let index = schema.columns.firstIndex(where: { $0.name == value.column }) else {
        let known = schema.columns.map(\.name).joined(separator: ", ")
        throw GANError(field: field, expected: "one of the columns \(known)", got: "'\(value.column)'")
      }
      guard !wishes.contains(where: { $0.index == index }) else {
        throw GANError(field: "\(field).\(value.column)", expected: "one value", got: "several")
      }
      let column = schema.columns[index]
      let text = try column.asked(value.value ?? "", "\(field).\(value.column)")
      let place = layout.columns.first { $0.index == index }
      let choice =
        text.isEmpty ? column.nullChoice : column.values.firstIndex(of: text).map { min($0, column.own) }
      guard let place, let choice, !place.choices.isEmpty else {
        wishes.append(Wish(index: index, text: text, choices: nil, choice: 0))
        continue
      }
      wishes.append(Wish(index: index, text: text, choices: place.choices, choice: choice))
      guard let conditions = place.conditions, column.choiceCounts[choice] < rarest else { continue }
      rarest = column.choiceCounts[choice]
      condition = conditions.lowerBound + choice
    }
  }

  public var isEmpty: Bool { wishes.isEmpty }

  func value(of index: Int) -> String? { wishes.first { $0.index == index }?.text }

  /// Whether a sample has all that is asked for.
  public func isMet(by sample: UnsafeBufferPointer<Float>, _ rows: TableRows) -> Bool {
    wishes.allSatisfy { wish in
      guard let choices = wish.choices else { return rows.cell(wish.index, of: sample) == wish.text }
      return TableRows.choice(sample, choices) == wish.choice
    }
  }
}

extension ColumnSchema {
  /// A value as the column writes it.
  fileprivate func asked(_ text: String, _ field: String) throws(GANError) -> String {
    if text.isEmpty {
      guard nulls > 0 else {
        throw GANError(field: field, expected: "a value: no cell is without", got: "none")
      }
      return text
    }
    if type.isDiscrete {
      guard values.contains(text) else {
        let known =
          values.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (values.count > 8 ? ", …" : "")
        throw GANError(field: field, expected: "one of \(known)", got: "'\(text.prefix(40))'")
      }
      return text
    }
    var copy = text
    let pattern = pattern.flatMap { DatePattern($0) }
    let number = copy.withUTF8 { pattern != nil ? pattern?.parse($0) : NumberText($0)?.value }
    let what =
      "\(pattern?.text ?? type.rawValue) in " + self.text(least, pattern) + "…" + self.text(greatest, pattern)
    guard let number, hasNumbers, number >= least, number <= greatest else {
      throw GANError(field: field, expected: "\(what)", got: "'\(text.prefix(40))'")
    }
    let written = self.text(number, pattern)
    // 2.7 of integers would be written as 3.
    let again = pattern?.parse(text: written) ?? Double(written)
    guard again == number else { throw GANError(field: field, expected: what, got: "'\(text.prefix(40))'") }
    return written
  }
}

extension DatePattern {
  fileprivate func parse(text: String) -> Double? {
    var text = text
    return text.withUTF8 { parse($0) }
  }
}
