import Graphs

/// `recurrent`: LSTM or GRU layers. Makes series `[T, C]` from latents (Esteban et al., arXiv 1706.02633:
/// every step has noise of its own, here drawn from the latent by a linear layer), and texts word by word;
/// judges and classifies sequences by the mean of all steps' outputs, where it may run both ways.
public struct Recurrent: Architecture {
  public static let name = "recurrent"

  public var cell: RecurrentCell.Kind
  /// Units of a layer.
  public var width: Int
  public var depth: Int
  /// Of a discriminator or classifier.
  public var bidirectional: Bool
  /// Of a generator of series: values that a step gets from the latent.
  public var noise: Int
  /// Of a generator of texts: width of a word's vector.
  public var embedding: Int

  public init(
    cell: RecurrentCell.Kind = .lstm, width: Int = 64, depth: Int = 1, bidirectional: Bool = false,
    noise: Int = 8, embedding: Int = 32
  ) {
    self.cell = cell
    self.width = width
    self.depth = depth
    self.bidirectional = bidirectional
    self.noise = noise
    self.embedding = embedding
  }

  enum CodingKeys: String, CodingKey { case cell, width, depth, bidirectional, noise, embedding }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    cell = try fields.choice(.cell, default: .lstm)
    width = try fields.count(.width, within: 1...16384, default: 64)
    depth = try fields.count(.depth, within: 1...16, default: 1)
    bidirectional = try fields.flag(.bidirectional, default: false)
    noise = try fields.count(.noise, within: 1...4096, default: 8)
    embedding = try fields.count(.embedding, within: 1...16384, default: 32)
  }

  public var initialization: Initialization { .fanIn }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator(let sample) = role {
      guard sample.rank == 2 else {
        throw GANError(field: "architecture", expected: "series [T, C] to generate", got: "\(sample)")
      }
      let noise: [any Layer] = [
        Dense(units: sample[0] * self.noise), Reshaping(shape: [sample[0], self.noise]),
      ]
      return noise + cells(bothWays: false) + [Dense(units: sample[1])]
    }
    guard input.rank == 3 else {
      throw GANError(field: "architecture", expected: "sequences [N, T, D] as input", got: "\(input)")
    }
    return cells(bothWays: bidirectional) + [GlobalAveragePool()] + ending(for: role, spectralNorm: false)
  }

  private func cells(bothWays: Bool) -> [any Layer] {
    (0..<depth).map { _ in RecurrentLayer(cell, units: width, bidirectional: bothWays) }
  }
}
