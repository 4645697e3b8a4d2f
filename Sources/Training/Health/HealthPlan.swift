import Graphs

/// How a run is watched, and what happens when something goes wrong. Part of the recipe.
public struct HealthPlan: Codable, Hashable, Sendable {
  /// What a verdict that is an alarm leads to.
  public enum Policy: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing is looked at; numbers that are not finite are still kept from the weights.
    case off
    /// It is said: in the statistics, the log and the report.
    case warn
    /// Training ends with `.diverged`, naming the verdict and its evidence.
    case stop
    /// The last good state comes back and all learning rates fall by `rate`; when that was done `retries`
    /// times in vain, training ends as with `stop`.
    case rollBack = "roll-back"
  }

  public var policy = Policy.warn
  /// Steps from one look at samples to the next, and between snapshots of the weights, 1…1000000.
  public var every: Int64 = 250
  /// Steps in a row whose numbers are not finite that are only left out, 0…1000; one more goes back to the
  /// last snapshot and lowers the rates.
  public var drops: Int64 = 1
  /// Times to go back without a good stretch of `every` steps between before training ends with
  /// `.diverged`, 0…100. 0 keeps no snapshot: the memory of one copy of the state is saved.
  public var retries: Int64 = 3
  /// What is left of the learning rates after going back, above 0, up to 1.
  public var rate = 0.5

  public init() {}

  private enum CodingKeys: String, CodingKey { case policy, every, drops, retries, rate }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    policy = try values.named(.policy, default: .warn)
    every = try values.decodeIfPresent(Int64.self, forKey: .every) ?? every
    drops = try values.decodeIfPresent(Int64.self, forKey: .drops) ?? drops
    retries = try values.decodeIfPresent(Int64.self, forKey: .retries) ?? retries
    rate = try values.decodeIfPresent(Double.self, forKey: .rate) ?? rate
  }

  func validate(_ field: String) throws(GANError) {
    try Bounds.check(every, 1...1_000_000, field + ".every")
    try Bounds.check(drops, 0...1000, field + ".drops")
    try Bounds.check(retries, 0...100, field + ".retries")
    guard rate > 0, rate <= 1 else {
      throw GANError(field: field + ".rate", expected: "above 0, up to 1", got: rate)
    }
  }
}
