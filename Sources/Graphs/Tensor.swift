/// A dense array of the reference evaluation: Float64, row-major. For tests and small sizes; plans
/// never use it.
public struct Tensor: Hashable, Sendable {
  public let shape: Shape
  public var values: [Double]

  public init(_ shape: Shape, _ values: [Double]) {
    precondition(shape.count == values.count, "\(values.count) values for \(shape)")
    self.shape = shape
    self.values = values
  }

  public init(_ shape: Shape, repeating value: Double) {
    self.init(shape, Array(repeating: value, count: shape.count))
  }

  public init(_ scalar: Double) { self.init([], [scalar]) }

  /// The values at every position of `shape`, in order; the position is handed as indices.
  public static func generate(_ shape: Shape, _ value: ([Int]) -> Double) -> Tensor {
    var position = Array(repeating: 0, count: shape.rank)
    var values: [Double] = []
    values.reserveCapacity(shape.count)
    for _ in 0..<shape.count {
      values.append(value(position))
      var axis = shape.rank - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < shape.dimensions[axis] { break }
        position[axis] = 0
        axis -= 1
      }
    }
    return Tensor(shape, values)
  }

  public subscript(position: [Int]) -> Double {
    get { values[offset(position)] }
    set { values[offset(position)] = newValue }
  }

  private func offset(_ position: [Int]) -> Int {
    var offset = 0
    for axis in 0..<shape.rank { offset = offset * shape.dimensions[axis] + position[axis] }
    return offset
  }
}
