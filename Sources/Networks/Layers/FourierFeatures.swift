import Graphs

/// `[N, D] → [N, D + count]`: sines of the input along random directions, after the input itself. A network of
/// few layers learns slowly what changes over short distances; these let a discriminator see it at once.
/// Rahimi & Recht, NIPS 2007; Tancik et al., arXiv 2006.10739. The directions are the same in every model and are not learnt.
public struct FourierFeatures: Layer {
  public static let name = "fourier-features"

  public var count: Int
  /// Standard deviation of the angular frequencies, in radians a unit of the input.
  public var scale: Double

  public init(count: Int = 64, scale: Double = 1) {
    self.count = count
    self.scale = scale
  }

  enum CodingKeys: String, CodingKey { case count, scale }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    count = try fields.count(.count, within: 1...4096, default: 64)
    scale = try fields.number(.scale, within: 0...1e6, default: 1)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    // The directions stand in the graph as numbers: few.
    guard x.shape.rank == 2, x.shape[1] <= (1 << 20) / count else {
      let expected = "vectors [N, D] with D · \(count) at most \(1 << 20)"
      x.graph.fail(GANError(field: Self.name, expected: expected, got: x.shape))
      return x
    }
    let random = RandomState(seed: 0, step: 0, first: 0)
    let depth = x.shape[1]
    let frequencies = (0..<depth * count).map { scale * random.normal(UInt64($0), stream: 0) }
    let phases = (0..<count).map { 2 * Double.pi * Double(random.uniform(UInt64($0), stream: 1)) }
    let angles =
      matmul(x, literal(frequencies, [depth, count], in: x.graph)) + literal(phases, [count], in: x.graph)
    return concatenate([x, sine(angles)], axis: 1)
  }
}
