/// A value given at run time: data, a flat parameter buffer, a learning rate. Named; each name once.
public struct Input: Primitive {
  public let name: String
  public let shape: Shape

  public init(_ name: String, _ shape: Shape) {
    self.name = name
    self.shape = shape
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { shape }
  public func gradient(of output: Node, from cotangent: Node) -> [Node?] { [] }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    preconditionFailure("\(name) is given, not evaluated")
  }

  public static let samples: [Sample] = []
}
