import Graphs

/// `r3gan`: the networks of Huang et al., The GAN is dead; long live the GAN, arXiv 2501.05441, section 3,
/// as in the authors' code, for images whose sides are 4 to 7 pixels times a power of two, up to 128.
///
/// A stage for each size of the map, from the image's to 4 to 7 pixels a side; between stages bilinear
/// resampling by [1, 2, 1]. A block adds to its input: 1×1 to `expansion` times the width → leaky-relu →
/// grouped 3×3 → leaky-relu → 1×1, which begins at zero. No normalisation, and no tanh at the end; weights
/// begin at He's variance, those of L blocks in all scaled by L^−¼.
public struct R3GAN: Architecture {
  public static let name = "r3gan"

  /// Filters next to the image, doubling at every halving up to `widest`.
  public var width: Int
  public var widest: Int
  /// In each stage.
  public var blocks: Int
  public var expansion: Int
  /// Channels of a group of the 3×3 convolutions; a block with fewer is one group.
  public var group: Int

  public init(width: Int = 64, widest: Int = 256, blocks: Int = 2, expansion: Int = 2, group: Int = 16) {
    self.width = width
    self.widest = widest
    self.blocks = blocks
    self.expansion = expansion
    self.group = group
  }

  enum CodingKeys: String, CodingKey { case width, widest, blocks, expansion, group }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...4096, default: 64)
    widest = try fields.count(.widest, within: 1...4096, default: Swift.max(256, width))
    blocks = try fields.count(.blocks, within: 1...100, default: 2)
    expansion = try fields.count(.expansion, within: 1...64, default: 2)
    group = try fields.count(.group, within: 1...4096, default: 16)
    if widest < width { throw GANError(field: "widest", expected: "at least width, \(width)", got: widest) }
  }

  public var initialization: Initialization { .he }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator(let sample) = role { return try generator(of: sample) }
    let image = Shape(Array(input.dimensions.dropFirst()))
    let output =
      switch role {
      case .classifier(let count), .encoder(let count), .autoencoder(_, let count): count
      case .discriminator, .generator, .language: 1
      }
    return try trunk(over: image) + [BasisPool(), Dense(units: output, bias: false)]
  }

  private func filters(_ level: Int) -> Int { Swift.min(width << level, widest) }

  private func trunk(over image: Shape) throws(GANError) -> [any Layer] {
    let steps = try evenPyramid(of: image)
    var layers: [any Layer] = [resized(to: filters(0))]
    for (level, step) in steps.enumerated() {
      layers += try stage(filters(level), of: steps.count + 1) + [Downsample(factor: step.stride)]
      if filters(level) != filters(level + 1) { layers.append(resized(to: filters(level + 1))) }
    }
    return try layers + stage(filters(steps.count), of: steps.count + 1)
  }

  private func generator(of image: Shape) throws(GANError) -> [any Layer] {
    let steps = try evenPyramid(of: image)
    let deepest = filters(steps.count)
    var layers: [any Layer] = [
      Dense(units: deepest, bias: false), Basis(size: steps.last?.small ?? []),
    ]
    layers += try stage(deepest, of: steps.count + 1)
    for (level, step) in steps.enumerated().reversed() {
      if filters(level) != filters(level + 1) { layers.append(resized(to: filters(level))) }
      layers.append(Upsample(factor: step.stride, method: .binomial))
      layers += try stage(filters(level), of: steps.count + 1)
    }
    return layers + [resized(to: image[-1])]
  }

  private func resized(to filters: Int) -> any Layer {
    Convolutional(filters: filters, kernel: 1, bias: false)
  }

  private func stage(_ filters: Int, of stages: Int) throws(GANError) -> [any Layer] {
    let wide = filters * expansion
    guard wide <= group || wide % group == 0 else {
      throw GANError(
        field: "width", expected: "widths of which \(expansion) times is a multiple of group, \(group)",
        got: filters)
    }
    let activation = Activation(.leakyReLU)
    // √2 / √(1 + slope²) keeps the variance through the activation.
    let kept = (2 / (1 + activation.slope * activation.slope)).squareRoot()
    let gain = kept / Double(blocks * stages).squareRoot().squareRoot()
    let block = Residual([
      Convolutional(filters: wide, kernel: 1, gain: gain), activation,
      Convolutional(filters: wide, kernel: 3, groups: max(1, wide / group), gain: gain), activation,
      Convolutional(filters: filters, kernel: 1, bias: false, gain: 0),
    ])
    return Array(repeating: block, count: blocks)
  }
}
