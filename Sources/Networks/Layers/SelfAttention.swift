import Graphs

/// x + γ·o, the same shape out: every position of `[N, …, C]` gathers from all others, by the likeness of
/// two projections to C/8 channels; γ is learned from 0. Zhang et al., arXiv 1805.08318, eq. 1 to 3.
public struct SelfAttention: Layer {
  public static let name = "self-attention"

  public var spectralNorm: Bool

  public init(spectralNorm: Bool = false) { self.spectralNorm = spectralNorm }

  enum CodingKeys: String, CodingKey { case spectralNorm = "spectral-norm" }

  public init(from decoder: any Decoder) throws {
    spectralNorm = try decoder.container(keyedBy: CodingKeys.self).flag(.spectralNorm, default: false)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let channels = x.shape[-1]
    let inner = max(1, channels / 8)
    let positions = Shape(Array(x.shape.dimensions.dropFirst().dropLast())).count
    let flat = x.reshaped(to: [x.shape[0], positions, channels])
    func projected(_ name: String, _ x: Node, to units: Int) -> Node {
      scope.within(name) { Dense(units: units, bias: false, spectralNorm: spectralNorm)(x, in: $0) }
    }
    let query = projected("query", flat, to: inner)
    let key = projected("key", flat, to: inner)
    let value = projected("value", flat, to: inner)
    let gathered = matmul(softmax(matmul(query, key, transposeB: true)), value)
    let gain = scope.parameter("gain", [], .constant(0))
    return x + gain * projected("output", gathered, to: channels).reshaped(to: x.shape)
  }
}

/// Over the last axis: positive, with sum 1.
func softmax(_ x: Node) -> Node {
  let last = [x.shape.rank - 1]
  // A shift changes nothing but keeps exp finite.
  let raised = exp(x - detached(max(x, over: last, keepingAxes: true)))
  return raised / sum(raised, over: last, keepingAxes: true)
}
