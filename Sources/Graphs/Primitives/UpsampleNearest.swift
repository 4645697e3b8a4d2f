/// Every pixel repeated `factors` times along each spatial axis: `[N, H, W, C]` → `[N, H · f, W · f, C]`;
/// also with one spatial axis.
public struct UpsampleNearest: Primitive {
  public let factors: [Int]
  public init(factors: [Int]) { self.factors = factors }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let x = inputs[0]
    guard (1...2).contains(factors.count), x.rank == factors.count + 2 else {
      throw GANError(field: "factors", expected: "1 or 2, one per spatial axis of \(x)", got: factors)
    }
    guard factors.allSatisfy({ $0 >= 1 }) else {
      throw GANError(field: "factors", expected: "at least 1", got: factors)
    }
    var dimensions = x.dimensions
    for (axis, factor) in factors.enumerated() {
      guard let extent = checkedProduct(x[axis + 1], factor) else {
        throw GANError(.memory, "factors", "\(factors) times \(x) is too large")
      }
      dimensions[axis + 1] = extent
    }
    return Shape(dimensions)
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    guard let shape = try? self.shape(of: [x.shape]) else { return nil }
    if shape == x.shape { return x }
    return x.constantValue.map { .constant($0, shape, in: x.graph) }
  }

  /// Sums over each pixel's copies.
  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let x = output.inputs[0].shape
    var split = [x[0]]
    for (axis, factor) in factors.enumerated() { split += [x[axis + 1], factor] }
    let copies = factors.indices.map { 2 * $0 + 2 }
    return [
      sum(cotangent.reshaped(to: Shape(split + [x[-1]])), over: copies, keepingAxes: true)
        .reshaped(to: x)
    ]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let divisors = [1] + factors + [1]
    let extents = zip(inputs[0].shape.dimensions, divisors).map { $0 * $1 }
    return .generate(Shape(extents)) { position in inputs[0][zip(position, divisors).map { $0 / $1 }] }
  }

  public static let samples = [
    Sample(UpsampleNearest(factors: [2, 2]), [Sample.values([2, 2, 3, 2])]),
    Sample(UpsampleNearest(factors: [1, 3]), [Sample.values([1, 2, 2, 1])]),
    Sample(UpsampleNearest(factors: [4]), [Sample.values([2, 3, 2])]),
  ]
}

/// Every pixel of `[N, H, W, C]` repeated `factors` times along H and W.
public func upsampleNearest(_ x: Node, factors: [Int]) -> Node {
  x.graph.add(UpsampleNearest(factors: factors), [x])
}
