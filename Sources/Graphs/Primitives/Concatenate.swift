/// Parts one after another along `axis`; their other extents are equal.
/// `[N, A]` and `[N, B]` along 1 → `[N, A + B]`.
public struct Concatenate: Primitive {
  public let axis: Int
  public init(axis: Int) { self.axis = axis }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard let first = inputs.first else {
      throw GANError(field: "", expected: "at least one part", got: "none")
    }
    guard first.dimensions.indices.contains(axis) else {
      throw GANError(field: "axis", expected: "within 0..<\(first.rank)", got: axis)
    }
    var extent = 0
    for part in inputs {
      guard part.rank == first.rank, part.replacing(axis: axis, with: first[axis]) == first else {
        throw GANError(
          field: "", expected: "parts that differ from \(first) in axis \(axis) alone", got: part)
      }
      guard let sum = checkedSum(extent, part[axis]) else {
        throw GANError(.memory, "", "axis \(axis) is too large")
      }
      extent = sum
    }
    return first.replacing(axis: axis, with: extent)
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    guard let shape = try? self.shape(of: inputs.map(\.shape)) else { return nil }
    if inputs.count == 1 { return inputs[0] }
    guard let value = inputs[0].constantValue, inputs.allSatisfy({ $0.constantValue == value }) else {
      return nil
    }
    return .constant(value, shape, in: inputs[0].graph)
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    var start = 0
    return output.inputs.map { part in
      let extent = part.shape[axis]
      defer { start += extent }
      return cotangent.sliced(axis: axis, from: start, count: extent)
    }
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let extent = inputs.map { $0.shape[axis] }.reduce(0, +)
    return .generate(inputs[0].shape.replacing(axis: axis, with: extent)) { position in
      var source = position
      for part in inputs {
        if source[axis] < part.shape[axis] { return part[source] }
        source[axis] -= part.shape[axis]
      }
      preconditionFailure("the parts' extents add up to the result's")
    }
  }

  public static let samples = [
    Sample(Concatenate(axis: 0), [Sample.values([2, 3]), Sample.values([1, 3], seed: 2)]),
    Sample(
      Concatenate(axis: 1),
      [Sample.values([2, 3]), Sample.values([2, 1], seed: 2), Sample.values([2, 2], seed: 3)]),
    Sample(Concatenate(axis: 3), [Sample.values([2, 2, 2, 3]), Sample.values([2, 2, 2, 2], seed: 2)]),
    Sample(Concatenate(axis: 1), [Sample.values([2, 2, 3]), Sample.values([2, 1, 3], seed: 2)]),
  ]
}

/// Parts (at least one, of one graph) one after another along `axis` (negative: from the last).
public func concatenate(_ parts: [Node], axis: Int) -> Node {
  precondition(!parts.isEmpty, "there is no graph to concatenate nothing in")
  let axis = axis < 0 ? axis + parts[0].shape.rank : axis
  return parts[0].graph.add(Concatenate(axis: axis), parts)
}
