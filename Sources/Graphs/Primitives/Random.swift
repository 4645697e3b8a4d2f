/// Normal numbers, mean 0 and variance 1, drawn anew in every step. Row `n` belongs to sample
/// `RandomState.first + n`, whatever the batch.
public struct RandomNormal: Primitive {
  public let shape: Shape
  public let stream: UInt32

  public init(shape: Shape, stream: UInt32) {
    self.shape = shape
    self.stream = stream
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { shape }
  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    random.draw(shape) { random.normal($0, stream: stream) }
  }

  public static let samples = [
    Sample(RandomNormal(shape: [3, 5], stream: 7), []), Sample(RandomNormal(shape: [], stream: 1), []),
  ]
}

/// Numbers evenly in [0, 1).
public struct RandomUniform: Primitive {
  public let shape: Shape
  public let stream: UInt32

  public init(shape: Shape, stream: UInt32) {
    self.shape = shape
    self.stream = stream
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { shape }
  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    random.draw(shape) { random.uniform($0, stream: stream) }
  }

  public static let samples = [
    Sample(RandomUniform(shape: [3, 5], stream: 7), []), Sample(RandomUniform(shape: [9], stream: 2), []),
  ]
}

/// 1 with a probability, else 0.
public struct RandomBernoulli: Primitive {
  public let shape: Shape
  public let probability: Double
  public let stream: UInt32

  public init(shape: Shape, probability: Double, stream: UInt32) {
    self.shape = shape
    self.probability = probability
    self.stream = stream
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    // NaN is not within either.
    guard probability >= 0, probability <= 1 else {
      throw GANError(field: "probability", expected: "within 0...1", got: probability)
    }
    return shape
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    random.draw(shape) { random.uniform($0, stream: stream) < probability ? 1 : 0 }
  }

  public static let samples = [Sample(RandomBernoulli(shape: [4, 5], probability: 0.3, stream: 7), [])]
}

/// An index per row of probabilities `[N, K]`, each row of sum 1 → `[N]`, by one uniform number a row:
/// the first index whose cumulative probability exceeds it, and where rounding leaves none, the
/// last with a probability above 0 (0 where there is none).
public struct RandomCategorical: Primitive {
  public let stream: UInt32
  public init(stream: UInt32) { self.stream = stream }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard inputs[0].rank == 2, inputs[0][1] >= 1 else {
      throw GANError(field: "probabilities", expected: "[N, K] with K of at least 1", got: inputs[0])
    }
    return [inputs[0][0]]
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [nil] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (rows, classes) = (inputs[0].shape[0], inputs[0].shape[1])
    return Tensor(
      [rows],
      (0..<rows).map { row in
        let probabilities = inputs[0].values[row * classes..<(row + 1) * classes]
        let uniform = random.uniform(random.first &+ UInt64(row), stream: stream)
        var cumulative = 0.0
        for (index, probability) in probabilities.enumerated() {
          cumulative += probability
          if uniform < cumulative { return Double(index) }
        }
        return Double(probabilities.lastIndex { $0 > 0 }.map { $0 - row * classes } ?? 0)
      })
  }

  public static let samples = [
    Sample(
      RandomCategorical(stream: 7),
      [Tensor([3, 4], [0.25, 0.25, 0.25, 0.25, 0, 1, 0, 0, 0.5, 0, 0.125, 0.375])],
      differentiable: [false])
  ]
}

public func randomNormal(_ shape: Shape, in graph: Graph) -> Node {
  graph.add(RandomNormal(shape: shape, stream: graph.makeStream()))
}
/// Evenly in [0, 1).
public func randomUniform(_ shape: Shape, in graph: Graph) -> Node {
  graph.add(RandomUniform(shape: shape, stream: graph.makeStream()))
}
/// 1 with `probability` (within 0...1), else 0.
public func randomBernoulli(_ shape: Shape, probability: Double, in graph: Graph) -> Node {
  graph.add(RandomBernoulli(shape: shape, probability: probability, stream: graph.makeStream()))
}
/// Probabilities `[N, K]` → an index per row, `[N]`. No gradient.
public func randomCategorical(_ probabilities: Node) -> Node {
  let graph = probabilities.graph
  return graph.add(RandomCategorical(stream: graph.makeStream()), [probabilities])
}
