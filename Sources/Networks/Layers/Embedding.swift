import Graphs

/// A learned row per index: `[N, …]` of whole numbers below `vocabulary` → `[N, …, width]`. Rows begin
/// as N(0, 1), as PyTorch's.
public struct Embedding: Layer {
  public static let name = "embedding"

  public var vocabulary: Int
  public var width: Int

  public init(vocabulary: Int, width: Int) {
    self.vocabulary = vocabulary
    self.width = width
  }

  enum CodingKeys: String, CodingKey { case vocabulary, width }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    vocabulary = try fields.count(.vocabulary, within: 1...(1 << 24))
    width = try fields.count(.width, within: 1...greatestWidth)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let table = scope.parameter("weight", [vocabulary, width], .normal(mean: 0, deviation: 1))
    return gather(table, x)
  }
}
