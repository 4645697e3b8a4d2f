import Graphs

/// `[N, …, D] → [N, …, units]`: x·W + b over the last axis, W `[D, units]`.
public struct Dense: Layer {
  public static let name = "dense"

  public var units: Int
  /// nil: unless a normalisation follows.
  public var bias: Bool?
  public var spectralNorm = false
  /// Of its first weights.
  public var gain = 1.0

  public init(units: Int, bias: Bool? = nil, spectralNorm: Bool = false, gain: Double = 1) {
    self.units = units
    self.bias = bias
    self.spectralNorm = spectralNorm
    self.gain = gain
  }

  enum CodingKeys: String, CodingKey {
    case units, bias, gain
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    units = try fields.count(.units, within: 1...greatestWidth)
    bias = try fields.decodeIfPresent(Bool.self, forKey: .bias)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
    gain = try fields.number(.gain, within: 0...100, default: 1)
  }

  public func omittingBias() -> Self {
    var layer = self
    layer.bias = bias ?? false
    return layer
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let width = x.shape[-1]
    let initialization = scope.initialization
    var weight = scope.parameter(
      "weight", [width, units], initialization.weight(fanIn: width, fanOut: units, gain: gain))
    if spectralNorm { weight = weight / spectralNorm(of: weight, in: scope) }
    let y = matmul(x, weight)
    guard bias ?? true else { return y }
    return y + scope.parameter("bias", [units], initialization.bias(fanIn: width))
  }

  private func spectralNorm(of weight: Node, in scope: Scope) -> Node {
    Networks.spectralNorm(of: weight, in: scope)
  }
}
