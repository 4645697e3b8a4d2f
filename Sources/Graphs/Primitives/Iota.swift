/// Each position's index along `axis`: 0, 1, 2, …
public struct Iota: Primitive {
  public let shape: Shape
  public let axis: Int

  public init(_ shape: Shape, axis: Int) {
    self.shape = shape
    self.axis = axis
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard shape.dimensions.indices.contains(axis) else {
      throw GANError(field: "axis", expected: "within 0..<\(shape.rank)", got: axis)
    }
    return shape
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    .generate(shape) { Double($0[axis]) }
  }

  public static let samples = [
    Sample(Iota([5], axis: 0), []), Sample(Iota([2, 3], axis: 1), []), Sample(Iota([3, 2], axis: 0), []),
  ]
}

/// Indices along `axis` (negative: counted from the last) of `shape`.
public func iota(_ shape: Shape, axis: Int, in graph: Graph) -> Node {
  graph.add(Iota(shape, axis: axis < 0 ? axis + shape.rank : axis))
}
