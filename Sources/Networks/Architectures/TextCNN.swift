import Graphs

/// `text-cnn`: the discriminator of SeqGAN (Yu et al., arXiv 1609.05473, section 3.3 and the authors' code):
/// convolutions of many widths over the tokens' vectors, the greatest value of each filter, a highway layer,
/// dropout.
public struct TextCNN: Architecture {
  public static let name = "text-cnn"

  public var kernels: [Int]
  /// Filters of each width.
  public var filters: [Int]
  public var dropout: Double

  /// The authors' sizes for 20 tokens.
  public init(
    kernels: [Int] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20],
    filters: [Int] = [100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160], dropout: Double = 0.25
  ) {
    self.kernels = kernels
    self.filters = filters
    self.dropout = dropout
  }

  enum CodingKeys: String, CodingKey { case kernels, filters, dropout }

  public init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    kernels = try fields.decodeIfPresent([Int].self, forKey: .kernels) ?? kernels
    filters = try fields.decodeIfPresent([Int].self, forKey: .filters) ?? filters
    dropout = try fields.number(.dropout, within: 0...0.99, default: 0.25)
    try TextConvolutions(kernels: kernels, filters: filters).validate()
  }

  public var initialization: Initialization { .fanIn }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator = role {
      throw GANError(field: "architecture", expected: "one that generates", got: Self.name)
    }
    guard input.rank == 3 else {
      throw GANError(field: "architecture", expected: "sequences [N, T, D] as input", got: "\(input)")
    }
    // Widths beyond the sequence see nothing more than the whole of it.
    let fitting = kernels.indices.filter { kernels[$0] <= input[1] || $0 == kernels.startIndex }
    var layers: [any Layer] = [
      TextConvolutions(kernels: fitting.map { kernels[$0] }, filters: fitting.map { filters[$0] }), Highway(),
    ]
    if dropout > 0 { layers.append(Dropout(probability: dropout)) }
    return layers + ending(for: role, spectralNorm: false)
  }
}
