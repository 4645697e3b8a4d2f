import Graphs

/// `[N, H, W, C] → [N, H·f, W·f, C]`, or `[N, W, C]` in one dimension, without weights; each axis may have
/// its own factor.
public struct Upsample: Layer {
  public static let name = "upsample"

  public enum Method: String, Codable, Sendable, CaseIterable {
    case nearest
    /// Between the centres of pixels, the border repeated (PyTorch's `align_corners=False`).
    case bilinear
    /// Zeros between neighbours, then the weights [1, 2, 1] on each axis, zeros beyond the border
    /// (factors 1 and 2 only): Karras et al., arXiv 1912.04958, with a filter of three taps.
    case binomial
  }

  public var factor: Extents
  public var method: Method

  public init(factor: Extents = 2, method: Method = .nearest) {
    self.factor = factor
    self.method = method
  }

  enum CodingKeys: String, CodingKey { case factor, method }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    factor = try fields.extents(.factor, within: 1...64, default: 2)
    method = try fields.choice(.method, default: .nearest)
    if method == .binomial, let wrong = factor.values.first(where: { $0 > 2 }) {
      throw GANError(field: "factor", expected: "1 or 2 for the method binomial", got: wrong)
    }
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let factors = factor.spread(over: x.shape.rank - 2)
    if method == .nearest { return upsampleNearest(x, factors: factors) }
    guard factors.count == x.shape.rank - 2 else {
      x.graph.fail(GANError(field: "factor", expected: "one for each axis of \(x.shape)", got: factors))
      return x
    }
    return factors.enumerated().reduce(x) { x, axis in
      guard axis.element > 1 else { return x }
      return method == .bilinear
        ? bilinear(x, axis: axis.offset + 1, factor: axis.element) : binomial(x, axis: axis.offset + 1)
    }
  }

  /// Output `f·i + r` lies `(r + ½) / f − ½` after the centre of pixel i, so between two of
  /// i − 1, i and i + 1.
  private func bilinear(_ x: Node, axis: Int, factor: Int) -> Node {
    let extent = x.shape[axis]
    let first = x.sliced(axis: axis, from: 0, count: 1)
    let last = x.sliced(axis: axis, from: max(0, extent - 1), count: 1)
    let wide = concatenate([first, x, last], axis: axis)
    let phases = (0..<factor).map { phase in
      let shift = (Double(phase) + 0.5) / Double(factor) - 0.5
      let near = wide.sliced(axis: axis, from: shift < 0 ? 0 : 2, count: extent)
      return Swift.abs(shift) * near + (1 - Swift.abs(shift)) * x
    }
    return interleaved(phases, axis: axis)
  }

  /// [1, 2, 1] / 2 over x with zeros between: even outputs are x, odd ones the mean of two.
  private func binomial(_ x: Node, axis: Int) -> Node {
    var high = Array(repeating: 0, count: x.shape.rank)
    high[axis] = 1
    let next = x.padded(low: high.map { _ in 0 }, high: high)
      .sliced(axis: axis, from: 1, count: x.shape[axis])
    return interleaved([x, 0.5 * (x + next)], axis: axis)
  }

  /// The parts' elements in turns along `axis`.
  private func interleaved(_ parts: [Node], axis: Int) -> Node {
    guard let shape = parts.first?.shape else { return parts[0] }
    var split = shape.dimensions
    split.insert(1, at: axis + 1)
    let joined = concatenate(parts.map { $0.reshaped(to: Shape(split)) }, axis: axis + 1)
    return joined.reshaped(to: shape.replacing(axis: axis, with: shape[axis] * parts.count))
  }
}
