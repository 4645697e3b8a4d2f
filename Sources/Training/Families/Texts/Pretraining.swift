import Graphs

/// How long a generator of texts learns by maximum likelihood before a discriminator judges it, and at which
/// rate.
public struct Pretraining: Codable, Hashable, Sendable {
  /// Steps, 0 … 1e9.
  public var steps: Int64
  /// Instead of the optimiser's rate; its schedule is left as it is.
  public var rate: Double

  public init(steps: Int64, rate: Double = 0.01) {
    self.steps = steps
    self.rate = rate
  }

  private enum CodingKeys: String, CodingKey { case steps, rate }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(steps: try values.decodeIfPresent(Int64.self, forKey: .steps) ?? 1000)
    rate = try values.decodeIfPresent(Double.self, forKey: .rate) ?? rate
  }

  func validate(_ field: String) throws(GANError) {
    try Bounds.check(steps, 0...Bounds.steps, field + ".steps")
    try Bounds.check(rate, 0...10, field + ".rate")
  }
}
