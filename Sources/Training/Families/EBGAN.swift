import Graphs
import Networks

/// Zhao et al., arXiv 1609.03126: the discriminator is an autoencoder, and its error, here the mean
/// square over a sample's values, is an energy that real samples have little of.
public struct EBGAN: Codable, Hashable, Sendable {
  /// Width of the autoencoder's code.
  public var code = 64
  /// Up to which the energy of fake samples is raised, m of eq. 1.
  public var margin = 1.0
  /// Weight of the pull-away term, eq. 4, which keeps the codes of fake samples apart.
  public var pullAway = 0.1

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case code, margin
    case pullAway = "pull-away"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    code = try values.count(.code, within: 1...65536, default: 64)
    margin = try values.number(.margin, within: 0...1e6, default: 1)
    pullAway = try values.number(.pullAway, within: 0...1e6, default: 0.1)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(code, forKey: .code)
    try values.encode(margin, forKey: .margin)
    try values.encode(pullAway, forKey: .pullAway)
  }
}

extension EBGAN: AutoencodingFamily {
  func energy(_ x: Node, _ reconstruction: Node) -> Node { meanPerSample(square(reconstruction - x)) }

  /// Eq. 1.
  func discriminatorLoss(real: Node, fake: Node, _ step: Step) -> Phase.Loss {
    Phase.Loss(value: mean(real) + mean(relu(margin - fake)))
  }

  /// Eq. 2 and 4.
  func generatorLoss(energy: Node, codes: Node) -> Node {
    let batch = codes.shape[0]
    guard pullAway > 0, batch > 1 else { return mean(energy) }
    let lengths = sqrt(sum(square(codes), over: [1], keepingAxes: true) + 1e-12)
    let directions = codes / lengths
    let cosines = matmul(directions, directions.transposed([1, 0]))
    // The cosine of each with itself is left out.
    let positions = iota([batch, batch], axis: 0, in: codes.graph)
    let others = 1 - equal(positions, iota([batch, batch], axis: 1, in: codes.graph))
    let term = sum(square(cosines) * others) / Double(batch * (batch - 1))
    return mean(energy) + pullAway * term
  }
}
