import Testing

@testable import Graphs

/// Shape rules meet numbers from recipes: every one of them must answer, none may trap.
@Suite struct ShapeRuleTests {
  private struct Draws {
    let state: RandomState
    var index: UInt64 = 0
    private let numbers = [
      0, 1, 1, 2, 2, 3, 4, 6, -1, -7, 1 << 20, 1 << 40, .max, .max - 1, .min, .min + 1,
    ]

    init(seed: UInt64) { state = RandomState(seed: seed) }

    mutating func below(_ bound: Int) -> Int {
      index += 1
      return Int(state.uniform(index, stream: 0) * Double(bound))
    }
    /// Mostly small, sometimes absurd.
    mutating func number() -> Int {
      let most = below(3) == 0 ? numbers.count : 8
      return numbers[below(most)]
    }
    mutating func list(_ most: Int = 5) -> [Int] { (0..<below(most)).map { _ in number() } }
    mutating func small() -> Shape { Shape((0..<below(5)).map { _ in 1 + below(4) }) }
  }

  @Test(arguments: 0..<40)
  func noShapeRuleTraps(_ seed: UInt64) {
    var draws = Draws(seed: seed)
    var accepted = 0
    for _ in 0..<200 {
      let graph = Graph()
      let shapes = (0..<3).map { _ in draws.below(6) == 0 ? Shape(draws.list()) : draws.small() }
      let inputs = shapes.enumerated().map { graph.add(Input("x\($0)", $1)) }
      guard graph.error == nil else { continue }
      let output = operation(&draws, inputs)
      if let error = graph.error {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
      } else {
        accepted += 1
        #expect(output.shape.dimensions.allSatisfy { $0 >= 0 })
        let slopes = gradient(of: sum(output * output), at: inputs)
        #expect(graph.error == nil, "\(output.primitive) of \(shapes)")
        #expect(slopes.map(\.shape) == shapes)
      }
    }
    #expect(accepted > 0)
  }

  private func operation(_ draws: inout Draws, _ x: [Node]) -> Node {
    let graph = x[0].graph
    switch draws.below(16) {
    case 0:
      return graph.add(
        Slice(axis: draws.number(), from: draws.number(), count: draws.number(), step: draws.number()), [x[0]]
      )
    case 1: return x[0].padded(low: draws.list(), high: draws.list(), interior: draws.list())
    case 2:
      let rank = x[0].shape.rank
      return x[0].padded(
        low: (0..<rank).map { _ in draws.number() }, high: (0..<rank).map { _ in draws.number() },
        interior: (0..<rank).map { _ in draws.number() })
    case 3: return concatenate([x[0], draws.below(2) == 0 ? x[0] : x[1]], axis: draws.number())
    case 4: return gather(x[0], x[1])
    case 5: return scatterAdd(x[0], x[1], rows: draws.number())
    case 6: return matmul(x[0], x[1], transposeA: draws.below(2) == 0, transposeB: draws.below(2) == 0)
    case 7...9: return direction(&draws, graph)
    case 10: return upsampleNearest(x[0], factors: draws.list(4))
    case 11: return iota(Shape(draws.list()), axis: draws.number(), in: graph)
    case 12: return randomNormal(Shape(draws.list()), in: graph)
    case 13: return x[0].reshaped(to: Shape(draws.list()))
    case 14: return x[0].broadcast(to: Shape(draws.list())) + x[1]
    default: return sum(x[0], over: draws.list(3)) + max(x[0].transposed(draws.list()), over: draws.list(2))
    }
  }

  /// A convolution's direction whose tensors fit some geometry, with that or with any other.
  private func direction(_ draws: inout Draws, _ graph: Graph) -> Node {
    let item = ConvolutionCase.all[draws.below(ConvolutionCase.all.count)]
    let x = graph.add(Input("x", item.x.shape))
    let w = graph.add(Input("w", item.w.shape))
    let y = graph.add(Input("y", item.y.shape))
    let geometry = draws.below(2) == 0 ? item.geometry : geometry(&draws)
    let fits = draws.below(2) == 0
    switch draws.below(3) {
    case 0: return convolution(x, w, geometry)
    case 1:
      let size = fits ? item.x.shape.spatial : draws.list(4)
      return convolutionBackwardData(y, w, geometry, inputSize: size)
    default:
      let size = fits ? item.w.shape.kernel : draws.list(4)
      return convolutionBackwardWeights(x, y, geometry, kernelSize: size)
    }
  }

  private func geometry(_ draws: inout Draws) -> ConvolutionGeometry {
    let rank = 1 + draws.below(3)
    func entries(_ draws: inout Draws) -> [Int] {
      (0..<(draws.below(8) == 0 ? 4 : rank)).map { _ in draws.number() }
    }
    return ConvolutionGeometry(
      stride: entries(&draws), padLow: entries(&draws), padHigh: entries(&draws),
      dilation: entries(&draws), groups: draws.number())
  }
}
