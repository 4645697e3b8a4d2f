import Datasets
import Graphs

extension Metric {
  /// How alike the columns of two tables are, one by one, 0…1: of numbers and dates 1 − the statistic of Kolmogorov
  /// and Smirnov, of texts 1 − the total variation distance; cells without a value are left out. The mean over
  /// the columns, whose own figures are the parts: SDMetrics' property Column Shapes.
  public static let columnShapes = Metric(
    name: "column-shapes", summary: "likeness of each column of a table; 1 is the same",
    paper: "SDMetrics, Column Shapes", needs: [.tables]
  ) { comparison throws(GANError) in
    guard let (real, fake) = try comparison.columns() else { return [] }
    var shapes: [Double] = []
    for (real, fake) in zip(real.columns, fake.columns) {
      switch (real, fake) {
      case (.numbers(let real), .numbers(let fake)): shapes.append(try likeness(real, fake))
      case (.words(let real, _), .words(let fake, let different)):
        shapes.append(try likeness(real, fake, different: different))
      default: shapes.append(.nan)
      }
    }
    return [MetricValue("column-shapes", in: "columns", meanOfKnown(shapes), parts: shapes, better: .higher)]
  }
}

/// 1 − the greatest difference of the cumulative shares; NaN where one has no number.
private func likeness(_ real: Buffer<Double>, _ fake: Buffer<Double>) throws(GANError) -> Double {
  let (real, fake) = (try sortedNumbers(real), try sortedNumbers(fake))
  guard real.count > 0, fake.count > 0 else { return .nan }
  let (a, b) = (real.values.pointer, fake.values.pointer)
  var (i, j, greatest) = (0, 0, 0.0)
  while i < real.count && j < fake.count {
    let value = min(a[i], b[j])
    while i < real.count, a[i] == value { i += 1 }
    while j < fake.count, b[j] == value { j += 1 }
    greatest = max(greatest, abs(Double(i) / Double(real.count) - Double(j) / Double(fake.count)))
  }
  return 1 - greatest
}

private func sortedNumbers(_ numbers: Buffer<Double>) throws(GANError) -> (values: Buffer<Double>, count: Int)
{
  let sorted = try Buffer<Double>(count: numbers.count, for: "column-shapes")
  var count = 0
  for number in numbers.elements where !number.isNaN {
    sorted.pointer[count] = number
    count += 1
  }
  var filled = UnsafeMutableBufferPointer(start: sorted.pointer, count: count)
  filled.sort()
  return (sorted, count)
}

/// 1 − half the sum of the differences of shares; NaN where one has no text.
private func likeness(_ real: Buffer<Int32>, _ fake: Buffer<Int32>, different: Int) throws(GANError) -> Double
{
  let counts = try Buffer<(real: Int, fake: Int)>(count: different, for: "column-shapes")
  var totals = (real: 0, fake: 0)
  for code in real.elements where code >= 0 {
    counts.pointer[Int(code)].real += 1
    totals.real += 1
  }
  for code in fake.elements where code >= 0 {
    counts.pointer[Int(code)].fake += 1
    totals.fake += 1
  }
  guard totals.real > 0, totals.fake > 0 else { return .nan }
  let sum = counts.elements.reduce(0.0) { sum, count in
    sum + abs(Double(count.real) / Double(totals.real) - Double(count.fake) / Double(totals.fake))
  }
  return 1 - sum / 2
}
