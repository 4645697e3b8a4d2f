import Datasets
import Graphs

/// A table's columns as metrics compare them: numbers, and texts as codes that two tables have in common.
struct TableColumns {
  let rows: Int
  let columns: [Column]

  enum Column {
    /// NaN for none; dates as seconds.
    case numbers(Buffer<Double>)
    /// −1 for none, else below the number of different ones.
    case words(Buffer<Int32>, different: Int)
  }

  init(_ table: Table) {
    rows = table.rows
    columns = table.columns.map { column in
      switch column.values {
      case .numbers(let numbers): .numbers(numbers)
      case .codes(let codes, let words): .words(codes, different: words.count)
      }
    }
  }

  /// The columns of a table beside those of another: equal texts get the other's codes, new ones those after.
  ///
  /// - Throws: `.argument` where columns are not the same or not of the same kind; `.memory`.
  init(_ table: Table, beside other: Table) throws(GANError) {
    let names = (table.columns.map(\.name), other.columns.map(\.name))
    guard names.0 == names.1 else {
      throw GANError(
        field: "data", expected: "columns \(names.1.joined(separator: ", "))",
        got: names.0.joined(separator: ", "))
    }
    rows = table.rows
    var columns: [Column] = []
    for (column, other) in zip(table.columns, other.columns) {
      columns.append(try Self.matched(column, to: other))
    }
    self.columns = columns
  }

  private static func matched(_ column: TableColumn, to other: TableColumn) throws(GANError) -> Column {
    switch (column.values, other.values) {
    case (.numbers(let numbers), .numbers): return .numbers(numbers)
    case (.codes(let codes, let words), .codes(_, let known)):
      return try translated(codes, words, known, column.name)
    // A column without any value has no type of its own.
    case (.codes(let codes, _), .numbers) where column.nulls == codes.count:
      let none = try Buffer<Double>(count: codes.count, for: "column '\(column.name)'")
      none.elements.update(repeating: .nan)
      return .numbers(none)
    case (.numbers(let numbers), .codes(let codes, let known)) where other.nulls == codes.count:
      let some = try Buffer<Int32>(count: numbers.count, for: "column '\(column.name)'")
      for (row, number) in numbers.elements.enumerated() {
        some.pointer[row] = number.isNaN ? -1 : Int32(known.count)
      }
      return .words(some, different: known.count + 1)
    default:
      throw GANError(
        field: "data, column '\(column.name)'", expected: other.type.rawValue, got: column.type.rawValue)
    }
  }

  private static func translated(
    _ codes: Buffer<Int32>, _ words: WordTable, _ known: WordTable, _ name: String
  ) throws(GANError) -> Column {
    if words === known { return .words(codes, different: known.count) }
    let places = try Buffer<Int32>(count: words.count, for: "column '\(name)'")
    var different = known.count
    for code in 0..<words.count {
      if let place = words.withBytes(of: code, { known.find($0) }) {
        places.pointer[code] = Int32(place)
      } else {
        places.pointer[code] = Int32(different)
        different += 1
      }
    }
    let own = try Buffer<Int32>(count: codes.count, for: "column '\(name)'")
    for (row, code) in codes.elements.enumerated() {
      own.pointer[row] = code < 0 ? -1 : places.pointer[Int(code)]
    }
    return .words(own, different: different)
  }
}

extension Need {
  static let tables = Need(name: "rows of tables") { $0.real.table != nil && $0.fake.table != nil }
}

extension Comparison {
  /// The columns of both sides, texts in codes that they have in common; nil where there are no tables.
  func columns() throws(GANError) -> (real: TableColumns, fake: TableColumns)? {
    guard let real = real.table, let fake = fake.table else { return nil }
    return (TableColumns(real), try TableColumns(fake, beside: real))
  }
}

/// The mean of what is a number; NaN where nothing is.
func meanOfKnown(_ values: some Sequence<Double>) -> Double {
  var (sum, count) = (0.0, 0)
  for value in values where !value.isNaN {
    sum += value
    count += 1
  }
  return count > 0 ? sum / Double(count) : .nan
}
