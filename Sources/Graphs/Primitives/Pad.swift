/// Zeros around and between: along each axis `low` before, `high` after, and `interior` between
/// each two neighbours. Extent `n` → `low + n + (n − 1) · interior + high`.
public struct Pad: Primitive {
  public let low: [Int]
  public let high: [Int]
  public let interior: [Int]

  /// One entry per axis; no `interior` means none.
  public init(low: [Int], high: [Int], interior: [Int] = []) {
    self.low = low
    self.high = high
    self.interior = interior.isEmpty ? Array(repeating: 0, count: low.count) : interior
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let x = inputs[0]
    guard low.count == x.rank, high.count == x.rank, interior.count == x.rank else {
      throw GANError(
        field: "", expected: "\(x.rank) entries of padding, one per axis",
        got: "\(low.count), \(high.count) and \(interior.count)")
    }
    guard (low + high + interior).allSatisfy({ $0 >= 0 }) else {
      throw GANError(
        field: "", expected: "padding of at least 0", got: "\(low), \(high) and \(interior)")
    }
    var dimensions: [Int] = []
    for axis in 0..<x.rank {
      guard let between = checkedProduct(max(0, x[axis] - 1), interior[axis]),
        let extent = checkedSum(low[axis], x[axis], between, high[axis])
      else {
        throw GANError(.memory, "", "axis \(axis) padded by \(low), \(high), \(interior) is too large")
      }
      dimensions.append(extent)
    }
    return Shape(dimensions)
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    guard let shape = try? self.shape(of: [x.shape]) else { return nil }
    if shape == x.shape { return x }
    return x.constantValue == 0 ? .constant(0, shape, in: x.graph) : nil
  }

  /// Whether `slice` of the result gives back exactly the input, of shape `x`.
  func isUndone(by slice: Slice, on x: Shape) -> Bool {
    let axis = slice.axis
    let others = x.dimensions.indices.filter { $0 != axis }
    return others.allSatisfy { low[$0] == 0 && high[$0] == 0 && interior[$0] == 0 }
      && slice.from == low[axis] && slice.count == x[axis]
      && (slice.count == 1 || slice.step - 1 == interior[axis])
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let x = output.inputs[0].shape
    guard x.count > 0 else { return [nil] }
    var result = cotangent
    for axis in 0..<x.rank {
      // An interior that does not fit an Int plus 1 is only possible where nothing lies between.
      let step = x[axis] == 1 ? 1 : interior[axis] + 1
      result = result.sliced(axis: axis, from: low[axis], count: x[axis], step: step)
    }
    return [result]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let x = inputs[0]
    let extents = x.shape.dimensions.enumerated().map { axis, extent in
      low[axis] + extent + max(0, extent - 1) * interior[axis] + high[axis]
    }
    var result = Tensor(Shape(extents), repeating: 0)
    _ = Tensor.generate(x.shape) { position in
      let target = position.enumerated().map { low[$0] + $1 * (1 + interior[$0]) }
      result[target] = x[position]
      return 0
    }
    return result
  }

  public static let samples = [
    Sample(Pad(low: [1, 0], high: [0, 2]), [Sample.values([2, 3])]),
    Sample(Pad(low: [0, 1, 0], high: [0, 2, 0]), [Sample.values([2, 3, 2])]),
    Sample(Pad(low: [0, 1, 1, 0], high: [0, 1, 2, 0]), [Sample.values([2, 2, 3, 2])]),
    Sample(Pad(low: [0, 1], high: [0, 1], interior: [1, 2]), [Sample.values([2, 3])]),
  ]
}

extension Node {
  /// Zeros around, and with `interior` between, one entry per axis.
  public func padded(low: [Int], high: [Int], interior: [Int] = []) -> Node {
    graph.add(Pad(low: low, high: high, interior: interior), [self])
  }
}
