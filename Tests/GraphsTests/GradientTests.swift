import Testing

@testable import Graphs

@Suite struct GradientTests {
  @Test func ordersOneToThreeOfAPolynomial() throws {
    let graph = Graph()
    let x = graph.add(Input("x", [3]))
    var derivative = x * x * x * x * x
    var orders: [Node] = []
    for _ in 0..<3 {
      derivative = gradient(of: derivative, at: [x])[0]
      orders.append(derivative)
    }
    let point = Tensor([3], [-1, 0.5, 2])
    let results = try evaluate(orders, with: ["x": point])
    for (index, value) in point.values.enumerated() {
      #expect(Swift.abs(results[0].values[index] - 5 * value * value * value * value) < 1e-9)
      #expect(Swift.abs(results[1].values[index] - 20 * value * value * value) < 1e-9)
      #expect(Swift.abs(results[2].values[index] - 60 * value * value) < 1e-9)
    }
  }

  /// The zero-centred penalty on a small convolutional critic, differentiated by its weights and once
  /// more: three derivatives through all three directions of a convolution.
  @Test func penaltyOfAConvolutionalCriticToOrderThree() throws {
    let graph = Graph()
    let x = graph.add(Input("x", [2, 4, 4, 1]))
    let w = graph.add(Input("w", [3, 3, 1, 2]))
    let v = graph.add(Input("v", [8, 1]))
    let geometry = ConvolutionGeometry(stride: [2, 2], padding: [1, 1])
    let score = matmul(tanh(convolution(x, w, geometry)).reshaped(to: [2, -1]), v)
    let penalty = sum(square(gradient(of: sum(score), at: [x])[0]))
    let slope = gradient(of: penalty, at: [w])[0]
    let third = gradient(of: sum(square(slope)), at: [w])[0]
    var values = [
      "x": Sample.values([2, 4, 4, 1]), "w": Sample.values([3, 3, 1, 2], seed: 2),
      "v": Sample.values([8, 1], seed: 3),
    ]
    let expected = try evaluate([slope, third], with: values)
    #expect(expected[1].values.contains { Swift.abs($0) > 0.01 })
    let step = 1e-5
    for element in 0..<w.shape.count {
      values["w"]?.values[element] += step
      let above = try evaluate([penalty, sum(square(slope))], with: values)
      values["w"]?.values[element] -= 2 * step
      let below = try evaluate([penalty, sum(square(slope))], with: values)
      values["w"]?.values[element] += step
      for order in 0..<2 {
        let numeric = (above[order].values[0] - below[order].values[0]) / (2 * step)
        let found = expected[order].values[element]
        #expect(Swift.abs(found - numeric) < 1e-6 * max(1, Swift.abs(numeric)), "\(order) \(element)")
      }
    }
  }

  @Test func targetsThatDoNotMatterGetZeros() {
    let graph = Graph()
    let (x, y) = (graph.add(Input("x", [2])), graph.add(Input("y", [3])))
    #expect(gradient(of: sum(x), at: [y])[0] == .constant(0, [3], in: graph))
  }

  @Test func nothingFlowsThroughDetach() throws {
    let graph = Graph()
    let x = graph.add(Input("x", [2]))
    let slope = gradient(of: sum(detached(x * x) * x), at: [x])[0]
    let result = try evaluate([slope], with: ["x": Tensor([2], [3, -2])])[0]
    #expect(result.values == [9, 4])
  }

  /// Reshaping a reshaped target again must not lead around it.
  @Test func keptTargetsAreNotLedAround() throws {
    let graph = Graph()
    let flat = graph.add(Input("flat", [6]))
    let target = flat.sliced(axis: 0, from: 0, count: 4).reshaped(to: [2, 2])
    graph.keep(target)
    let loss = sum(square(target.reshaped(to: [4, 1]))) + sum(target)
    let values = try evaluate(
      [gradient(of: loss, at: [target])[0]], with: ["flat": Tensor([6], [1, 2, 3, 4, 5, 6])])
    #expect(values[0].values == [3, 5, 7, 9])
  }

  /// A parameter is a slice of a flat buffer; the slice, not the buffer, is the leaf.
  @Test func slicesOfAFlatBufferAreLeaves() throws {
    let graph = Graph()
    let flat = graph.add(Input("flat", [5]))
    let a = flat.sliced(axis: 0, from: 0, count: 2)
    let b = flat.sliced(axis: 0, from: 2, count: 3)
    let slopes = gradient(of: sum(a) * sum(b), at: [a, b])
    #expect(slopes.map(\.shape) == [[2], [3]])
    let result = try evaluate(
      [concatenate(slopes, axis: 0)], with: ["flat": Tensor([5], [1, 2, 3, 4, 5])])[0]
    #expect(result.values == [12, 12, 3, 3, 3])
  }

  @Test func aTargetsOwnInputsAreNotWalked() throws {
    let graph = Graph()
    let x = graph.add(Input("x", []))
    let y = exp(x)
    let slopes = gradient(of: y * y + 3 * x, at: [y, x])
    let results = try evaluate(slopes, with: ["x": Tensor(0)])
    #expect(results.map(\.values) == [[2], [3]])
  }
}
