import Graphs

/// A table in memory, column by column: numbers as doubles, categories as codes.
public final class Table: Sendable {
  public let rows: Int
  public let columns: [TableColumn]
  /// How it is written.
  public let dialect: CSVDialect
  /// How it was read.
  private let options: DatasetOptions

  init(
    rows: Int, columns: [TableColumn], dialect: CSVDialect, options: DatasetOptions = DatasetOptions()
  ) {
    self.options = options
    self.rows = rows
    self.columns = columns
    self.dialect = dialect
  }

  /// Bytes held in memory.
  var bytes: Int {
    columns.reduce(0) { sum, column in
      switch column.values {
      case .numbers(let values): sum + Buffer<Double>.byteCount(values.count)
      case .codes(let codes, _): sum + Buffer<Int32>.byteCount(codes.count)
      }
    }
  }

  /// Some of the rows, in the order of their numbers.
  ///
  /// - Throws: `.memory`.
  package func rows(_ numbers: [Int]) throws(GANError) -> Table {
    var some: [TableColumn] = []
    for column in columns {
      let purpose = "column '\(column.name)'"
      var nulls = 0
      let values: TableColumn.Values
      switch column.values {
      case .numbers(let all):
        let own = try Buffer<Double>(count: numbers.count, for: purpose)
        for (row, number) in numbers.enumerated() { own.pointer[row] = all.pointer[number] }
        nulls = own.elements.count { $0.isNaN }
        values = .numbers(own)
      case .codes(let all, let words):
        let own = try Buffer<Int32>(count: numbers.count, for: purpose)
        for (row, number) in numbers.enumerated() { own.pointer[row] = all.pointer[number] }
        nulls = own.elements.count { $0 < 0 }
        values = .codes(own, words)
      }
      some.append(
        TableColumn(
          name: column.name, type: column.type, nulls: nulls, values: values, format: column.format,
          pattern: column.pattern))
    }
    return Table(rows: numbers.count, columns: some, dialect: dialect, options: options)
  }

  /// How to read another file with the same columns.
  var readingAlike: DatasetOptions {
    var options = options
    options.delimiter = dialect.delimiter
    options.columns = columns.reduce(into: [:]) { rules, column in
      let type: ColumnType = column.type.isDiscrete ? .category : column.type == .date ? .date : .number
      rules[column.name] = ColumnRule(type, pattern: column.pattern?.text)
    }
    return options
  }

  /// A row as numbers: of a category its value's place, −1 for none; of the others none is 0.
  func copy(_ row: Int, into target: UnsafeMutablePointer<Float>) {
    for (place, column) in columns.enumerated() {
      switch column.values {
      case .numbers(let values):
        let value = values.pointer[row]
        target[place] = value.isNaN ? 0 : Float(min(max(value, -1e30), 1e30))
      case .codes(let codes, _): target[place] = Float(codes.pointer[row])
      }
    }
  }
}

/// How a CSV file is written.
public struct CSVDialect: Codable, Hashable, Sendable {
  /// One character of ASCII: a comma, a semicolon, a tab.
  public var delimiter = ","
  /// Whether lines end in CR LF.
  public var crlf = false

  public init() {}

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    delimiter = try values.decodeIfPresent(String.self, forKey: .delimiter) ?? ","
    crlf = try values.decodeIfPresent(Bool.self, forKey: .crlf) ?? false
    try Self.check(delimiter, "delimiter")
  }

  static func check(_ delimiter: String, _ field: String) throws(GANError) {
    guard delimiter.utf8.count == 1, let byte = delimiter.utf8.first, byte == 9 || (32..<127).contains(byte),
      byte != UInt8(ascii: "\""), !(48..<58).contains(byte)
    else {
      throw GANError(field: field, expected: "one character such as , ; or a tab", got: "'\(delimiter)'")
    }
  }

  var delimiterByte: UInt8 { delimiter.utf8.first ?? UInt8(ascii: ",") }
}

/// A column of a table.
public struct TableColumn: Sendable {
  public let name: String
  public let type: ColumnType
  /// Cells without a value.
  public let nulls: Int
  package let values: Values
  let format: NumberFormat
  /// Of a date.
  let pattern: DatePattern?

  package enum Values: Sendable {
    /// NaN for none; dates as seconds since 1970.
    case numbers(Buffer<Double>)
    /// −1 for none.
    case codes(Buffer<Int32>, WordTable)
  }
}
