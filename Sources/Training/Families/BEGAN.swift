import Graphs
import Networks

/// Berthelot et al., arXiv 1703.10717: an autoencoder as discriminator, whose error is the mean
/// absolute difference, and a balance k that keeps fake samples' error at γ times real ones'.
public struct BEGAN: Codable, Hashable, Sendable {
  /// Width of the autoencoder's code.
  public var code = 64
  /// γ: less gives more typical samples of less variety.
  public var diversity = 0.75
  /// λ_k, by which k follows.
  public var rate = 0.001

  public init() {}

  private enum CodingKeys: String, CodingKey { case code, diversity, rate }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    code = try values.count(.code, within: 1...65536, default: 64)
    diversity = try values.number(.diversity, within: 0...1, default: 0.75)
    rate = try values.number(.rate, within: 0...1, default: 0.001)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(code, forKey: .code)
    try values.encode(diversity, forKey: .diversity)
    try values.encode(rate, forKey: .rate)
  }
}

extension BEGAN: AutoencodingFamily {
  private static let balance = "balance"

  var variables: [(name: String, start: Double)] { [(Self.balance, 0)] }

  func energy(_ x: Node, _ reconstruction: Node) -> Node { meanPerSample(abs(reconstruction - x)) }

  /// Section 3.4, with the update of k; section 3.4.1 for the measure M.
  func discriminatorLoss(real: Node, fake: Node, _ step: Step) -> Phase.Loss {
    let k = step.variable(Self.balance, of: Adversarial.discriminator)
    let (real, fake) = (mean(real), mean(fake))
    let lead = detached(diversity * real - fake)
    let moved = maximum(minimum(k + rate * lead, 1), 0)
    step.update(Self.balance, of: Adversarial.discriminator, to: moved)
    return Phase.Loss(
      value: real - k * fake, figures: [(.balance, moved), (.convergence, detached(real) + abs(lead))])
  }

  func generatorLoss(energy: Node, codes: Node) -> Node { mean(energy) }
}
