import Graphs

/// In training, zeroes each element with a probability and scales the others to keep the mean.
/// Srivastava et al., JMLR 15, 2014.
public struct Dropout: Layer {
  public static let name = "dropout"

  public var probability: Double

  public init(probability: Double = 0.5) { self.probability = probability }

  enum CodingKeys: String, CodingKey { case probability }

  public init(from decoder: any Decoder) throws {
    probability = try decoder.container(keyedBy: CodingKeys.self)
      .number(.probability, within: 0...0.99, default: 0.5)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard scope.training, probability > 0 else { return x }
    let kept = 1 - probability
    return x * randomBernoulli(x.shape, probability: kept, in: x.graph) * (1 / kept)
  }
}
