import Datasets
import Glibc
import Graphs

/// What turns rows of a table into vectors for the metrics that compare such: numbers by their deviation, a place
/// for each of a column's more frequent texts and one for the others, and for no value one where the
/// table has such cells.
public final class TableFeatures {
  public let name = "columns"
  public let width: Int

  private let table: Table
  private let scales: [Scale]

  private enum Scale {
    case numbers(mean: Double, deviation: Double)
    /// Of each code its place.
    case words(Buffer<Int32>, places: Int)
  }

  private static let mostPlaces = 64
  /// Of numbers: further ones are no further away.
  private static let greatest = 1e6

  /// - Parameter table: says what numbers and texts to expect.
  /// - Throws: `.memory`.
  public init(_ table: Table) throws(GANError) {
    var scales: [Scale] = []
    for column in table.columns { scales.append(try Self.scale(of: column)) }
    width = zip(table.columns, scales).reduce(0) { sum, column in
      let own = if case .words(_, let places) = column.1 { places } else { 1 }
      return sum + own + (column.0.nulls > 0 ? 1 : 0)
    }
    self.table = table
    self.scales = scales
  }

  private static func scale(of column: TableColumn) throws(GANError) -> Scale {
    switch column.values {
    case .numbers(let numbers):
      var (count, mean, square) = (0.0, 0.0, 0.0)
      for number in numbers.elements where !number.isNaN {
        count += 1
        let distance = number - mean
        mean += distance / count
        square += distance * (number - mean)
      }
      let deviation = (square / max(1, count)).squareRoot()
      return .numbers(mean: mean, deviation: deviation > 0 ? deviation : 1)
    case .codes(_, let words):
      let order = (0..<words.count).sorted { a, b in
        let counts = (words.occurrences(of: a), words.occurrences(of: b))
        return counts.0 == counts.1 ? a < b : counts.0 > counts.1
      }
      let places = try Buffer<Int32>(count: words.count, for: "column '\(column.name)'")
      let own = min(words.count, mostPlaces)
      for (place, code) in order.enumerated() { places.pointer[code] = Int32(min(place, own)) }
      return .words(places, places: own + 1)
    }
  }

  /// - Throws: `.argument` for a table of other columns, `.memory`.
  public func side(of rows: Table) throws(GANError) -> Comparison.Side {
    let columns = try TableColumns(rows, beside: table)
    let features = try Rows(count: rows.rows, width: width, for: "features")
    var start = 0
    for ((column, scale), known) in zip(zip(columns.columns, scales), table.columns) {
      let places: Int
      switch (column, scale) {
      case (.numbers(let numbers), .numbers(let mean, let deviation)):
        places = 1
        for (row, number) in numbers.elements.enumerated() where !number.isNaN {
          let scaled = (number - mean) / deviation
          features[row][start] = Float(min(max(scaled, -Self.greatest), Self.greatest))
        }
      case (.words(let codes, _), .words(let known, let own)):
        places = own
        for (row, code) in codes.elements.enumerated() where code >= 0 {
          let place = Int(code) < known.count ? Int(known.pointer[Int(code)]) : own - 1
          features[row][start + place] = 1
        }
      default: places = 0
      }
      start += places
      guard known.nulls > 0 else { continue }
      Self.mark(column, features, start)
      start += 1
    }
    return Comparison.Side(features: features, table: rows)
  }

  /// Notes which rows have no value.
  private static func mark(_ column: TableColumns.Column, _ features: Rows, _ place: Int) {
    switch column {
    case .numbers(let numbers):
      for (row, number) in numbers.elements.enumerated() where number.isNaN { features[row][place] = 1 }
    case .words(let codes, _):
      for (row, code) in codes.elements.enumerated() where code < 0 { features[row][place] = 1 }
    }
  }
}
