/// Extents of a dense array, outermost first. Images are `[N, H, W, C]`; `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public let dimensions: [Int]
  /// Product of the extents; `Int.max` when it does not fit, which every graph refuses.
  public let count: Int

  public init(_ dimensions: [Int]) {
    self.dimensions = dimensions
    var count = 1
    for extent in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(0, extent))
      count = overflow ? Int.max : product
    }
    self.count = count
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  public var rank: Int { dimensions.count }

  /// Extent of an axis, negative axes counted from the last; 1 for an axis that is not there,
  /// so that formulas over a graph that has already failed cannot trap.
  public subscript(axis: Int) -> Int {
    let position = axis < 0 ? axis + rank : axis
    return dimensions.indices.contains(position) ? dimensions[position] : 1
  }

  /// Elements between neighbours along each axis, row-major.
  public var strides: [Int] {
    var strides = Array(repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      // Wrapping, for shapes that no graph accepts: nobody walks over those.
      strides[axis] = strides[axis + 1] &* dimensions[axis + 1]
    }
    return strides
  }

  /// The same shape with one axis' extent replaced.
  public func replacing(axis: Int, with extent: Int) -> Shape {
    var dimensions = self.dimensions
    let position = axis < 0 ? axis + rank : axis
    if dimensions.indices.contains(position) { dimensions[position] = extent }
    return Shape(dimensions)
  }

  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}
