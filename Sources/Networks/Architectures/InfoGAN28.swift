import Graphs

/// `infogan`: the networks that Chen et al., InfoGAN, arXiv 1606.03657, appendix C.1, trained on MNIST (also
/// those of Lucic et al., Are GANs created equal?, arXiv 1711.10337), for images of 8 to 128 pixels a side.
///
/// The discriminator halves the image twice by 4×4 convolutions of `width` and twice as many filters, and
/// ends in one hidden layer; the generator goes the same way back.
public struct InfoGAN28: Architecture {
  public static let name = "infogan"

  /// Filters next to the image.
  public var width: Int
  /// Units of the hidden layer.
  public var hidden: Int
  public var spectralNorm: Bool

  public init(width: Int = 64, hidden: Int = 1024, spectralNorm: Bool = false) {
    self.width = width
    self.hidden = hidden
    self.spectralNorm = spectralNorm
  }

  enum CodingKeys: String, CodingKey {
    case width, hidden
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...4096, default: 64)
    hidden = try fields.count(.hidden, within: 1...65536, default: 1024)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
  }

  public var initialization: Initialization { .dcgan }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator(let sample) = role { return try generator(of: sample) }
    _ = try pyramid(of: Shape(Array(input.dimensions.dropFirst())))
    let activation = Activation(.leakyReLU, slope: 0.1)
    let layers: [any Layer] = [
      Convolutional(filters: width, kernel: 4, stride: 2, spectralNorm: spectralNorm), activation,
      Convolutional(filters: 2 * width, kernel: 4, stride: 2, spectralNorm: spectralNorm),
      BatchNormalization(), activation, Flatten(),
      Dense(units: hidden, spectralNorm: spectralNorm), BatchNormalization(), activation,
    ]
    return layers + ending(for: role, spectralNorm: spectralNorm)
  }

  private func generator(of image: Shape) throws(GANError) -> [any Layer] {
    _ = try pyramid(of: image)
    let large = Array(image.dimensions.prefix(2))
    let middle = large.map { ($0 + 1) / 2 }
    let small = middle.map { ($0 + 1) / 2 }
    let seed = small + [2 * width]
    return [
      Dense(units: hidden, spectralNorm: spectralNorm), BatchNormalization(), Activation(.relu),
      Dense(units: Shape(seed).count, spectralNorm: spectralNorm), BatchNormalization(), Activation(.relu),
      Reshaping(shape: seed),
      TransposedConvolutional(
        filters: width, kernel: 4, stride: 2, size: Extents(middle), spectralNorm: spectralNorm),
      BatchNormalization(), Activation(.relu),
      TransposedConvolutional(
        filters: image[-1], kernel: 4, stride: 2, size: Extents(large), spectralNorm: spectralNorm),
      Activation(.tanh),
    ]
  }
}
