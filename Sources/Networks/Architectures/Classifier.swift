import Graphs

/// `classifier`, a plain convolutional network: at every halving of the image a 3×3 convolution of
/// stride 1 and one of stride 2, filters doubling from `width`, then one hidden layer, whose `features`
/// values also serve as the space that metrics compare samples in. Vectors get the hidden layer twice.
/// Sequences `[T, C]` are shortened by WaveGAN's strides with kernels of 9, or seen as the image of their
/// spectrogram, about 64 stretches of 64 bands.
public struct Classifier: Architecture {
  public static let name = "classifier"

  public var width: Int
  /// Units of the hidden layer.
  public var features: Int
  /// Before the last layer.
  public var dropout: Double

  /// Whether sequences are seen as spectrograms.
  public var spectrogram: Bool

  public init(width: Int = 32, features: Int = 128, dropout: Double = 0, spectrogram: Bool = false) {
    self.spectrogram = spectrogram
    self.width = width
    self.features = features
    self.dropout = dropout
  }

  enum CodingKeys: String, CodingKey { case width, features, dropout, spectrogram }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...4096, default: 32)
    features = try fields.count(.features, within: 1...65536, default: 128)
    dropout = try fields.number(.dropout, within: 0...0.99, default: 0)
    spectrogram = try fields.flag(.spectrogram, default: false)
  }

  public var initialization: Initialization { .fanIn }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator = role {
      throw GANError(field: "architecture", expected: "one that generates", got: "classifier")
    }
    let image = Shape(Array(input.dimensions.dropFirst()))
    var layers: [any Layer] = []
    if image.rank == 2, !spectrogram {
      for (level, step) in try shortenings(of: image).enumerated() {
        layers += block(filters: width << level, kernel: 9, stride: Extents([step.stride]))
      }
      layers.append(Flatten())
    } else if image.rank > 1 {
      let (image, first) = image.rank == 2 ? try heard(image) : (image, [])
      layers += first
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

  /// The image that a spectrogram of a sequence is, and the layer that makes it.
  private func heard(_ sequence: Shape) throws(GANError) -> (image: Shape, [any Layer]) {
    guard (64...65_536).contains(sequence[0]) else {
      throw GANError(field: "sample", expected: "64 to 65536 positions for a spectrogram", got: sequence)
    }
    func hop(_ frames: Int) -> Int { (sequence[0] + frames - 1) / frames }
    let hop = hop(64) <= 256 ? hop(64) : hop(128)
    let layer = Spectrogram(window: hop * max(1, min(4, 1024 / hop)), hop: hop, bands: 64)
    return ([(sequence[0] + hop - 1) / hop, 64, sequence[1]], [layer])
  }

  private func block(filters: Int, kernel: Extents = 3, stride: Extents) -> [any Layer] {
    [
      Convolutional(filters: filters, kernel: kernel, stride: stride), BatchNormalization(),
      Activation(.relu),
    ]
  }
}
