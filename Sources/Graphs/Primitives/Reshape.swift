/// The same elements in the same order under another shape.
public struct Reshape: Primitive {
  public let shape: Shape
  public init(to shape: Shape) { self.shape = shape }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard inputs[0].count == shape.count else {
      throw GANError(field: "", expected: "\(shape.count) elements for \(shape)", got: inputs[0].count)
    }
    return shape
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    if x.shape == shape { return x }
    guard x.shape.count == shape.count else { return nil }
    if let value = x.constantValue { return .constant(value, shape, in: x.graph) }
    return x.primitive is Reshape ? x.inputs[0].reshaped(to: shape) : nil
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    [cotangent.reshaped(to: output.inputs[0].shape)]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    Tensor(shape, inputs[0].values)
  }

  public static let samples = [Sample(Reshape(to: [4, 3]), [Sample.values([2, 6])])]
}

extension Node {
  public func reshaped(to shape: Shape) -> Node { graph.add(Reshape(to: shape), [self]) }
}
