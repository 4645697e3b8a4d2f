import Graphs

/// `[N, C] → [N] + size + [C]`: a learned picture of each channel, as strong as the input says. Where the
/// generator of Huang et al., arXiv 2501.05441, begins (the authors' code).
public struct Basis: Layer {
  public static let name = "basis"

  public var size: [Int]

  public init(size: [Int]) { self.size = size }

  enum CodingKeys: String, CodingKey { case size }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    size = try fields.decode([Int].self, forKey: .size)
    guard (1...2).contains(size.count), size.allSatisfy((1...1024).contains) else {
      throw GANError(field: "size", expected: "1 or 2 extents within 1...1024", got: "\(size.prefix(3))")
    }
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let channels = x.shape[-1]
    let pictures = scope.parameter("weight", Shape(size + [channels]), .normal(mean: 0, deviation: 1))
    return x.reshaped(to: Shape([x.shape[0]] + size.map { _ in 1 } + [channels])) * pictures
  }
}

/// `[N, …, C] → [N, C]`: the sum of each channel's positions by learned weights, N(0, 1 / positions) at
/// first. Where the discriminator of the same paper ends.
public struct BasisPool: Layer {
  public static let name = "basis-pool"

  public init() {}

  enum CodingKeys: CodingKey {}

  public init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: CodingKeys.self)
  }

  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: CodingKeys.self)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let sample = Shape(Array(x.shape.dimensions.dropFirst()))
    let positions = Double(max(1, sample.count / max(1, x.shape[-1])))
    let weight = scope.parameter("weight", sample, .normal(mean: 0, deviation: 1 / positions.squareRoot()))
    return sum(x * weight, over: Array(1..<max(1, x.shape.rank - 1)))
  }
}
