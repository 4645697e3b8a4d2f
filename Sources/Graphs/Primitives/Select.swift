/// `condition` where not 0 takes the second input, else the third. Three equal shapes → the same.
public struct Select: Primitive {
  public init() {}

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard inputs[0] == inputs[1], inputs[1] == inputs[2] else {
      throw GANError(
        field: "", expected: "equal shapes", got: inputs.map(\.description).joined(separator: ", "))
    }
    return inputs[1]
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let condition = output.inputs[0]
    return [nil, select(condition, cotangent, 0), select(condition, 0, cotangent)]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    Tensor(
      inputs[1].shape,
      inputs[0].values.indices.map {
        inputs[0].values[$0] != 0 ? inputs[1].values[$0] : inputs[2].values[$0]
      })
  }

  public static let samples = [
    Sample(
      Select(),
      [
        Tensor([2, 2], [0, 1, 1, 0]), Sample.values([2, 2]), Sample.values([2, 2], seed: 2),
      ], differentiable: [false, true, true])
  ]
}

public func select(_ condition: Node, _ a: Node, _ b: Node) -> Node {
  let shape = Broadcast.common(condition.shape, Broadcast.common(a.shape, b.shape))
  return condition.graph.add(
    Select(), [condition.broadcast(to: shape), a.broadcast(to: shape), b.broadcast(to: shape)])
}
public func select(_ condition: Node, _ a: Double, _ b: Node) -> Node {
  select(condition, .constant(a, in: b.graph), b)
}
public func select(_ condition: Node, _ a: Node, _ b: Double) -> Node {
  select(condition, a, .constant(b, in: a.graph))
}
