/// `count` elements along one axis, beginning at `from`, every `step`-th.
/// `[N, 8]`, axis 1, from 2, count 3, step 2 → `[N, 3]`: columns 2, 4 and 6.
public struct Slice: Primitive {
  public let axis: Int
  public let from: Int
  public let count: Int
  public let step: Int

  public init(axis: Int, from: Int, count: Int, step: Int = 1) {
    self.axis = axis
    self.from = from
    self.count = count
    self.step = step
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let x = inputs[0]
    guard x.dimensions.indices.contains(axis) else {
      throw GANError(field: "axis", expected: "within 0..<\(x.rank)", got: axis)
    }
    guard from >= 0, count >= 0, step >= 1, let end = end, end <= x[axis] else {
      throw GANError(
        field: "", expected: "elements within 0..<\(x[axis]) of axis \(axis)",
        got: "\(count) from \(from) by steps of \(step)")
    }
    return x.replacing(axis: axis, with: count)
  }

  /// One beyond the last element taken.
  private var end: Int? {
    guard count > 0 else { return from }
    return checkedProduct(count - 1, step).flatMap { checkedSum(from, $0, 1) }
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let x = inputs[0]
    guard let shape = try? self.shape(of: [x.shape]), let end, count > 0 else { return nil }
    if shape == x.shape { return x }
    if let value = x.constantValue { return .constant(value, shape, in: x.graph) }
    switch x.primitive {
    case let inner as Slice where inner.axis == axis:
      guard let step = checkedProduct(step, inner.step) else { return nil }
      return x.inputs[0].sliced(
        axis: axis, from: inner.from + from * inner.step, count: count, step: step)
    case let joined as Concatenate where joined.axis == axis: return part(of: x.inputs, upTo: end)
    case let padded as Pad where padded.isUndone(by: self, on: x.inputs[0].shape): return x.inputs[0]
    default: return nil
    }
  }

  /// The same elements out of the one part that holds them all, if one does.
  private func part(of parts: [Node], upTo end: Int) -> Node? {
    var start = 0
    for part in parts {
      let extent = part.shape[axis]
      if start <= from, end <= start + extent {
        return part.sliced(axis: axis, from: from - start, count: count, step: step)
      }
      start += extent
    }
    return nil
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let x = output.inputs[0].shape
    guard let end, count > 0 else { return [nil] }
    var low = Array(repeating: 0, count: x.rank)
    var high = low
    var interior = low
    low[axis] = from
    high[axis] = x[axis] - end
    interior[axis] = count == 1 ? 0 : step - 1
    return [cotangent.padded(low: low, high: high, interior: interior)]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    .generate(inputs[0].shape.replacing(axis: axis, with: count)) { position in
      var source = position
      source[axis] = from + position[axis] * step
      return inputs[0][source]
    }
  }

  public static let samples = [
    Sample(Slice(axis: 0, from: 1, count: 2), [Sample.values([4, 3])]),
    Sample(Slice(axis: 1, from: 0, count: 2), [Sample.values([2, 5, 3])]),
    Sample(Slice(axis: 1, from: 1, count: 3, step: 2), [Sample.values([2, 7, 3])]),
    Sample(Slice(axis: 2, from: 2, count: 2, step: 3), [Sample.values([2, 3, 6])]),
  ]
}

extension Node {
  /// `count` elements along `axis` (negative: counted from the last), from `from`, every `step`-th.
  public func sliced(axis: Int, from: Int, count: Int, step: Int = 1) -> Node {
    let axis = axis < 0 ? axis + shape.rank : axis
    return graph.add(Slice(axis: axis, from: from, count: count, step: step), [self])
  }
}
