import Datasets
import Graphs

/// How a run is measured while it goes on. Part of the recipe.
public struct EvaluationPlan: Codable, Hashable, Sendable {
  /// Samples of the data that are never trained on, and what verdicts and metrics go by. Nil: as many as
  /// `automatic` says; 0: none.
  public var heldOut: Int?

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case heldOut = "held-out"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    heldOut = try values.decodeIfPresent(Int.self, forKey: .heldOut)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(heldOut, forKey: .heldOut)
  }

  func validate(_ field: String) throws(GANError) {
    if let heldOut { try Bounds.check(heldOut, 0...1 << 24, field + ".held-out") }
  }

  /// Every twentieth sample, up to 256; none of fewer than 1,000 samples, which are all needed.
  func count(of samples: Int) -> Int {
    heldOut ?? (samples < 1000 ? 0 : min(256, samples / 20))
  }

  /// Nil where nothing is held out; of text nothing is.
  ///
  /// - Throws: `.argument` where more than half of the data would be; `.memory`.
  func partition(_ data: Dataset, seed: UInt64) throws(GANError) -> Partition? {
    let count = data.kind == .text ? 0 : count(of: data.count)
    guard count > 0 else { return nil }
    guard count <= data.count / 2 else {
      throw GANError(
        field: "evaluation.held-out", expected: "at most half of the \(data.count) samples", got: count)
    }
    return try Partition(data, holdingOut: count, seed: seed)
  }
}
