import Graphs

/// `[N, …, D] → [N, …, units]`: x·W + b over the last axis, W `[D, units]`.
public struct Dense: Layer {
  public static let name = "dense"

  public var units: Int
  /// nil: unless a normalisation follows.
  public var bias: Bool?
  public var spectralNorm = false

  public init(units: Int, bias: Bool? = nil, spectralNorm: Bool = false) {
    self.units = units
    self.bias = bias
    self.spectralNorm = spectralNorm
  }

  enum CodingKeys: String, CodingKey {
    case units, bias
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    units = try fields.count(.units, within: 1...greatestWidth)
    bias = try fields.decodeIfPresent(Bool.self, forKey: .bias)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
  }

  public func omittingBias() -> Self { Self(units: units, bias: bias ?? false, spectralNorm: spectralNorm) }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let width = x.shape[-1]
    let initialization = scope.initialization
    var weight = scope.parameter("weight", [width, units], initialization.weight(fanIn: width))
    if spectralNorm { weight = weight / spectralNorm(of: weight, in: scope) }
    let y = matmul(x, weight)
    guard bias ?? true else { return y }
    return y + scope.parameter("bias", [units], initialization.bias(fanIn: width))
  }

  private func spectralNorm(of weight: Node, in scope: Scope) -> Node {
    Networks.spectralNorm(of: weight, in: scope)
  }
}
