import Graphs

/// `resnet`: the residual networks of Miyato et al., Spectral normalisation, arXiv 1802.05957, tables 3
/// and 4, for images whose sides are 4 to 7 pixels times a power of two, up to 128; with `attention`
/// those of Zhang et al., Self-attention, arXiv 1805.08318.
///
/// The generator doubles the sides in blocks of batch normalisation, nearest upsampling and two 3×3
/// convolutions; the discriminator's blocks have no normalisation and halve by mean pooling, then come
/// relu, the sum over all positions and one score. For images up to 32×32 all blocks are as wide and the
/// discriminator's last two do not halve; for larger ones filters double at each halving from
/// `width`, and the last one does not.
public struct ResNet: Architecture {
  public static let name = "resnet"

  /// Filters next to the image. nil: the paper's, 256 in a generator and 128 in a discriminator for
  /// images up to 32×32, 64 for larger ones.
  public var width: Int?
  /// Whether filters double at every halving. nil: for images larger than 32×32.
  public var doubling: Bool?
  /// nil: everywhere in a discriminator, nowhere in a generator.
  public var spectralNorm: Bool?
  /// Self-attention on the first map that has at most this many pixels a side; 0 for none.
  public var attention: Int
  /// Whether a discriminator sees the deviation among four samples, before its last block.
  public var minibatchDeviation: Bool

  public init(
    width: Int? = nil, doubling: Bool? = nil, spectralNorm: Bool? = nil, attention: Int = 0,
    minibatchDeviation: Bool = false
  ) {
    self.width = width
    self.doubling = doubling
    self.spectralNorm = spectralNorm
    self.attention = attention
    self.minibatchDeviation = minibatchDeviation
  }

  enum CodingKeys: String, CodingKey {
    case width, doubling, attention
    case spectralNorm = "spectral-norm"
    case minibatchDeviation = "minibatch-deviation"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = fields.contains(.width) ? try fields.count(.width, within: 1...4096) : nil
    doubling = try fields.decodeIfPresent(Bool.self, forKey: .doubling)
    spectralNorm = try fields.decodeIfPresent(Bool.self, forKey: .spectralNorm)
    attention = try fields.count(.attention, within: 0...64, default: 0)
    minibatchDeviation = try fields.flag(.minibatchDeviation, default: false)
  }

  public var initialization: Initialization { .glorot }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator(let sample) = role { return try generator(of: sample) }
    let image = Shape(Array(input.dimensions.dropFirst()))
    let spectralNorm = self.spectralNorm ?? (role == .discriminator)
    let blocks = ResidualBlocks(spectralNorm: spectralNorm)
    return try trunk(over: image, blocks) + [Activation(.relu), GlobalSumPool()]
      + ending(for: role, spectralNorm: spectralNorm)
  }

  private func isDoubling(_ image: Shape) -> Bool {
    doubling ?? (image.dimensions.prefix(2).max() ?? 0 > 32)
  }

  private func trunk(over image: Shape, _ blocks: ResidualBlocks) throws(GANError) -> [any Layer] {
    var steps = try evenPyramid(of: image)
    let doubles = isDoubling(image)
    if !doubles { steps.removeAll { $0.large.allSatisfy { $0 <= 8 } } }
    let width = self.width ?? (doubles ? 64 : 128)
    var layers: [any Layer] = []
    var place = Attention(limit: attention, in: blocks)
    var channels = image[-1]
    func block(to filters: Int, by factor: Extents? = nil) {
      layers.append(blocks.down(from: channels, to: filters, by: factor, isFirst: layers.isEmpty))
      channels = filters
    }
    for (level, step) in steps.enumerated() {
      block(to: doubles ? width << level : width, by: step.stride)
      layers += place.layers(after: step.small)
    }
    if minibatchDeviation {
      layers.append(MinibatchDeviation())
      channels += 1
    }
    for filters in doubles ? [width << steps.count] : [width, width] { block(to: filters) }
    return layers
  }

  private func generator(of image: Shape) throws(GANError) -> [any Layer] {
    let steps = try evenPyramid(of: image)
    let doubles = isDoubling(image)
    let width = self.width ?? (doubles ? 64 : 256)
    let smallest = steps.last?.small ?? []
    let blocks = ResidualBlocks(spectralNorm: spectralNorm ?? false)
    // The largest of the maps that are small enough, as from the image's side.
    var place = Attention(limit: attention, in: blocks)
    let attended = steps.map(\.small).first { !place.layers(after: $0).isEmpty }
    let channels = doubles ? width << steps.count : width
    var layers: [any Layer] = [
      Dense(units: Shape(smallest + [channels]).count, spectralNorm: blocks.spectralNorm),
      Reshaping(shape: smallest + [channels]),
    ]
    for (level, step) in steps.enumerated().reversed() {
      if step.small == attended { layers.append(SelfAttention(spectralNorm: blocks.spectralNorm)) }
      let filters = doubles ? width << level : width
      layers.append(blocks.up(to: filters, by: step.stride))
    }
    return layers + [
      BatchNormalization(), Activation(.relu),
      Convolutional(filters: image[-1], kernel: 3, spectralNorm: blocks.spectralNorm), Activation(.tanh),
    ]
  }
}

/// Where attention goes: once, on the first map that is small enough.
private struct Attention {
  let limit: Int
  let blocks: ResidualBlocks
  private var isPlaced = false

  init(limit: Int, in blocks: ResidualBlocks) {
    self.limit = limit
    self.blocks = blocks
  }

  mutating func layers(after size: [Int]) -> [any Layer] {
    guard !isPlaced, limit > 0, size.allSatisfy({ $0 <= limit }) else { return [] }
    isPlaced = true
    return [SelfAttention(spectralNorm: blocks.spectralNorm)]
  }
}

/// The blocks of Miyato et al., figure 8. A shortcut's 1×1 convolution stands on the smaller side of a
/// resampling, where it gives the same for a quarter of the work.
private struct ResidualBlocks {
  let spectralNorm: Bool

  private func convolution(_ filters: Int) -> any Layer {
    Convolutional(filters: filters, kernel: 3, spectralNorm: spectralNorm, gain: 2.0.squareRoot())
  }

  private func projection(_ filters: Int) -> any Layer {
    Convolutional(filters: filters, kernel: 1, spectralNorm: spectralNorm)
  }

  func up(to filters: Int, by factor: Extents) -> any Layer {
    Residual(
      [
        BatchNormalization(), Activation(.relu), Upsample(factor: factor), convolution(filters),
        BatchNormalization(), Activation(.relu), convolution(filters),
      ], shortcut: [projection(filters), Upsample(factor: factor)])
  }

  /// Halves by mean pooling, or keeps the size. The first block of a discriminator meets the image
  /// itself, so no relu before it.
  func down(from channels: Int, to filters: Int, by factor: Extents?, isFirst: Bool) -> any Layer {
    let pool: [any Layer] = factor.map { [AveragePool(size: $0)] } ?? []
    let start: [any Layer] = isFirst ? [] : [Activation(.relu)]
    let shortcut = factor == nil && channels == filters ? [] : pool + [projection(filters)]
    return Residual(
      start + [convolution(filters), Activation(.relu), convolution(filters)] + pool, shortcut: shortcut)
  }
}
