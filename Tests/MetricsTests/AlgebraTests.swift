import Graphs
import Testing

@testable import Metrics

struct AlgebraTests {
  /// Symmetric, of known eigenvalues: reflected diagonal.
  private func matrix(_ values: [Double]) throws -> DoubleRows {
    let size = values.count
    let random = RandomState(seed: 3)
    let mirror = (0..<size).map { random.normal(UInt64($0), stream: 1) }
    let square = mirror.reduce(0) { $0 + $1 * $1 }
    func reflection(_ i: Int, _ j: Int) -> Double { (i == j ? 1 : 0) - 2 * mirror[i] * mirror[j] / square }
    let made = try DoubleRows(count: size, width: size, for: "test")
    for i in 0..<size {
      for j in 0..<size {
        made[i][j] = (0..<size).reduce(0.0) { $0 + reflection(i, $1) * values[$1] * reflection($1, j) }
      }
    }
    return made
  }

  @Test(arguments: [
    [3.0], [2, 2], [1, 0, 0, 5], [-1, 4, 1e-9, 7, 7, 0.5, 1e6], Array(stride(from: 0.0, to: 40, by: 1)),
  ]) func eigenvaluesAreThoseOfTheMatrix(values: [Double]) throws {
    let found = try eigenvalues(ofSymmetric: matrix(values)).elements.sorted()
    let scale = values.map(abs).max() ?? 1
    for (one, other) in zip(found, values.sorted()) { #expect(abs(one - other) < 1e-12 * scale) }
  }

  @Test func diagonalAndZeroMatricesHaveTheirOwn() throws {
    let made = try DoubleRows(count: 5, width: 5, for: "test")
    #expect(try eigenvalues(ofSymmetric: made).elements.allSatisfy { $0 == 0 })
    for i in 0..<5 { made[i][i] = Double(i) }
    #expect(try eigenvalues(ofSymmetric: made).elements.sorted() == [0, 1, 2, 3, 4])
  }

  @Test func factorsHaveTheRankOfTheirMatrix() throws {
    let values = [5.0, 1, 0.25, 0, 0, 0]
    let given = try matrix(values)
    let found = try factor(of: given)
    #expect(found.count == 3)
    for i in 0..<6 {
      for j in 0..<6 {
        let product = (0..<3).reduce(0.0) { $0 + found[$1][i] * found[$1][j] }
        #expect(abs(product - given[i][j]) < 1e-14 * 5)
      }
    }
  }

  @Test func sortingSorts() throws {
    let random = RandomState(seed: 9)
    for count in [0, 1, 2, 1000] {
      var values = (0..<count).map { Float(random.normal(UInt64($0), stream: 2)) * ($0 % 3 == 0 ? 1e-30 : 1) }
      if count > 3 { values[3] = 0 }
      let expected = values.sorted()
      var scratch = [UInt32](repeating: 0, count: count)
      values.withUnsafeMutableBufferPointer { values in
        scratch.withUnsafeMutableBufferPointer { scratch in
          guard let base = values.baseAddress, let room = scratch.baseAddress else { return }
          sort(base, scratch: room, count: count)
        }
      }
      #expect(values == expected)
    }
  }

  @Test func rowPairsMeetEveryRow() throws {
    for (rows, others) in [(1, 1), (33, 31), (70, 5)] {
      let (a, b) = (try Goldens.features(rows, 7, seed: 1), try Goldens.features(others, 7, seed: 2))
      let found = try Buffer<Double>(count: rows * others, for: "test")
      try RowPairs.distances.forEach(DoubleRows(a, for: "test"), DoubleRows(b, for: "test"), Goldens.workers)
      {
        row, from, values in
        for index in 0..<values.count { found.pointer[row * others + from + index] = values[index] }
      }
      for row in 0..<rows {
        for other in 0..<others {
          let expected = (0..<7).reduce(0.0) { sum, k in
            let difference = Double(a[row][k]) - Double(b[other][k])
            return sum + difference * difference
          }
          #expect(abs(found.pointer[row * others + other] - expected) < 1e-12 * expected + 1e-12)
        }
      }
    }
  }
}
