import Glibc
import Graphs

/// How a learning rate, or the weight of a penalty, moves over a run.
public struct Schedule: Codable, Hashable, Sendable {
  /// The curves there are.
  public enum Name: String, Codable, Hashable, Sendable, CaseIterable {
    /// The rate as it is.
    case constant
    /// Straight down to `final` times the rate.
    case linear
    /// Half a cosine down to `final` times the rate (Loshchilov & Hutter, arXiv 1608.03983, eq. 5).
    case cosine
    /// By the same factor every step, down to `final` times the rate.
    case exponential
  }

  /// The curve.
  public var name = Name.constant
  /// Steps in which the rate first grows from 0.
  public var warmup: Int64 = 0
  /// The step at which the rate begins to fall.
  public var start: Int64 = 0
  /// The step at which it has fallen; 0 for the run's last one.
  public var end: Int64 = 0
  /// What is left of the rate then, 0…1.
  public var final = 0.0

  /// Steps are counted from 0; `final` is a share of the rate, 0…1.
  public init(
    _ name: Name = .constant, warmup: Int64 = 0, start: Int64 = 0, end: Int64 = 0, final: Double = 0
  ) {
    self.name = name
    self.warmup = warmup
    self.start = start
    self.end = end
    self.final = final
  }

  /// The factor of the rate at a step of `steps` in all, from 0; the last value goes on afterwards.
  public func factor(step: Int64, of steps: Int64) -> Double {
    let grown = warmup > 0 ? min(1, Double(step + 1) / Double(warmup)) : 1
    switch name {
    case .exponential: return grown * pow(final, progress(step: step, of: steps))
    default: return grown * (final + (1 - final) * rest(step: step, of: steps))
    }
  }

  /// How much of the way down is left: 1 before `start`, 0 from `end` on.
  func rest(step: Int64, of steps: Int64) -> Double {
    let progress = progress(step: step, of: steps)
    return switch name {
    case .constant: 1
    case .linear, .exponential: 1 - progress
    case .cosine: 0.5 * (1 + cos(.pi * progress))
    }
  }

  private func progress(step: Int64, of steps: Int64) -> Double {
    let span = Double(max(1, (end > 0 ? end : steps) - start))
    return min(1, max(0, Double(step - start) / span))
  }

  func validate(_ field: String) throws(GANError) {
    try Bounds.check(warmup, 0...Bounds.steps, field + ".warmup")
    try Bounds.check(start, 0...Bounds.steps, field + ".start")
    try Bounds.check(end, 0...Bounds.steps, field + ".end")
    try Bounds.check(final, 0...1, field + ".final")
    if end > 0, end <= start {
      throw GANError(field: field + ".end", expected: "0, or more than start, \(start)", got: end)
    }
    if name == .exponential && final <= 0 {
      throw GANError(field: field + ".final", expected: "more than 0 for exponential", got: final)
    }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.named(.name, default: .constant)
    warmup = try values.decodeIfPresent(Int64.self, forKey: .warmup) ?? 0
    start = try values.decodeIfPresent(Int64.self, forKey: .start) ?? 0
    end = try values.decodeIfPresent(Int64.self, forKey: .end) ?? 0
    final = try values.decodeIfPresent(Double.self, forKey: .final) ?? 0
  }
}
