import Foundation
import Graphs
import Testing

@testable import Networks

/// LSTM and GRU against PyTorch's in Float64 (`Goldens/recurrent.py`).
@Suite struct RecurrentTests {
  private struct Golden: Decodable {
    let cell: RecurrentCell.Kind
    let bidirectional: Bool
    let outputs: [Double]
    let byInput: [Double]
    let byParameters: [Double]
    let secondByInput: [Double]
    let secondByParameters: [Double]

    enum CodingKeys: String, CodingKey {
      case cell, bidirectional, outputs
      case byInput = "by-input"
      case byParameters = "by-parameters"
      case secondByInput = "second-by-input"
      case secondByParameters = "second-by-parameters"
    }
  }

  private static func goldens() throws -> [Golden] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/recurrent.json")
    return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
  }

  private func wave(_ shape: Shape, _ step: Double, _ start: Double, _ size: Double) -> Tensor {
    Tensor(shape, (0..<shape.count).map { size * sin(step * Double($0) + start) })
  }

  private func near(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-10 }
  }

  @Test func outputsAndDerivativesArePyTorchs() throws {
    let goldens = try Self.goldens()
    #expect(goldens.count == 4)
    for golden in goldens {
      let layer = RecurrentLayer(golden.cell, units: 2, bidirectional: golden.bidirectional)
      let shape: Shape = [2, 4, 3]
      let scratch = Graph()
      let declaring = Scope(declaringIn: scratch)
      _ = layer(scratch.add(Input("x", shape)), in: declaring)
      let layouts = declaring.layouts
      let graph = Graph()
      let scope = Scope(layouts, named: "net", in: graph)
      let x = graph.add(Input("x", shape))
      let y = layer(x, in: scope)
      let weights = wave(y.shape, 2.3, 0.7, 1)
      let loss = sum(y * literal(weights.values, y.shape, in: graph))
      let byInput = gradient(of: loss, at: [x])[0]
      let slopes = sum(square(byInput))
      let results = try evaluate(
        [
          y, byInput, flatGradient(of: loss, scope), gradient(of: slopes, at: [x])[0],
          flatGradient(of: slopes, scope),
        ],
        with: ["x": wave(shape, 0.9, 0.1, 1), "net": wave([layouts.parameters.count], 1.7, 0.3, 0.5)])
      #expect(near(results[0].values, golden.outputs), "\(golden.cell)")
      #expect(near(results[1].values, golden.byInput), "\(golden.cell)")
      #expect(near(results[2].values, golden.byParameters), "\(golden.cell)")
      #expect(near(results[3].values, golden.secondByInput), "\(golden.cell)")
      #expect(near(results[4].values, golden.secondByParameters), "\(golden.cell)")
    }
  }

  @Test func theLastOutputIsTheLastStepsOrOfTheReversedTheFirst() throws {
    let graph = Graph()
    let declaring = Scope(declaringIn: graph)
    let x = graph.add(Input("x", [1, 3, 2]))
    _ = RecurrentLayer(.gru, units: 2, bidirectional: true)(x, in: declaring)
    let bound = Graph()
    let scope = Scope(declaring.layouts, named: "net", in: bound)
    let input = bound.add(Input("x", [1, 3, 2]))
    let all = RecurrentLayer(.gru, units: 2, bidirectional: true)(input, in: scope)
    let last = RecurrentLayer(.gru, units: 2, bidirectional: true, last: true)(
      input, in: scope.applied(training: true))
    let values = ["x": wave([1, 3, 2], 1, 0, 1), "net": wave([declaring.layouts.parameters.count], 1, 1, 1)]
    let results = try evaluate([all, last], with: values)
    let outputs = results[0].values
    let ends: [Double] = [outputs[8], outputs[9], outputs[2], outputs[3]]
    #expect(results[1].values == ends)
  }

  @Test func aGradientPutsPiecesSideBySide() throws {
    let graph = Graph()
    let x = graph.add(Input("x", [6]))
    let parts = [0, 2, 3].map { x.sliced(axis: 0, from: $0, count: 1) }
    let loss = sum(parts[0] * parts[1] * parts[2]) + sum(square(x)) + sum(parts[0])
    let slope = gradient(of: loss, at: [x])[0]
    let values = try evaluate([slope], with: ["x": Tensor([6], [1, 2, 3, 4, 5, 6])])[0].values
    let wanted: [Double] = [15, 4, 10, 11, 10, 12]
    #expect(values == wanted)
    #expect(!reachable(from: [slope]).contains { graph.node(at: $0).primitive is Pad })
  }

  @Test func wrongSequences() {
    let graph = Graph()
    _ = RecurrentLayer(units: 2)(graph.add(Input("x", [2, 3])), in: Scope(declaringIn: graph))
    #expect(graph.error?.problem.contains("[N, T, D]") == true)
    #expect(throws: GANError.self) { try Recurrent().layers(for: .discriminator, input: [2, 3]) }
    #expect(throws: GANError.self) { try Recurrent().layers(for: .generator(sample: [4]), input: [2, 3]) }
    #expect(throws: GANError.self) { try TextCNN().layers(for: .discriminator, input: [2, 3]) }
  }
}
