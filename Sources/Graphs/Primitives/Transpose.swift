/// Axes in another order: axis `i` of the result is axis `permutation[i]` of the input.
public struct Transpose: Primitive {
  public let permutation: [Int]
  public init(_ permutation: [Int]) { self.permutation = permutation }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard permutation.sorted() == Array(0..<inputs[0].rank) else {
      throw GANError(field: "permutation", expected: "every axis of \(inputs[0]) once", got: permutation)
    }
    return Shape(permutation.map { inputs[0].dimensions[$0] })
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    guard let shape = try? self.shape(of: [x.shape]) else { return nil }
    if permutation == Array(0..<x.shape.rank) { return x }
    if let value = x.constantValue { return .constant(value, shape, in: x.graph) }
    guard let inner = x.primitive as? Transpose else { return nil }
    return x.inputs[0].transposed(permutation.map { inner.permutation[$0] })
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    [cotangent.transposed(permutation.indices.map { permutation.firstIndex(of: $0) ?? 0 })]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    .generate(Shape(permutation.map { inputs[0].shape.dimensions[$0] })) { position in
      var source = position
      for (axis, from) in permutation.enumerated() { source[from] = position[axis] }
      return inputs[0][source]
    }
  }

  public static let samples = [
    Sample(Transpose([1, 0]), [Sample.values([2, 3])]),
    Sample(Transpose([0, 3, 1, 2]), [Sample.values([2, 3, 2, 4])]),
  ]
}

extension Node {
  public func transposed(_ permutation: [Int]) -> Node { graph.add(Transpose(permutation), [self]) }
}
