import Glibc
import Graphs

/// Rows drawn by training-by-sampling (Xu et al., arXiv 1907.00503, section 4.3): a discrete column, all being as
/// likely; one of its choices, by the logarithm of how often it comes; a row that has it. Where no column
/// is discrete all rows are as likely. A function of (table, batch size, seed, k).
final class TableFiller: Filler {
  private let table: EncodedTable
  private let batch: Int
  private let random: CounterRandom
  /// Of each discrete column the conditions that some row has, and running sums of log(1 + count).
  private let discrete: [(conditions: [Int], sums: [Double])]

  init(_ table: EncodedTable, batch: Int, seed: UInt64) {
    self.table = table
    self.batch = batch
    random = CounterRandom(seed: seed, stream: .max - 1)
    discrete = table.layout.columns.compactMap { column in
      guard let range = column.conditions else { return nil }
      let starts = table.starts.pointer
      let conditions = range.filter { starts[$0 + 1] > starts[$0] }
      var sum = 0.0
      let sums = conditions.map { condition in
        sum += log(Double(1 + starts[condition + 1] - starts[condition]))
        return sum
      }
      return (conditions, sums)
    }
  }

  /// The labels are the conditions.
  func fill(_ index: Int64, values: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>?) {
    for slot in 0..<batch {
      let place = (UInt64(bitPattern: index) &* UInt64(batch) &+ UInt64(slot)) &* 3
      let row: Int
      if discrete.isEmpty {
        row = Int(random.number(below: UInt64(table.rows), at: place))
        labels?[slot] = -1
      } else {
        let column = discrete[Int(random.number(below: UInt64(discrete.count), at: place))]
        let drawn = Double(random[place &+ 1] >> 11) * 0x1p-53 * (column.sums.last ?? 0)
        let condition = column.conditions[column.sums.firstIndex { drawn < $0 } ?? column.sums.count - 1]
        let (start, end) = (table.starts.pointer[condition], table.starts.pointer[condition + 1])
        row = Int(table.order.pointer[start + Int(random.number(below: UInt64(end - start), at: place &+ 2))])
        labels?[slot] = Int32(condition)
      }
      table.copy(row, into: values + slot * table.layout.width)
    }
  }

  func forgetOrder() {}
}
