/// One measured number, with the features it was measured in: those are part of its name, since figures
/// in different features do not compare.
public struct MetricValue: Hashable, Sendable {
  /// Such as `coverage`.
  public let name: String
  /// Such as `classifier`.
  public let features: String
  public let value: Double
  /// What `value` sums up, where there is more to say: one number for each pyramid level, for each mode.
  public let parts: [Double]
  public let better: Better

  /// Which way a figure is better.
  public enum Better: String, Hashable, Sendable {
    case lower, higher
    /// Nearest to one half: the two sets cannot be told apart.
    case half
    /// Nearest to one.
    case one
    /// Nearest to what real samples give.
    case real
  }

  public init(_ name: String, in features: String, _ value: Double, parts: [Double] = [], better: Better) {
    self.name = name
    self.features = features
    self.value = value
    self.parts = parts
    self.better = better
  }

  /// `coverage[classifier]`.
  public var title: String { "\(name)[\(features)]" }
}
