/// Numbers written into the graph, row-major. For small tables: filters, class weights.
public struct Literal: Primitive {
  public let values: [Double]
  public let shape: Shape

  public init(_ values: [Double], _ shape: Shape) {
    self.values = values
    self.shape = shape
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard values.count == shape.count else {
      throw GANError(field: "", expected: "\(shape.count) values for \(shape)", got: values.count)
    }
    return shape
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor { Tensor(shape, values) }

  public static let samples = [
    Sample(Literal([1, -2, 0.5, 3, 4, -0.25], [2, 3]), []), Sample(Literal([7], []), []),
  ]
}

/// `values`, row-major, as an array of `shape`.
public func literal(_ values: [Double], _ shape: Shape, in graph: Graph) -> Node {
  graph.add(Literal(values, shape))
}
