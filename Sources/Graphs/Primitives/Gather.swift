/// Rows of a table by index: `[V, D…]` and `[I…]` → `[I…, D…]`. An index is its whole part; rows
/// outside `0..<V`, and NaN, read as zeros.
public struct Gather: Primitive {
  public init() {}

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard inputs[0].rank >= 1 else {
      throw GANError(field: "table", expected: "at least one axis", got: inputs[0])
    }
    return Shape(inputs[1].dimensions + inputs[0].dimensions.dropFirst())
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    guard inputs[0].constantValue == 0, let shape = try? self.shape(of: inputs.map(\.shape)) else {
      return nil
    }
    return .constant(0, shape, in: inputs[0].graph)
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let (table, indices) = (output.inputs[0], output.inputs[1])
    return [scatterAdd(cotangent, indices, rows: table.shape[0]), nil]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (table, indices) = (inputs[0], inputs[1])
    let rows = table.shape[0]
    let width = rows == 0 ? 0 : table.shape.count / rows
    let shape = Shape(indices.shape.dimensions + table.shape.dimensions.dropFirst())
    guard rows > 0 else { return Tensor(shape, repeating: 0) }
    return Tensor(
      shape,
      indices.values.flatMap { index -> [Double] in
        guard let row = rowIndex(index, of: rows) else { return Array(repeating: 0, count: width) }
        return Array(table.values[row * width..<(row + 1) * width])
      })
  }

  public static let samples = [
    Sample(
      Gather(), [Sample.values([5, 3]), Tensor([4], [4, 0, 4, 2])], differentiable: [true, false]),
    Sample(
      Gather(), [Sample.values([3, 2]), Tensor([2, 3], [0, -1, 2, 1, 3, 1])],
      differentiable: [true, false]),
    Sample(Gather(), [Sample.values([4]), Tensor([3], [3, 1, 1])], differentiable: [true, false]),
  ]
}

/// Adds rows up by index: updates `[I…, D…]` and indices `[I…]` → `[rows, D…]`. Updates of rows
/// outside `0..<rows` are ignored.
public struct ScatterAdd: Primitive {
  public let rows: Int
  public init(rows: Int) { self.rows = rows }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let (updates, indices) = (inputs[0], inputs[1])
    guard rows >= 0 else { throw GANError(field: "rows", expected: "at least 0", got: rows) }
    guard updates.dimensions.starts(with: indices.dimensions) else {
      throw GANError(field: "updates", expected: "a shape that begins with \(indices)", got: updates)
    }
    return Shape([rows] + updates.dimensions.dropFirst(indices.rank))
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    guard inputs[0].constantValue == 0, let shape = try? self.shape(of: inputs.map(\.shape)) else {
      return nil
    }
    return .constant(0, shape, in: inputs[0].graph)
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    [gather(cotangent, output.inputs[1]), nil]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (updates, indices) = (inputs[0], inputs[1])
    let row = Array(updates.shape.dimensions.dropFirst(indices.shape.rank))
    let width = Shape(row).count
    var result = Tensor(Shape([rows] + row), repeating: 0)
    for (position, index) in indices.values.enumerated() {
      guard let target = rowIndex(index, of: rows) else { continue }
      for column in 0..<width {
        result.values[target * width + column] += updates.values[position * width + column]
      }
    }
    return result
  }

  public static let samples = [
    Sample(
      ScatterAdd(rows: 5), [Sample.values([4, 3]), Tensor([4], [4, 0, 4, 2])],
      differentiable: [true, false]),
    Sample(
      ScatterAdd(rows: 3), [Sample.values([2, 3, 2]), Tensor([2, 3], [0, -1, 2, 1, 3, 1])],
      differentiable: [true, false]),
    Sample(
      ScatterAdd(rows: 4), [Sample.values([3]), Tensor([3], [3, 1, 1])],
      differentiable: [true, false]),
  ]
}

/// The row an index names, if there is one. NaN fails both comparisons.
private func rowIndex(_ index: Double, of rows: Int) -> Int? {
  index >= 0 && index < Double(rows) ? Int(index) : nil
}

/// Rows of `table` `[V, D…]` at `indices` `[I…]` → `[I…, D…]`; zeros for rows that are not there.
public func gather(_ table: Node, _ indices: Node) -> Node {
  table.graph.add(Gather(), [table, indices])
}

/// Rows `[I…, D…]` added up by their `indices` `[I…]` → `[rows, D…]`.
public func scatterAdd(_ updates: Node, _ indices: Node, rows: Int) -> Node {
  updates.graph.add(ScatterAdd(rows: rows), [updates, indices])
}
