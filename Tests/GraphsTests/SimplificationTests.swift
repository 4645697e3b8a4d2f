import Testing

@testable import Graphs

@Suite struct SimplificationTests {
  private let graph = Graph()
  private var x: Node { graph.add(Input("x", [4, 6])) }
  private var y: Node { graph.add(Input("y", [4, 3])) }

  @Test func slices() {
    #expect(x.sliced(axis: 1, from: 0, count: 6) == x)
    #expect(x.sliced(axis: -1, from: 0, count: 6) == x)
    let both = concatenate([x, y], axis: 1)
    #expect(both.sliced(axis: 1, from: 0, count: 6) == x)
    #expect(both.sliced(axis: 1, from: 6, count: 3) == y)
    #expect(both.sliced(axis: 1, from: 7, count: 2) == y.sliced(axis: 1, from: 1, count: 2))
    #expect(both.sliced(axis: 1, from: 5, count: 2).primitive is Slice)
    #expect(both.sliced(axis: 0, from: 0, count: 2).inputs == [both])
    #expect(
      x.sliced(axis: 1, from: 1, count: 3, step: 2).sliced(axis: 1, from: 1, count: 2)
        == x.sliced(axis: 1, from: 3, count: 2, step: 2))
    #expect(x.sliced(axis: 0, from: 0, count: 0).shape == [0, 6])
  }

  @Test func pads() {
    #expect(x.padded(low: [0, 0], high: [0, 0]) == x)
    let wide = x.padded(low: [0, 2], high: [0, 1], interior: [0, 1])
    #expect(wide.shape == [4, 14])
    #expect(wide.sliced(axis: 1, from: 2, count: 6, step: 2) == x)
    #expect(wide.sliced(axis: 1, from: 2, count: 6).primitive is Slice)
    let zeros = Node.constant(0, [2], in: graph)
    #expect(zeros.padded(low: [1], high: [1]) == .constant(0, [4], in: graph))
    #expect(Node.constant(1, [2], in: graph).padded(low: [1], high: [1]).primitive is Pad)
  }

  @Test func concatenations() {
    #expect(concatenate([x], axis: 0) == x)
    let one = Node.constant(1, [2, 3], in: graph)
    #expect(concatenate([one, one], axis: 0) == .constant(1, [4, 3], in: graph))
    #expect(concatenate([one, .constant(2, [2, 3], in: graph)], axis: 0).primitive is Concatenate)
  }

  @Test func products() {
    #expect(matmul(x, y.transposed([1, 0]), transposeA: true, transposeB: true).inputs == [x, y])
    #expect(matmul(x, .constant(0, [6, 2], in: graph)) == .constant(0, [4, 2], in: graph))
    let batch = graph.add(Input("batch", [2, 3, 4]))
    #expect(matmul(batch, y).shape == [2, 3, 3])
    #expect(matmul(batch, graph.add(Input("u", [3, 5])), transposeA: true).shape == [2, 4, 5])
  }

  @Test func constantsAndOrders() {
    let two = Node.constant(2, [2, 3], in: graph)
    #expect(detached(two) == two)
    #expect(detached(detached(x)) == detached(x))
    #expect(detached(x) != x)
    #expect(two.transposed([1, 0]) == .constant(2, [3, 2], in: graph))
    #expect(x.transposed([1, 0]).transposed([1, 0]) == x)
    #expect(x.reshaped(to: [2, 12]).reshaped(to: [4, 6]) == x)
    #expect(x.reshaped(to: [-1]).shape == [24])
    #expect(x.reshaped(to: [2, -1, 3]).shape == [2, 4, 3])
    #expect(x + 0 == x)
    #expect(x * 1 == x)
    #expect(-(-x) == x)
    #expect(exp(two).constantValue != nil)
    #expect(upsampleNearest(graph.add(Input("image", [1, 2, 2, 3])), factors: [1, 1]).primitive is Input)
  }

  /// What does not fit must be an error, whatever shorter form it would have had.
  @Test(
    arguments: [
      { (graph: Graph) in Node.constant(0, [2, 3], in: graph).sliced(axis: 1, from: 2, count: 2) },
      { (graph: Graph) in Node.constant(0, [2, 3], in: graph).padded(low: [-1, 0], high: [1, 0]) },
      { (graph: Graph) in Node.constant(0, [2, 3], in: graph).transposed([0, 0]) },
      { (graph: Graph) in
        matmul(.constant(0, [2, 3], in: graph), .constant(0, [2, 3], in: graph))
      },
      { (graph: Graph) in
        concatenate([.constant(0, [2, 3], in: graph), .constant(0, [2, 4], in: graph)], axis: 0)
      },
      { (graph: Graph) in Node.constant(0, [7], in: graph).reshaped(to: [2, -1]) },
      { (graph: Graph) in upsampleNearest(.constant(0, [2, 3], in: graph), factors: [1]) },
    ] as [@Sendable (Graph) -> Node])
  func misfitsAreNotSimplifiedAway(_ build: @Sendable (Graph) -> Node) {
    let graph = Graph()
    _ = build(graph)
    #expect(graph.error?.kind == .argument)
  }
}
