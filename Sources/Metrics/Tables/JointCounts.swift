import Graphs

/// A column as one of a few choices a row, and its numbers where it has them.
struct ColumnTrait {
  let rows: Int
  /// Below `choices`; no value is one of them.
  let choice: Buffer<Int32>
  let choices: Int
  /// NaN for none.
  let numbers: Buffer<Double>?
  /// Whether there is one number and no other.
  let isConstant: Bool

  private static let bins = 10

  /// - Parameter most: rows that are taken, evenly from all.
  init(_ column: TableColumns.Column, most: Int) throws(GANError) {
    let all =
      switch column {
      case .numbers(let numbers): numbers.count
      case .words(let codes, _): codes.count
      }
    let rows = min(all, most)
    choice = try Buffer(count: rows, for: "pair-trends")
    self.rows = rows
    switch column {
    case .words(let codes, let different):
      for row in 0..<rows { choice.pointer[row] = codes.pointer[row * all / rows] + 1 }
      (choices, numbers, isConstant) = (different + 1, nil, false)
    case .numbers(let values):
      let own = try Buffer<Double>(count: rows, for: "pair-trends")
      for row in 0..<rows { own.pointer[row] = values.pointer[row * all / rows] }
      let edges = Self.edges(own)
      for (row, value) in own.elements.enumerated() {
        choice.pointer[row] = Int32(value.isNaN ? edges.count : edges.count { $0 <= value })
      }
      let known = own.elements.filter { !$0.isNaN }
      isConstant = known.first.map { first in known.allSatisfy { $0 == first } } ?? false
      (choices, numbers) = (edges.count + 1, own)
    }
  }

  /// Those of NumPy's `histogram_bin_edges`; the greatest number lies beyond the last, with no value.
  private static func edges(_ numbers: Buffer<Double>) -> [Double] {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for number in numbers.elements where !number.isNaN {
      (least, greatest) = (min(least, number), max(greatest, number))
    }
    if least > greatest { (least, greatest) = (0, 1) }
    if least == greatest { (least, greatest) = (least - 0.5, greatest + 0.5) }
    let step = (greatest - least) / Double(bins)
    return (0..<bins).map { least + Double($0) * step } + [greatest]
  }
}

/// How often each pair of choices of two columns comes, in real and in generated rows. Open addressing.
final class JointCounts {
  private struct Entry {
    /// 0 is free.
    var key: UInt64 = 0
    var real: Int32 = 0
    var fake: Int32 = 0
  }

  private let entries: Buffer<Entry>
  private let first: Buffer<Int32>
  private let second: Buffer<Int32>
  private var choices = (first: 0, second: 0)
  private var rows = (real: 0, fake: 0)

  /// - Parameters:
  ///   - rows: most of both tables.
  ///   - choices: most of a column.
  init(rows: Int, choices: Int) throws(GANError) {
    var size = 16
    while size < 2 * rows { size *= 2 }
    entries = try Buffer(count: size, for: "pair-trends")
    first = try Buffer(count: choices, for: "pair-trends")
    second = try Buffer(count: choices, for: "pair-trends")
  }

  func fill(_ real: (ColumnTrait, ColumnTrait), _ fake: (ColumnTrait, ColumnTrait)) {
    entries.elements.update(repeating: Entry())
    choices = (max(real.0.choices, fake.0.choices), max(real.1.choices, fake.1.choices))
    first.pointer.update(repeating: 0, count: choices.first)
    second.pointer.update(repeating: 0, count: choices.second)
    rows = (real.0.rows, fake.0.rows)
    for row in 0..<rows.real {
      let (a, b) = (real.0.choice.pointer[row], real.1.choice.pointer[row])
      entries.pointer[place(a, b)].real += 1
      first.pointer[Int(a)] += 1
      second.pointer[Int(b)] += 1
    }
    for row in 0..<rows.fake {
      entries.pointer[place(fake.0.choice.pointer[row], fake.1.choice.pointer[row])].fake += 1
    }
  }

  private func place(_ a: Int32, _ b: Int32) -> Int {
    let key = (UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))) &+ 1
    let hash = (key ^ key >> 29) &* 0x9e37_79b9_7f4a_7c15
    var place = Int(truncatingIfNeeded: hash >> 20) & (entries.count - 1)
    while entries.pointer[place].key != key {
      if entries.pointer[place].key == 0 {
        entries.pointer[place].key = key
        break
      }
      place = (place + 1) & (entries.count - 1)
    }
    return place
  }

  /// 1 − the total variation distance of the shares.
  var likeness: Double {
    let (real, fake) = (1 / Double(rows.real), 1 / Double(rows.fake))
    var sum = 0.0
    for entry in entries.elements where entry.key != 0 {
      sum += abs(Double(entry.real) * real - Double(entry.fake) * fake)
    }
    return 1 - sum / 2
  }

  /// Cramér's V of the real rows (Mathematical Methods of Statistics, 1946); NaN where a column has one choice.
  var association: Double {
    let different = (
      first.elements[..<choices.first].count { $0 > 0 }, second.elements[..<choices.second].count { $0 > 0 }
    )
    let least = min(different.0, different.1)
    guard least > 1 else { return .nan }
    var sum = 0.0
    for entry in entries.elements where entry.real > 0 {
      let key = entry.key - 1
      let expected =
        Double(first.pointer[Int(key >> 32)]) * Double(second.pointer[Int(key & 0xffff_ffff)])
      sum += Double(entry.real) * Double(entry.real) / expected
    }
    return max(0, (sum - 1) / Double(least - 1)).squareRoot()
  }
}
