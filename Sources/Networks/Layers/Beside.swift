import Graphs

/// `[N, …, D] → [N, …, K + D]`: the K values that layers make, with their input behind them. Huang et al., arXiv
/// 1608.06993, eq. 2.
public struct Beside: Layer {
  public static let name = "beside"

  public var layers: [AnyLayer]

  public init(_ layers: [any Layer]) { self.layers = layers.map(AnyLayer.init) }

  enum CodingKeys: String, CodingKey { case layers }

  public init(from decoder: any Decoder) throws {
    layers = try decoder.container(keyedBy: CodingKeys.self).decode([AnyLayer].self, forKey: .layers)
  }

  public var mixesSamples: Bool { layers.contains { $0.layer.mixesSamples } }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let made = apply(layers.map(\.layer), to: x, in: scope)
    guard made.shape.rank == x.shape.rank, made.shape.dimensions.dropLast() == x.shape.dimensions.dropLast()
    else {
      x.graph.fail(GANError(field: "beside", expected: "\(x.shape) but for its last extent", got: made.shape))
      return x
    }
    return concatenate([made, x], axis: x.shape.rank - 1)
  }
}
