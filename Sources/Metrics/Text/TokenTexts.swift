import Glibc
import Graphs

/// Texts as metrics compare them: their tokens up to the mark that ends them.
final class TokenTexts {
  let count: Int
  /// Of a row.
  let width: Int
  let tokens: Buffer<Int32>
  let lengths: Buffer<Int32>

  /// - Throws: `.memory`.
  init(_ rows: Rows, end: Int?) throws(GANError) {
    (count, width) = (rows.count, rows.width)
    tokens = try Buffer(count: count * width, for: "bleu")
    lengths = try Buffer(count: count, for: "bleu")
    for row in 0..<count {
      var length = 0
      while length < width, rows[row][length] != end.map(Float.init) ?? -1 {
        tokens.pointer[row * width + length] = Int32(max(-1, min(rows[row][length], 1e6)))
        length += 1
      }
      lengths.pointer[row] = Int32(length)
    }
  }

  /// The share of texts that no other one equals and of repeated ones the first.
  var unique: Double {
    get throws(GANError) {
      let order = try Buffer<Int32>(count: count, for: "unique")
      defer { withExtendedLifetime(order) {} }
      for row in 0..<count { order.pointer[row] = Int32(row) }
      func row(_ index: Int32) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(
          start: tokens.pointer + Int(index) * width, count: Int(lengths.pointer[Int(index)]))
      }
      var elements = order.elements
      elements.sort { row($0).lexicographicallyPrecedes(row($1)) }
      var different = min(1, count)
      for place in 1..<max(1, count)
      where !row(elements[place]).elementsEqual(row(elements[place - 1])) { different += 1 }
      return Double(different) / Double(max(1, count))
    }
  }

  /// Mean over these texts of each one's BLEU with all of `references`, for runs up to 2, 3 and 4 tokens.
  ///
  /// - Parameter isSelf: whether the references are these texts: each is then judged by the others.
  func bleu(against references: TokenTexts, isSelf: Bool = false) throws(GANError) -> [Double] {
    var tables: [NGramTable] = []
    for order in 1...4 {
      tables.append(try NGramTable(order: order, references))
    }
    var lengthCounts = Array(repeating: 0, count: references.width + 1)
    for length in references.lengths.elements { lengthCounts[Int(length)] += 1 }
    var sums = [0.0, 0, 0]
    for text in 0..<count {
      let length = Int(lengths.pointer[text])
      if isSelf { lengthCounts[length] -= 1 }
      let closest = Self.closest(to: length, in: lengthCounts)
      if isSelf { lengthCounts[length] += 1 }
      let precisions = tables.map { precision(of: text, $0, isSelf: isSelf) }
      for (place, order) in [2, 3, 4].enumerated() {
        sums[place] += Self.bleu(precisions.prefix(order), length, closest)
      }
    }
    return sums.map { $0 / Double(max(1, count)) }
  }

  /// Runs of a text that references have too, each at most as often as one of them has it, and all its runs.
  private func precision(of text: Int, _ table: NGramTable, isSelf: Bool) -> (found: Int, all: Int) {
    var found = 0
    forEachRun(of: text, order: table.order) { run, times in
      found += Int(min(times, table.most(run, without: isSelf ? text : nil)))
    }
    return (found, max(1, Int(lengths.pointer[text]) - table.order + 1))
  }

  /// Papineni et al., ACL 2002, section 2.3, with 0.1 instead of no run in common (Chen & Cherry, 2014, method 1).
  private static func bleu(_ precisions: ArraySlice<(found: Int, all: Int)>, _ length: Int, _ closest: Int)
    -> Double
  {
    guard let words = precisions.first, words.found > 0 else { return 0 }
    let weight = 1 / Double(precisions.count)
    let sum = precisions.reduce(0.0) { sum, precision in
      sum + weight * log((precision.found > 0 ? Double(precision.found) : 0.1) / Double(precision.all))
    }
    let brevity = length > closest ? 0 : 1 - Double(closest) / Double(length)
    return exp(brevity + sum)
  }

  /// The nearest length that there is; of two as near the shorter.
  private static func closest(to length: Int, in counts: [Int]) -> Int {
    for distance in 0..<counts.count {
      for other in [length - distance, length + distance]
      where counts.indices.contains(other) && counts[other] > 0 { return other }
    }
    return length
  }
}

extension TokenTexts {
  /// The different runs of `order` tokens of a text, each at its last place, with how often it comes.
  func forEachRun(of text: Int, order: Int, _ body: (UnsafePointer<Int32>, Int32) -> Void) {
    let start = tokens.pointer + text * width
    let count = Int(lengths.pointer[text]) - order + 1
    for run in 0..<max(0, count) {
      var (times, isLast): (Int32, Bool) = (1, true)
      for other in 0..<count where other != run {
        guard (0..<order).allSatisfy({ start[run + $0] == start[other + $0] }) else { continue }
        if other > run { isLast = false } else { times += 1 }
      }
      if isLast { body(start + run, times) }
    }
  }
}
