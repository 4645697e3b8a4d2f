/// One number in every position.
public struct Constant: Primitive {
  public let value: Double
  public let shape: Shape

  public init(_ value: Double, _ shape: Shape) {
    self.value = value
    self.shape = shape
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { shape }
  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }
  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    Tensor(shape, repeating: value)
  }

  public static let samples = [Sample(Constant(2.5, [2, 3]), [])]
}

extension Node {
  public static func constant(_ value: Double, _ shape: Shape = [], in graph: Graph) -> Node {
    graph.add(Constant(value, shape))
  }

  /// The number this node is in every position, if it is one.
  var constantValue: Double? { (primitive as? Constant)?.value }
}
