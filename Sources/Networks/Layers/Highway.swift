import Graphs

/// `[N, D] → [N, D]`: t·relu(x·W + b) + (1 − t)·x with a gate t = σ(x·V + c); c begins at −2, so that at first
/// most of x passes. Srivastava et al., arXiv 1505.00387, eq. 3.
public struct Highway: Layer {
  public static let name = "highway"

  public init() {}

  enum CodingKeys: CodingKey {}

  public init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: CodingKeys.self)
  }

  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: CodingKeys.self)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let width = x.shape[-1]
    let carried = scope.within("transform") { relu(Dense(units: width)(x, in: $0)) }
    let gate = scope.within("gate") { scope in
      let product = Dense(units: width, bias: false)(x, in: scope)
      return sigmoid(product + scope.parameter("bias", [width], .constant(-2)))
    }
    return x + gate * (carried - x)
  }
}
