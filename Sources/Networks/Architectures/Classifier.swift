import Graphs

/// `classifier`, a plain convolutional network: at every halving of the image a 3×3 convolution of
/// stride 1 and one of stride 2, filters doubling from `width`, then one hidden layer, whose `features`
/// values also serve as the space that metrics compare samples in. Vectors get the hidden layer twice.
public struct Classifier: Architecture {
  public static let name = "classifier"

  public var width: Int
  /// Units of the hidden layer.
  public var features: Int
  /// Before the last layer.
  public var dropout: Double

  public init(width: Int = 32, features: Int = 128, dropout: Double = 0) {
    self.width = width
    self.features = features
    self.dropout = dropout
  }

  enum CodingKeys: String, CodingKey { case width, features, dropout }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...4096, default: 32)
    features = try fields.count(.features, within: 1...65536, default: 128)
    dropout = try fields.number(.dropout, within: 0...0.99, default: 0)
  }

  public var initialization: Initialization { .fanIn }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator = role {
      throw GANError(field: "architecture", expected: "one that generates", got: "classifier")
    }
    let image = Shape(Array(input.dimensions.dropFirst()))
    var layers: [any Layer] = []
    if image.rank > 1 {
      for (level, step) in try pyramid(of: image).enumerated() {
        layers += block(filters: width << level, stride: 1)
        layers += block(filters: width << level, stride: step.stride)
      }
      layers.append(Flatten())
    } else {
      layers += [Dense(units: features), Activation(.relu)]
    }
    layers += [Dense(units: features), BatchNormalization(), Activation(.relu)]
    if dropout > 0 { layers.append(Dropout(probability: dropout)) }
    return layers + ending(for: role, spectralNorm: false)
  }

  private func block(filters: Int, stride: Extents) -> [any Layer] {
    [
      Convolutional(filters: filters, kernel: 3, stride: stride), BatchNormalization(),
      Activation(.relu),
    ]
  }
}
