import CKernels
import Testing

@testable import Graphs
@testable import Plans

/// Products with a tiny extent.
struct ThinProductTests {
  static let sizes = [
    [1, 1, 1], [130, 70, 1], [70, 300, 2], [300, 130, 3], [65, 257, 4], [1, 70, 130], [2, 300, 257],
    [3, 5, 64],
    [4, 130, 300], [130, 1, 70], [66, 2, 300], [5, 3, 7], [257, 4, 65], [2, 2, 2], [3000, 64, 1],
    [1, 64, 3000],
  ]

  @Test(arguments: sizes, [false, true])
  func theyAreTheGraphs(size: [Int], transposeA: Bool) throws {
    let (m, k, n) = (size[0], size[1], size[2])
    for transposeB in [false, true] {
      let a = Shape(transposeA ? [k, m] : [m, k])
      let b = Shape(transposeB ? [n, k] : [k, n])
      let graph = Graph()
      let result = matmul(
        graph.add(Input("a", a)), graph.add(Input("b", b)), transposeA: transposeA, transposeB: transposeB)
      let plan = try Plan(compiling: Program(graph: graph, outputs: [("y", result)]))
      #expect(plan.listing.allSatisfy { $0.implementation == "thin" })
      let values = ["a": Sample.values(a), "b": Sample.values(b, seed: 2)]
      #expect(try compare([result], values)[0] < 3e-6)
    }
  }
}
