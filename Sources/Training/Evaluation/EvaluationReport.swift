import Metrics

/// What an evaluation found, as values and as JSON:
///
///     {"figures": {"coverage[classifier]": 0.93, …}, "parts": {"mode-spread[ring]": [1.01, …]},
///      "reference": {…}, "left_out": {"modes": "needs …"}, "features": "classifier", "count": 10000,
///      "real_count": 10000, "seed": 0, "step": 2000}
public struct EvaluationReport: Encodable, Hashable, Sendable {
  public var figures: [MetricValue]
  /// Of real samples against other real ones, where that was asked for.
  public var reference: [MetricValue] = []
  /// Metrics that were not asked for by name and do not fit, and what they need.
  public var leftOut: [LeftOut]
  /// The features' name.
  public var features: String
  /// Generated samples.
  public var count: Int
  public var realCount: Int
  public var seed: UInt64
  /// The model's, of evaluations of a model.
  public var step: Int64?

  public struct LeftOut: Hashable, Sendable {
    public var metric: String
    public var reason: String
  }

  /// The figure of that name, such as `coverage`, in whatever features, or `coverage[classifier]`.
  public subscript(name: String) -> MetricValue? { figures.first { $0.title == name || $0.name == name } }

  public var json: JSON {
    var members = JSON.Members()
    members["figures"] = Self.json(figures)
    if !reference.isEmpty { members["reference"] = Self.json(reference) }
    members["parts"] = .object(
      Self.members(figures.filter { !$0.parts.isEmpty }) { .array($0.parts.map(JSON.real)) })
    members["left_out"] = .object(
      leftOut.reduce(into: JSON.Members()) { $0[$1.metric] = .string($1.reason) })
    members["features"] = .string(features)
    members["count"] = .integer(count)
    members["real_count"] = .integer(realCount)
    members["seed"] = .integer(seed)
    if let step { members["step"] = .integer(step) }
    return .object(members)
  }

  private static func json(_ figures: [MetricValue]) -> JSON { .object(members(figures) { .real($0.value) }) }

  private static func members(_ figures: [MetricValue], _ value: (MetricValue) -> JSON) -> JSON.Members {
    figures.reduce(into: JSON.Members()) { $0[$1.title] = value($1) }
  }

  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
