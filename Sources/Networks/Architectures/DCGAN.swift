import Graphs

/// Radford et al., arXiv 1511.06434, for images `[H, W, C]` of 8 to 128 pixels a side, square or not.
///
/// The discriminator halves each side (rounding up) by 4×4 convolutions of stride 2 until it is 4 to 7
/// pixels, doubling its filters from `width`; a side that is there already waits for the other with
/// kernel 3 and stride 1. The generator goes the same way back. Between 64×64 and 4×4 these are the
/// paper's networks; for 28×28: 64 and 128 filters, 7×7.
public struct DCGAN: Architecture {
  public static let name = "dcgan"

  /// Filters next to the image.
  public var width: Int
  public var normalization: Normalization
  /// nil: relu in a generator, leaky-relu elsewhere.
  public var activation: Activation?
  public var spectralNorm: Bool
  /// Whether a discriminator sees the deviation among four samples, before its last layer.
  public var minibatchDeviation: Bool

  public init(
    width: Int = 64, normalization: Normalization = .batch, activation: Activation? = nil,
    spectralNorm: Bool = false, minibatchDeviation: Bool = false
  ) {
    self.width = width
    self.normalization = normalization
    self.activation = activation
    self.spectralNorm = spectralNorm
    self.minibatchDeviation = minibatchDeviation
  }

  enum CodingKeys: String, CodingKey {
    case width, normalization, activation
    case spectralNorm = "spectral-norm"
    case minibatchDeviation = "minibatch-deviation"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...4096, default: 64)
    normalization = try fields.choice(.normalization, default: .batch)
    activation = try fields.decodeIfPresent(Activation.self, forKey: .activation)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
    minibatchDeviation = try fields.flag(.minibatchDeviation, default: false)
  }

  public var initialization: Initialization { .dcgan }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator(let sample) = role { return try generator(of: sample) }
    let image = Shape(Array(input.dimensions.dropFirst()))
    return try trunk(over: image) + ending(for: role, spectralNorm: spectralNorm)
  }

  private func trunk(over image: Shape) throws(GANError) -> [any Layer] {
    let activation = self.activation ?? Activation(.leakyReLU)
    var layers: [any Layer] = []
    for (level, step) in try pyramid(of: image).enumerated() {
      layers.append(
        Convolutional(
          filters: width << level, kernel: step.kernel, stride: step.stride,
          spectralNorm: spectralNorm))
      // The layer next to the image has none (section 3).
      if level > 0 { layers += normalization.layers }
      layers.append(activation)
    }
    if minibatchDeviation { layers.append(MinibatchDeviation()) }
    return layers + [Flatten()]
  }

  private func generator(of image: Shape) throws(GANError) -> [any Layer] {
    let activation = self.activation ?? Activation(.relu)
    let steps = try pyramid(of: image)
    let smallest = steps.last?.small ?? []
    let deepest = width << (steps.count - 1)
    // As a transposed convolution of 1×1 would: statistics per channel, no bias before them.
    var layers: [any Layer] = [
      Dense(
        units: Shape(smallest + [deepest]).count, bias: normalization == .none,
        spectralNorm: spectralNorm),
      Reshaping(shape: smallest + [deepest]),
    ]
    for (level, step) in steps.enumerated().reversed() {
      layers += normalization.layers
      layers.append(activation)
      layers.append(
        TransposedConvolutional(
          filters: level == 0 ? image[-1] : width << (level - 1), kernel: step.kernel,
          stride: step.stride, size: Extents(step.large), spectralNorm: spectralNorm))
    }
    return layers + [Activation(.tanh)]
  }
}
