import Testing

@testable import Graphs

@Suite struct GatherTests {
  private let odd: [Double] = [2, -0.5, 3, .nan, .infinity, -.infinity, 1.75, 1e300, 0]

  @Test func rowsThatAreNotThereReadAsZeros() throws {
    let graph = Graph()
    let table = literal([1, 2, 3, 4, 5, 6], [3, 2], in: graph)
    let rows = gather(table, literal(odd, [9], in: graph))
    let values = try evaluate([rows], with: [:])[0].values
    #expect(values == [5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 1, 2])
  }

  @Test func updatesOfRowsThatAreNotThereAreIgnored() throws {
    let graph = Graph()
    let updates = literal((1...9).map(Double.init), [9], in: graph)
    let sums = scatterAdd(updates, literal(odd, [9], in: graph), rows: 3)
    #expect(try evaluate([sums], with: [:])[0].values == [9, 7, 1])
  }

  @Test func emptyTablesAndNoIndicesFit() throws {
    let graph = Graph()
    let rows = gather(literal([], [0, 2], in: graph), literal([0, 1], [2], in: graph))
    #expect(try evaluate([rows], with: [:])[0] == Tensor([2, 2], repeating: 0))
    let none = gather(literal([1, 2], [1, 2], in: graph), literal([], [0], in: graph))
    #expect(try evaluate([none], with: [:])[0].shape == [0, 2])
  }

  @Test func repeatedRowsAddUp() throws {
    let graph = Graph()
    let sums = scatterAdd(
      literal([1, 2, 3, 4, 5, 6], [3, 2], in: graph), literal([1, 1, 0], [3], in: graph), rows: 2)
    #expect(try evaluate([sums], with: [:])[0].values == [5, 6, 4, 6])
  }
}
