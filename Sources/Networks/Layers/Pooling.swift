import Graphs

/// Means over windows of `size` that do not overlap; what is left over at the end is dropped:
/// `[N, H, W, C] → [N, ⌊H / size⌋, ⌊W / size⌋, C]`, or `[N, W, C]` in one dimension.
public struct AveragePool: Layer {
  public static let name = "average-pool"

  public var size: Extents

  public init(size: Extents = 2) { self.size = size }

  enum CodingKeys: String, CodingKey { case size }

  public init(from decoder: any Decoder) throws {
    size = try decoder.container(keyedBy: CodingKeys.self).extents(.size, within: 1...1024, default: 2)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let axes = max(0, x.shape.rank - 2)
    let windows = size.spread(over: axes)
    guard windows.count == axes, axes > 0,
      windows.indices.allSatisfy({ x.shape[$0 + 1] >= windows[$0] })
    else {
      x.graph.fail(GANError(field: "average-pool", expected: "windows of \(windows) to fit", got: x.shape))
      return x
    }
    return windows.indices.reduce(x) { x, axis in
      let (window, outputs) = (windows[axis], x.shape[axis + 1] / windows[axis])
      let kept = x.sliced(axis: axis + 1, from: 0, count: outputs * window)
      var split = kept.shape.dimensions
      split.replaceSubrange(axis + 1...axis + 1, with: [outputs, window])
      return mean(kept.reshaped(to: Shape(split)), over: [axis + 2])
    }
  }
}

/// The mean over all positions: `[N, …, C] → [N, C]`.
public struct GlobalAveragePool: Layer {
  public static let name = "global-average-pool"

  public init() {}

  enum CodingKeys: CodingKey {}

  public init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: CodingKeys.self)
  }

  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: CodingKeys.self)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    mean(x, over: Array(1..<max(1, x.shape.rank - 1)))
  }
}

/// The sum over all positions: `[N, …, C] → [N, C]`.
public struct GlobalSumPool: Layer {
  public static let name = "global-sum-pool"

  public init() {}

  enum CodingKeys: CodingKey {}

  public init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: CodingKeys.self)
  }

  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: CodingKeys.self)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    sum(x, over: Array(1..<max(1, x.shape.rank - 1)))
  }
}
