import Datasets
import Graphs

extension Metric {
  /// The distance to the closest record: the median, over generated rows, of the distance to the nearest row of
  /// training, and that over the real rows, which no training should have seen. Rows that were learnt by heart are nearer than
  /// unseen ones. A distance is the mean over the columns of |Δ| by the range of the training rows, at most 1, for numbers,
  /// and 0 or 1 for texts; no value is 1 from any (Gower, Biometrics 27(4), 1971): SDMetrics'
  /// `calculate_dcr`.
  ///
  /// Of at most 2,000 rows of either set, and 100,000 of training, thinned evenly.
  public static let closestRecord = Metric(
    name: "closest-record",
    summary: "median distance of rows to the nearest row of training, beside that of real ones",
    paper: "SDMetrics, DCR", needs: [.tables, .training]
  ) { comparison throws(GANError) in
    guard let training = comparison.training, let real = comparison.real.table,
      let fake = comparison.fake.table
    else { return [] }
    let records = try Records(training)
    return [
      MetricValue(
        "closest-record", in: "columns", try records.distance(fake, comparison.workers), better: .real),
      MetricValue(
        "closest-record-real", in: "columns", try records.distance(real, comparison.workers), better: .real),
    ]
  }

  /// Rows of training that are looked at.
  public static let greatestRecords = 100_000
}

extension Need {
  static let training = Need(name: "the rows that were trained on (training)") { $0.training != nil }
}

/// Rows of training as vectors, in which a difference of 1 or more is one of texts.
private struct Records {
  private let table: Table
  /// Of each column its least number and what the numbers span.
  private let scales: [(least: Double, span: Double)]
  private let rows: DoubleRows

  private static let greatestRows = 2000
  private static let greatestSize = 1 << 25
  /// Numbers lie in −1…2, further ones being no further away.
  private static let none = 8.0

  init(_ table: Table) throws(GANError) {
    self.table = table
    let columns = TableColumns(table)
    scales = columns.columns.map { column in
      guard case .numbers(let numbers) = column else { return (0, 1) }
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for number in numbers.elements where !number.isNaN {
        (least, greatest) = (min(least, number), max(greatest, number))
      }
      return least > greatest ? (0, 1) : (least, greatest - least)
    }
    rows = try Self.rows(columns, scales, most: Metric.greatestRecords)
  }

  private static func rows(
    _ columns: TableColumns, _ scales: [(least: Double, span: Double)], most: Int
  ) throws(GANError) -> DoubleRows {
    let width = columns.columns.count
    let count = min(columns.rows, most, max(1, greatestSize / width))
    let rows = try DoubleRows(count: count, width: width, for: "closest-record")
    for (place, column) in columns.columns.enumerated() {
      for row in 0..<count {
        let source = row * columns.rows / count
        switch column {
        case .numbers(let numbers):
          rows[row][place] = scaled(numbers.pointer[source], scales[place])
        case .words(let codes, _): rows[row][place] = Double(codes.pointer[source])
        }
      }
    }
    return rows
  }

  private static func scaled(_ number: Double, _ scale: (least: Double, span: Double)) -> Double {
    if number.isNaN { return none }
    if scale.span == 0 { return number == scale.least ? 0 : 2 }
    return min(2, max(-1, (number - scale.least) / scale.span))
  }

  /// The median distance of a table's rows to the nearest record.
  func distance(_ table: Table, _ workers: Workers) throws(GANError) -> Double {
    let columns = try TableColumns(table, beside: self.table)
    let own = try Self.rows(columns, scales, most: Self.greatestRows)
    let nearest = try Buffer<Double>(count: own.count, for: "closest-record")
    nearest.elements.update(repeating: .infinity)
    try RowPairs.differences.forEach(own, rows, workers) { row, _, values in
      for value in values { nearest.pointer[row] = min(nearest.pointer[row], value) }
    }
    var sorted = nearest.elements
    sorted.sort()
    let middle = (nearest.pointer[(own.count - 1) / 2] + nearest.pointer[own.count / 2]) / 2
    return middle / Double(scales.count)
  }
}
