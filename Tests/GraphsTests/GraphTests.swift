import Testing

@testable import Graphs

@Suite struct GraphTests {
  @Test func equalExpressionsAreOneNode() {
    let graph = Graph()
    let x = graph.add(Input("x", [2, 3]))
    let y = exp(x) * 2
    let count = graph.count
    #expect(exp(x) * 2 == y)
    #expect(graph.count == count)
    #expect(exp(x) * 3 != y)
    #expect(x.sliced(axis: 1, from: 0, count: 2) != x.sliced(axis: 1, from: 1, count: 2))
  }

  @Test func gradientsReuseTheForwardPass() {
    let graph = Graph()
    let x = graph.add(Input("x", [2, 3]))
    _ = gradient(of: sum(exp(tanh(x))), at: [x])
    let exponentials = (0..<graph.count).filter {
      (graph.node(at: $0).primitive as? Unary)?.function == .exp
    }
    #expect(exponentials.count == 1)
  }

  @Test func theErrorNamesOperationShapesAndLayer() throws {
    let graph = Graph()
    let result = graph.within("discriminator") {
      graph.within("2") {
        matmul(graph.add(Input("x", [2, 3])), graph.add(Input("w", [4, 5])))
      }
    }
    let error = try #require(graph.error)
    #expect(error.kind == .argument)
    for part in ["discriminator.2", "MatMul", "[2, 3]", "[4, 5]", "expected", "got"] {
      #expect(error.description.contains(part), "\(error)")
    }
    #expect(!error.description.contains("\n"))
    #expect(throws: error) { try evaluate([result], with: [:]) }
  }

  @Test func theFirstErrorStaysAndFormulasGoOn() {
    let graph = Graph()
    let x = graph.add(Input("x", [2, 3]))
    let wrong = x.sliced(axis: 7, from: 0, count: 1)
    let error = graph.error
    #expect(error != nil)
    let loss = sum(convolution(wrong, x, ConvolutionGeometry(stride: [1], padding: [0])))
    let slopes = gradient(of: loss, at: [x])
    #expect(slopes.count == 1)
    _ = concatenate([wrong, loss], axis: -4)
    #expect(graph.error == error)
  }

  @Test func shapesThatCannotBeAreRefused() {
    for (shape, kind): (Shape, GANError.Kind) in [
      ([-1, 2], .argument), ([1 << 20, 1 << 20], .memory), ([.max, .max, .max], .memory),
      ([0, .max, .max], .memory), ([.min], .argument),
    ] {
      let graph = Graph()
      _ = graph.add(Input("x", shape))
      #expect(graph.error?.kind == kind, "\(shape)")
    }
    let graph = Graph()
    #expect(graph.add(Input("x", [0, 4])).shape.count == 0)
    #expect(graph.error == nil)
  }

  @Test func evaluationNamesMissingAndMisshapenValues() {
    let graph = Graph()
    let x = graph.add(Input("x", [2]))
    #expect(throws: GANError(field: "x", expected: "a value", got: "none")) {
      try evaluate([x], with: [:])
    }
    #expect(throws: GANError.self) { try evaluate([x], with: ["x": Tensor([3], [1, 2, 3])]) }
  }
}
