import Graphs

/// In training, adds normal noise to each element: smooths what a discriminator or classifier learns.
/// Salimans et al., arXiv 1606.03498, use it in every hidden layer.
public struct GaussianNoise: Layer {
  public static let name = "gaussian-noise"

  /// Standard deviation.
  public var deviation: Double

  public init(deviation: Double = 0.5) { self.deviation = deviation }

  enum CodingKeys: String, CodingKey { case deviation }

  public init(from decoder: any Decoder) throws {
    deviation = try decoder.container(keyedBy: CodingKeys.self)
      .number(.deviation, within: 0...1e6, default: 0.5)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard scope.training, deviation > 0 else { return x }
    return x + deviation * randomNormal(x.shape, in: x.graph)
  }
}
