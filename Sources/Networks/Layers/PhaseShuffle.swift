import Graphs

/// In training, moves each sample by −radius … radius positions, drawn evenly, and mirrors what is missing at
/// the border, so that a discriminator cannot go by the phase of a generator's artefacts: `[N, T, C]`, the
/// same out. Donahue et al., arXiv 1802.04208, section 3.3.
///
/// The authors' code draws one move for a whole batch. Here every sample has its own, so that its score does
/// not depend on its batch-mates.
public struct PhaseShuffle: Layer {
  public static let name = "phase-shuffle"

  public var radius: Int

  public init(radius: Int = 2) { self.radius = radius }

  enum CodingKeys: String, CodingKey { case radius }

  public init(from decoder: any Decoder) throws {
    radius = try decoder.container(keyedBy: CodingKeys.self).count(.radius, within: 0...1024, default: 2)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard x.shape.rank == 3 else {
      x.graph.fail(GANError(field: Self.name, expected: "sequences [N, T, C]", got: x.shape))
      return x
    }
    let (batch, length) = (x.shape[0], x.shape[1])
    let reach = min(radius, length - 1)
    guard scope.training, reach > 0 else { return x }
    // Whole numbers beyond this are not exact in f32.
    guard batch * length <= 1 << 24 else {
      x.graph.fail(
        GANError(field: Self.name, expected: "at most \(1 << 24) positions in a batch", got: x.shape))
      return x
    }
    let moves = 2 * reach + 1
    let even = Node.constant(1 / Double(moves), [batch, moves], in: x.graph)
    let move = randomCategorical(even).reshaped(to: [batch, 1]) - Double(reach)
    let place = abs(iota([batch, length], axis: 1, in: x.graph) + move)
    let mirrored = Double(length - 1) - abs(Double(length - 1) - place)
    let first = Double(length) * iota([batch, 1], axis: 0, in: x.graph)
    return gather(x.reshaped(to: [batch * length, x.shape[2]]), first + mirrored)
  }
}
