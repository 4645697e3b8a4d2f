import Graphs

/// What a network has to know of texts: tokens 0 ..< vocabulary, how many a sample has, and which one ends it.
public struct Texts: Hashable, Sendable {
  public let vocabulary: Int
  public let length: Int
  /// nil where all samples have the full length.
  public let end: Int?

  public init(vocabulary: Int, length: Int, end: Int? = nil) {
    self.vocabulary = vocabulary
    self.length = length
    self.end = end
  }

  /// 1 where a token still belongs to its sample `[N, T]`, its end mark included, 0 behind that.
  public func mask(of tokens: Node) -> Node {
    guard let end else { return .constant(1, tokens.shape, in: tokens.graph) }
    let first = Node.constant(1, [tokens.shape[0], 1], in: tokens.graph)
    guard length > 1 else { return first }
    let before = tokens.sliced(axis: 1, from: 0, count: length - 1)
    return concatenate(
      [first, 1 - equal(before, .constant(Double(end), before.shape, in: tokens.graph))], axis: 1)
  }
}

/// Vectors of tokens `[N, T]` (or of distributions over them, `[N, T, V]`) → `[N, T, width]`.
func embedded(_ x: Node, vocabulary: Int, width: Int, in scope: Scope) -> Node {
  let table = scope.parameter("weight", [vocabulary, width], .embedding(width: width))
  return x.shape.rank == 3 ? matmul(x, table) : gather(table, x)
}
