/// Repeats along axes of extent 1, and along new leading axes, up to `shape` (NumPy's rules).
public struct Broadcast: Primitive {
  public let shape: Shape
  public init(to shape: Shape) { self.shape = shape }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let lead = shape.rank - inputs[0].rank
    let fits =
      lead >= 0
      && inputs[0].dimensions.enumerated().allSatisfy { axis, extent in
        extent == 1 || extent == shape.dimensions[axis + lead]
      }
    guard fits else {
      throw GANError(field: "", expected: "a shape that broadcasts to \(shape)", got: inputs[0])
    }
    return shape
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    if x.shape == shape { return x }
    guard let value = x.constantValue, (try? self.shape(of: [x.shape])) != nil else { return nil }
    return .constant(value, shape, in: x.graph)
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let x = output.inputs[0].shape
    let lead = shape.rank - x.rank
    let repeated = shape.dimensions.indices.filter {
      $0 < lead || (x.dimensions[$0 - lead] == 1 && shape.dimensions[$0] != 1)
    }
    return [sum(cotangent, over: repeated, keepingAxes: true).reshaped(to: x)]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let lead = shape.rank - inputs[0].shape.rank
    return .generate(shape) { position in
      inputs[0][zip(position.dropFirst(lead), inputs[0].shape.dimensions).map { $1 == 1 ? 0 : $0 }]
    }
  }

  /// The smallest shape both broadcast to; where they do not fit, the first, so that broadcasting
  /// the second to it is the error.
  static func common(_ a: Shape, _ b: Shape) -> Shape {
    let rank = max(a.rank, b.rank)
    return Shape(
      (0..<rank).map { axis in
        let x = axis - rank + a.rank < 0 ? 1 : a.dimensions[axis - rank + a.rank]
        let y = axis - rank + b.rank < 0 ? 1 : b.dimensions[axis - rank + b.rank]
        return x == 1 ? y : x
      })
  }

  public static let samples = [
    Sample(Broadcast(to: [2, 3, 4]), [Sample.values([4])]),
    Sample(Broadcast(to: [2, 3, 4]), [Sample.values([2, 1, 4])]),
    Sample(Broadcast(to: [3, 2]), [Sample.values([])]),
    Sample(Broadcast(to: [2, 5]), [Sample.values([2, 1])]),
  ]
}

extension Node {
  public func broadcast(to shape: Shape) -> Node { graph.add(Broadcast(to: shape), [self]) }
}
