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
  /// The same elements under `shape`, one of whose extents may be −1: what is left over.
  public func reshaped(to shape: Shape) -> Node {
    let known = Shape(shape.dimensions.filter { $0 != -1 }).count
    let missing = shape.dimensions.indices.filter { shape.dimensions[$0] == -1 }
    guard missing.count == 1, known > 0, self.shape.count % known == 0 else {
      return graph.add(Reshape(to: shape), [self])
    }
    let whole = shape.replacing(axis: missing[0], with: self.shape.count / known)
    return graph.add(Reshape(to: whole), [self])
  }
}
