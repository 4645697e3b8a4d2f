/// Where a figure of the steps stands and how it moves: two running means and what lies between them.
struct Trend: Codable, Hashable, Sendable {
  private static let fastShare = 1.0 / 20
  private static let slowShare = 1.0 / 400

  /// Values so far, up to where that no longer matters.
  private(set) var count: Int64 = 0
  /// Mean over some 20 steps, and over some 400.
  private(set) var fast = 0.0
  private(set) var slow = 0.0
  /// Mean square difference of the two.
  private var variance = 0.0
  /// Lowest slow mean of a magnitude since the first steps.
  private(set) var lowest = 0.0

  private enum CodingKeys: String, CodingKey { case count, fast, slow, variance, lowest }

  /// Counts a value in; what is not finite is left out.
  mutating func note(_ value: Double) {
    guard value.isFinite, abs(value) < 1e100 else { return }
    count = min(count + 1, 1 << 40)
    // A plain mean at first, so that the beginning has no weight of its own.
    fast += max(Self.fastShare, 1 / Double(count)) * (value - fast)
    slow += max(Self.slowShare, 1 / Double(count)) * (value - slow)
    let difference = fast - slow
    variance += max(Self.slowShare, 1 / Double(count)) * (difference * difference - variance)
    if count == 50 { lowest = abs(slow) }
    if count > 50 { lowest = min(lowest, abs(slow)) }
  }

  var isPossible: Bool { (0...1 << 40).contains(count) && variance >= 0 && lowest >= 0 }

  /// Root mean square of how far the last 20 steps stray from the last 400.
  var swing: Double { variance.squareRoot() }

  /// Nil before enough steps were made to mean anything.
  var settled: Double? { count >= 50 ? fast : nil }
  /// How many times the lowest level the figure has reached.
  var growth: Double? { count >= 100 && lowest > 0 ? abs(fast) / lowest : nil }
}
