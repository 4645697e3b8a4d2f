import Datasets
import Glibc
import Graphs

extension Metric {
  /// How alike two tables are in what their columns say of each other, 0…1: of two columns of numbers
  /// 1 − |Δr| / 2 of Pearson's correlations, of others 1 − the total variation distance of their joint counts,
  /// numbers in ten bins between the least and the greatest of their own table, no value being one too.
  ///
  /// `pair-trends` is the mean over pairs that are related in the real rows, by a correlation above 0.5 or Cramér's V
  /// above 0.3: SDMetrics' property Column Pair Trends as its QualityReport has it. `pair-trends-all` is that over
  /// all pairs. The parts are, of each column, the mean over the pairs that it is in.
  public static let pairTrends = Metric(
    name: "pair-trends", summary: "likeness of what columns of a table say of each other; 1 is the same",
    paper: "SDMetrics, Column Pair Trends", needs: [.tables]
  ) { comparison throws(GANError) in
    guard let (real, fake) = try comparison.columns(), real.columns.count > 1 else { return [] }
    let trends = try PairTrends(real, fake, comparison.workers)
    return [
      trends.figure("pair-trends", relatedOnly: true), trends.figure("pair-trends-all", relatedOnly: false),
    ]
  }
}

/// The likeness of every pair of columns.
struct PairTrends {
  private let columns: Int
  private let pairs: Buffer<Pair>

  struct Pair {
    /// NaN where there is none.
    var likeness = Double.nan
    /// Whether the columns tell something of each other in the real rows.
    var isRelated = false
  }

  private static let correlated = 0.5
  private static let associated = 0.3
  /// Rows of all pairs: with thousands of columns fewer rows are looked at.
  private static let greatestWork = 1 << 32
  private static let fewestRows = 500

  init(_ real: TableColumns, _ fake: TableColumns, _ workers: Workers) throws(GANError) {
    columns = real.columns.count
    let count = columns * (columns - 1) / 2
    let most = max(Self.fewestRows, Self.greatestWork / count)
    var traits: [(real: ColumnTrait, fake: ColumnTrait)] = []
    for (real, fake) in zip(real.columns, fake.columns) {
      traits.append((try ColumnTrait(real, most: most), try ColumnTrait(fake, most: most)))
    }
    let pairs = try Buffer<Pair>(count: count, for: "pair-trends")
    var tables: [JointCounts] = []
    let choices = traits.map { max($0.real.choices, $0.fake.choices) }.max() ?? 0
    for _ in 0..<workers.count {
      tables.append(
        try JointCounts(rows: min(most, real.rows) + min(most, fake.rows), choices: choices))
    }
    let (width, known, counts) = (columns, traits, tables)
    workers.run(chunks: width - 1) { first, worker in
      for second in first + 1..<width {
        let place = Self.place(first, second, width)
        pairs.pointer[place] = Self.pair(known[first], known[second], counts[worker])
      }
    }
    self.pairs = pairs
  }

  private static func place(_ first: Int, _ second: Int, _ columns: Int) -> Int {
    first * (2 * columns - first - 1) / 2 + second - first - 1
  }

  private static func pair(
    _ first: (real: ColumnTrait, fake: ColumnTrait), _ second: (real: ColumnTrait, fake: ColumnTrait),
    _ counts: JointCounts
  ) -> Pair {
    if first.real.numbers != nil && second.real.numbers != nil {
      // Of constants there is no correlation.
      guard ![first.real, first.fake, second.real, second.fake].contains(where: \.isConstant) else {
        return Pair()
      }
      let real = correlation(first.real, second.real)
      let likeness = 1 - abs(real - correlation(first.fake, second.fake)) / 2
      return Pair(likeness: likeness, isRelated: abs(real) > correlated)
    }
    counts.fill((first.real, second.real), (first.fake, second.fake))
    return Pair(likeness: counts.likeness, isRelated: counts.association > associated)
  }

  /// Pearson's, of rows that have both numbers; NaN where there is none.
  private static func correlation(_ first: ColumnTrait, _ second: ColumnTrait) -> Double {
    guard let a = first.numbers?.pointer, let b = second.numbers?.pointer else { return .nan }
    var (count, meanA, meanB) = (0.0, 0.0, 0.0)
    for row in 0..<first.rows where !a[row].isNaN && !b[row].isNaN {
      count += 1
      meanA += (a[row] - meanA) / count
      meanB += (b[row] - meanB) / count
    }
    var (squareA, squareB, product) = (0.0, 0.0, 0.0)
    for row in 0..<first.rows where !a[row].isNaN && !b[row].isNaN {
      squareA += (a[row] - meanA) * (a[row] - meanA)
      squareB += (b[row] - meanB) * (b[row] - meanB)
      product += (a[row] - meanA) * (b[row] - meanB)
    }
    let scale = squareA.squareRoot() * squareB.squareRoot()
    return scale > 0 ? min(1, max(-1, product / scale)) : .nan
  }

  func figure(_ name: String, relatedOnly: Bool) -> MetricValue {
    func mean(_ places: some Sequence<Int>) -> Double {
      meanOfKnown(
        places.lazy.map { pairs.pointer[$0] }.filter { $0.isRelated || !relatedOnly }.map(\.likeness))
    }
    let parts = (0..<columns).map { column in
      mean(
        (0..<columns).lazy.filter { $0 != column }
          .map { Self.place(min(column, $0), max(column, $0), columns) })
    }
    return MetricValue(name, in: "columns", mean(0..<pairs.count), parts: parts, better: .higher)
  }
}
