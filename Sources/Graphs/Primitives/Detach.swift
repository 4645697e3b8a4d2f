/// The same value, through which no gradient flows.
public struct Detach: Primitive {
  public init() {}

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { inputs[0] }

  /// What has no inputs and is not given has no gradient to stop.
  public func simplified(_ inputs: [Node]) -> Node? {
    switch inputs[0].primitive {
    case is Detach, is Constant, is Literal, is Iota: inputs[0]
    default: nil
    }
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [nil] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor { inputs[0] }

  public static let samples = [Sample(Detach(), [Sample.values([3, 4])], differentiable: [false])]
}

/// `x` as if it were data: nothing behind it gets a gradient.
public func detached(_ x: Node) -> Node { x.graph.add(Detach(), [x]) }
