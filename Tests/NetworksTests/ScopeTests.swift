import Graphs
import Testing

@testable import Networks

@Suite struct ScopeTests {
  private func layouts(_ layers: [any Layer], _ input: Shape) throws -> Layouts {
    let graph = Graph()
    let scope = Scope(declaringIn: graph)
    _ = apply(layers, to: graph.add(Input("x", input)), in: scope)
    if let error = graph.error { throw error }
    return scope.layouts
  }

  @Test func layoutIsDenseInTheOrderOfAsking() throws {
    let layouts = try layouts([Dense(units: 3), BatchNormalization(), Dense(units: 2)], [4, 5])
    #expect(
      layouts.parameters.entries.map(\.path) == [
        "0.weight", "1.scale", "1.shift", "2.weight", "2.bias",
      ])
    #expect(layouts.parameters.entries.map(\.offset) == [0, 15, 18, 21, 27])
    #expect(layouts.parameters.count == 29)
    #expect(layouts.state.entries.map(\.path) == ["1.mean", "1.variance"])
  }

  @Test func parametersArePiecesOfTheFlatInput() throws {
    let layouts = try layouts([Dense(units: 2)], [1, 3])
    let graph = Graph()
    let scope = Scope(layouts, named: "net", in: graph)
    let y = apply([Dense(units: 2)], to: graph.add(Input("x", [1, 3])), in: scope)
    let values = ["net": Tensor([8], [1, 2, 3, 4, 5, 6, 10, 20]), "x": Tensor([1, 3], [1, 10, 100])]
    #expect(try evaluate([y], with: values)[0].values == [1 + 30 + 500 + 10, 2 + 40 + 600 + 20])
    let gradient = flatGradient(of: sum(y), scope)
    #expect(try evaluate([gradient], with: values)[0].values == [1, 1, 10, 10, 100, 100, 1, 1])
  }

  @Test func secondApplicationGoesOnFromTheFirstOnesState() throws {
    let layouts = try layouts([BatchNormalization()], [2, 1])
    let graph = Graph()
    let scope = Scope(layouts, named: "net", in: graph)
    let (a, b) = (graph.add(Input("a", [2, 1])), graph.add(Input("b", [2, 1])))
    _ = apply([BatchNormalization()], to: a, in: scope)
    _ = apply([BatchNormalization()], to: b, in: scope.applied(training: true))
    let updates = try #require(scope.stateUpdates)
    let values = [
      "net.state": Tensor([2], [0, 1]), "a": Tensor([2, 1], [1, 3]), "b": Tensor([2, 1], [10, 20]),
    ]
    let state = try evaluate([updates], with: values)[0].values
    // Means 2 and 15, unbiased variances 2 and 50, momentum 0.1.
    #expect(abs(state[0] - (0.9 * 0.2 + 1.5)) < 1e-12)
    #expect(abs(state[1] - (0.9 * (0.9 + 0.2) + 5)) < 1e-12)
  }

  @Test func evaluationLeavesTheStateAlone() throws {
    let layouts = try layouts([BatchNormalization()], [2, 1])
    let graph = Graph()
    let scope = Scope(layouts, named: "net", in: graph, training: false)
    let y = apply([BatchNormalization()], to: graph.add(Input("x", [2, 1])), in: scope)
    #expect(scope.stateUpdates == nil)
    let values = [
      "net": Tensor([2], [2, 1]), "net.state": Tensor([2], [3, 4]), "x": Tensor([2, 1], [3, 5]),
    ]
    let result = try evaluate([y], with: values)[0].values
    #expect(result[0] == 1 && abs(result[1] - (2 * 2 / (4 + 1e-5).squareRoot() + 1)) < 1e-12)
  }

  @Test func oneNameHasOneShape() {
    let graph = Graph()
    let scope = Scope(declaringIn: graph)
    _ = scope.parameter("weight", [2], .constant(0))
    _ = scope.parameter("weight", [3], .constant(0))
    #expect(graph.error?.description.contains("weight") == true)
  }

  @Test func unknownParameterOfABoundScopeFailsTheGraph() {
    let graph = Graph()
    let scope = Scope(Layouts(), named: "net", in: graph)
    _ = scope.parameter("weight", [2], .constant(0))
    #expect(graph.error?.field.contains("weight") == true)
  }
}
