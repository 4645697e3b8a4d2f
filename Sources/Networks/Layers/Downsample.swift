import Graphs

/// `[N, H, W, C] → [N, ⌈H / 2⌉, ⌈W / 2⌉, C]`, or `[N, W, C]` in one dimension, without weights: means of
/// three neighbours by [1, 2, 1] / 4 at every second pixel of each axis with factor 2, zeros beyond the
/// border. Karras et al., arXiv 1912.04958, with a filter of three taps; undoes `upsample` binomial's size.
public struct Downsample: Layer {
  public static let name = "downsample"

  /// 1 or 2, or one for each axis.
  public var factor: Extents

  public init(factor: Extents = 2) { self.factor = factor }

  enum CodingKeys: String, CodingKey { case factor }

  public init(from decoder: any Decoder) throws {
    factor = try decoder.container(keyedBy: CodingKeys.self).extents(.factor, within: 1...2, default: 2)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let factors = factor.spread(over: x.shape.rank - 2)
    guard factors.count == x.shape.rank - 2 else {
      x.graph.fail(GANError(field: "factor", expected: "one for each axis of \(x.shape)", got: factors))
      return x
    }
    return factors.enumerated().reduce(x) { x, axis in
      axis.element > 1 ? halved(x, axis: axis.offset + 1) : x
    }
  }

  private func halved(_ x: Node, axis: Int) -> Node {
    let outputs = (x.shape[axis] + 1) / 2
    var (low, high) = (x.shape.dimensions.map { _ in 0 }, x.shape.dimensions.map { _ in 0 })
    low[axis] = 1
    high[axis] = 2 * outputs - x.shape[axis]
    let wide = x.padded(low: low, high: high)
    let taps = (0..<3).map { wide.sliced(axis: axis, from: $0, count: outputs, step: 2) }
    return 0.25 * (taps[0] + taps[2]) + 0.5 * taps[1]
  }
}
