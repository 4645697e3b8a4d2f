import Graphs

/// `ctgan`: Xu et al., arXiv 1907.00503, section 4.4. A generator's hidden layers are normalised over the batch
/// and keep their input beside their output; a discriminator's drop half of theirs. Takes and makes vectors.
public struct CTGAN: Architecture {
  public static let name = "ctgan"

  public var width: Int
  public var depth: Int
  /// Of a discriminator.
  public var dropout: Double

  public init(width: Int = 256, depth: Int = 2, dropout: Double = 0.5) {
    self.width = width
    self.depth = depth
    self.dropout = dropout
  }

  enum CodingKeys: String, CodingKey { case width, depth, dropout }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...65536, default: 256)
    depth = try fields.count(.depth, within: 0...100, default: 2)
    dropout = try fields.number(.dropout, within: 0...0.99, default: 0.5)
  }

  public var initialization: Initialization { .fanIn }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    var layers: [any Layer] = input.rank > 2 ? [Flatten()] : []
    for _ in 0..<depth {
      if case .generator = role {
        layers.append(Beside([Dense(units: width), BatchNormalization(), Activation(.relu)]))
      } else {
        layers += [Dense(units: width), Activation(.leakyReLU), Dropout(probability: dropout)]
      }
    }
    return layers + ending(for: role, spectralNorm: false)
  }
}
