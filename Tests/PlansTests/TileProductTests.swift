import CKernels
import Graphs
import Testing

@testable import Plans

/// Products that stay in the caches as they lie (on machines that have no tiles, oneDNN's).
struct TileProductTests {
  static let sizes = [
    [5, 5, 5], [6, 128, 64], [7, 129, 65], [64, 32, 128], [65, 257, 130], [100, 100, 100], [130, 300, 63],
    [50, 700, 80], [255, 96, 17], [1024, 5, 48], [300, 128, 333], [512, 512, 200],
  ]

  @Test(arguments: sizes, [false, true])
  func theyAreTheGraphs(size: [Int], transposeA: Bool) throws {
    let (m, k, n) = (size[0], size[1], size[2])
    for transposeB in [false, true] {
      let (a, b) = (Shape(transposeA ? [k, m] : [m, k]), Shape(transposeB ? [n, k] : [k, n]))
      let graph = Graph()
      let result = matmul(
        graph.add(Input("a", a)), graph.add(Input("b", b)), transposeA: transposeA, transposeB: transposeB)
      let program = Program(graph: graph, outputs: [("y", result)])
      let tiled = gan_has_tiles() != 0 && (!transposeB || m >= 64)
      #expect(try Plan(compiling: program).listing.contains { $0.implementation == "tiles" } == tiled)
      let values = ["a": Sample.values(a), "b": Sample.values(b, seed: 2)]
      #expect(try compare([result], values)[0] < 3e-6)
      let alone = try run(program, values, threads: 1, random: RandomState(seed: 1))
      #expect(try run(program, values, threads: 3, random: RandomState(seed: 1)) == alone)
    }
  }

  /// However C is cut, a value keeps its bits, and nothing outside the cut is written.
  @Test(.enabled(if: gan_has_tiles() != 0))
  func cutsChangeNoBits() {
    let (m, k, n) = (37, 150, 85)
    let a = Sample.values([m, k]).values.map(Float.init)
    let b = Sample.values([k, n], seed: 2).values.map(Float.init)
    var sizes = gan_tile_sizes(m: Int64(m), k: Int64(k), n: Int64(n), a: (Int64(k), 1), b: Int64(n))
    var whole = Array(repeating: Float.nan, count: m * n)
    gan_tile_product(&sizes, a, b, &whole, 0, Int64(m), 0, Int64(n))
    for (row, column) in [(1, 3), (5, 16), (18, 64), (36, 84)] {
      var parts = Array(repeating: Float.nan, count: m * n)
      gan_tile_product(&sizes, a, b, &parts, 0, Int64(row), 0, Int64(column))
      #expect(parts.count { !$0.isNaN } == row * column)
      gan_tile_product(&sizes, a, b, &parts, 0, Int64(row), Int64(column), Int64(n))
      gan_tile_product(&sizes, a, b, &parts, Int64(row), Int64(m), 0, Int64(n))
      #expect(parts == whole)
    }
  }

  @Test(arguments: [[1, 1], [4, 4], [5, 7], [64, 130], [131, 66]])
  func transposingIsWhatItSays(size: [Int]) {
    let (rows, columns) = (size[0], size[1])
    let values = (0..<rows * columns).map(Float.init)
    var result = Array(repeating: Float(-1), count: values.count)
    let middle = Int64(columns / 2)
    gan_transpose(values, Int64(rows), Int64(columns), 0, middle, &result)
    gan_transpose(values, Int64(rows), Int64(columns), middle, Int64(columns), &result)
    for row in 0..<rows {
      #expect((0..<columns).allSatisfy { result[$0 * rows + row] == values[row * columns + $0] })
    }
  }
}
