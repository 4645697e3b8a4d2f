/// Sum over axes; they stay, with extent 1. `[N, H, W, C]` over 1 and 2 → `[N, 1, 1, C]`.
public struct Sum: Primitive {
  public let axes: [Int]
  public init(over axes: [Int]) { self.axes = axes }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { try reduced(inputs[0], axes) }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    guard let shape = try? reduced(x.shape, axes) else { return nil }
    if shape == x.shape { return x }
    guard let value = x.constantValue, shape.count > 0 else { return nil }
    return .constant(value * Double(x.shape.count / shape.count), shape, in: x.graph)
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    [cotangent.broadcast(to: output.inputs[0].shape)]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    fold(inputs[0], axes, from: 0, +)
  }

  public static let samples = [
    Sample(Sum(over: [0]), [Sample.values([3, 4])]),
    Sample(Sum(over: [1]), [Sample.values([3, 4])]),
    Sample(Sum(over: [0, 1]), [Sample.values([3, 4])]),
    Sample(Sum(over: [1, 2]), [Sample.values([2, 3, 2, 3])]),
    Sample(Sum(over: [0, 2]), [Sample.values([2, 3, 2, 3])]),
    Sample(Sum(over: [0, 1, 2]), [Sample.values([2, 3, 5, 3])]),
  ]
}

/// Greatest element over axes; they stay, with extent 1. Ties share the gradient equally.
public struct MaximumOver: Primitive {
  public let axes: [Int]
  public init(axes: [Int]) { self.axes = axes }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { try reduced(inputs[0], axes) }

  public func simplified(_ inputs: [Node]) -> Node? {
    (try? reduced(inputs[0].shape, axes)) == inputs[0].shape ? inputs[0] : nil
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let winners = equal(output.inputs[0], output)
    return [cotangent * winners / sum(winners, over: axes, keepingAxes: true)]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    fold(inputs[0], axes, from: -.infinity) { $0 > $1 ? $0 : $1 }
  }

  public static let samples = [
    Sample(MaximumOver(axes: [1]), [Sample.values([3, 4])]),
    Sample(MaximumOver(axes: [0]), [Sample.values([3, 4])]),
    Sample(MaximumOver(axes: [1, 2]), [Sample.values([2, 3, 2, 3])]),
  ]
}

private func reduced(_ shape: Shape, _ axes: [Int]) throws(GANError) -> Shape {
  guard axes.allSatisfy(shape.dimensions.indices.contains) else {
    throw GANError(field: "axes", expected: "within 0..<\(shape.rank)", got: axes)
  }
  return Shape(shape.dimensions.enumerated().map { axes.contains($0) ? 1 : $1 })
}

private func fold(_ x: Tensor, _ axes: [Int], from start: Double, _ combine: (Double, Double) -> Double)
  -> Tensor
{
  let shape = Shape(x.shape.dimensions.enumerated().map { axes.contains($0) ? 1 : $1 })
  var result = Tensor(shape, repeating: start)
  _ = Tensor.generate(x.shape) { position in
    let target = position.enumerated().map { axes.contains($0) ? 0 : $1 }
    result[target] = combine(result[target], x[position])
    return 0
  }
  return result
}

/// Sum over `axes` (all, when nil), which are dropped unless kept with extent 1.
public func sum(_ x: Node, over axes: [Int]? = nil, keepingAxes: Bool = false) -> Node {
  let axes = axes ?? Array(0..<x.shape.rank)
  let result = x.graph.add(Sum(over: axes.map { $0 < 0 ? $0 + x.shape.rank : $0 }), [x])
  return keepingAxes ? result : result.droppingAxes(axes)
}

public func mean(_ x: Node, over axes: [Int]? = nil, keepingAxes: Bool = false) -> Node {
  let result = sum(x, over: axes, keepingAxes: keepingAxes)
  return result * (Double(max(1, result.shape.count)) / Double(max(1, x.shape.count)))
}

public func max(_ x: Node, over axes: [Int]? = nil, keepingAxes: Bool = false) -> Node {
  let axes = axes ?? Array(0..<x.shape.rank)
  let result = x.graph.add(MaximumOver(axes: axes.map { $0 < 0 ? $0 + x.shape.rank : $0 }), [x])
  return keepingAxes ? result : result.droppingAxes(axes)
}

extension Node {
  /// Without the given axes, whose extents are 1.
  fileprivate func droppingAxes(_ axes: [Int]) -> Node {
    let dropped = axes.map { $0 < 0 ? $0 + shape.rank : $0 }
    return reshaped(
      to: Shape(shape.dimensions.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)))
  }
}
