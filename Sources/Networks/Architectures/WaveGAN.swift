import Graphs

/// `wavegan`: Donahue et al., arXiv 1802.04208, appendix D, tables 3 and 4, for sequences `[T, C]` of 2 to
/// 65,536 positions.
///
/// The discriminator shortens a sequence to 16 to 31 positions by convolutions of stride 4 (2 where 4 would
/// go below 16), doubling its filters from `width`, with phase shuffle between them; the generator goes the
/// same way back. For 16,384 positions and width 64 these are the paper's networks; for 4,096 they have one
/// layer less. Sequences of fewer than 32 positions are halved once.
public struct WaveGAN: Architecture {
  public static let name = "wavegan"

  /// Filters next to the sequence, the paper's d.
  public var width: Int
  /// Taps of every convolution.
  public var kernel: Int
  /// Greatest move of the discriminator's phase shuffle, 0 for none.
  public var phaseShuffle: Int
  public var normalization: Normalization
  public var spectralNorm: Bool
  /// What a generator ends in: nil: tanh, for values of −1…1; linear for others.
  public var output: Activation?

  public init(
    width: Int = 64, kernel: Int = 25, phaseShuffle: Int = 2, normalization: Normalization = .none,
    spectralNorm: Bool = false, output: Activation? = nil
  ) {
    self.width = width
    self.kernel = kernel
    self.phaseShuffle = phaseShuffle
    self.normalization = normalization
    self.spectralNorm = spectralNorm
    self.output = output
  }

  enum CodingKeys: String, CodingKey {
    case width, kernel, normalization, output
    case phaseShuffle = "phase-shuffle"
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...4096, default: 64)
    kernel = try fields.count(.kernel, within: 1...255, default: 25)
    phaseShuffle = try fields.count(.phaseShuffle, within: 0...1024, default: 2)
    normalization = try fields.choice(.normalization, default: .none)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
    output = try fields.decodeIfPresent(Activation.self, forKey: .output)
  }

  /// As the authors' code, whose layers keep TensorFlow's defaults.
  public var initialization: Initialization { .glorot }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    if case .generator(let sample) = role { return try generator(of: sample) }
    let sequence = Shape(Array(input.dimensions.dropFirst()))
    return try trunk(over: sequence) + ending(for: role, spectralNorm: spectralNorm)
  }

  private func trunk(over sequence: Shape) throws(GANError) -> [any Layer] {
    var layers: [any Layer] = []
    let steps = try shortenings(of: sequence)
    for (level, step) in steps.enumerated() {
      layers.append(
        Convolutional(
          filters: width << level, kernel: Extents([kernel]), stride: Extents([step.stride]),
          spectralNorm: spectralNorm))
      if level > 0 { layers += normalization.layers }
      layers.append(Activation(.leakyReLU))
      if phaseShuffle > 0, level < steps.count - 1 { layers.append(PhaseShuffle(radius: phaseShuffle)) }
    }
    return layers + [Flatten()]
  }

  private func generator(of sequence: Shape) throws(GANError) -> [any Layer] {
    let steps = try shortenings(of: sequence)
    let smallest = [steps.last?.short ?? 1, width << (steps.count - 1)]
    var layers: [any Layer] = [
      Dense(units: Shape(smallest).count, bias: normalization == .none, spectralNorm: spectralNorm),
      Reshaping(shape: smallest),
    ]
    for (level, step) in steps.enumerated().reversed() {
      layers += normalization.layers
      layers.append(Activation(.relu))
      layers.append(
        TransposedConvolutional(
          filters: level == 0 ? sequence[-1] : width << (level - 1), kernel: Extents([kernel]),
          stride: Extents([step.stride]), size: Extents([step.long]), spectralNorm: spectralNorm))
    }
    return layers + [output ?? Activation(.tanh)]
  }
}

/// The shortenings of `[T, C]`, longest first.
func shortenings(of sequence: Shape) throws(GANError) -> [(long: Int, short: Int, stride: Int)] {
  guard sequence.rank == 2, (2...65_536).contains(sequence[0]), sequence[1] >= 1 else {
    throw GANError(
      field: "sample", expected: "a sequence [T, C] of 2 to 65536 positions", got: sequence)
  }
  var steps: [(long: Int, short: Int, stride: Int)] = []
  var length = sequence[0]
  repeat {
    let stride = length >= 64 ? 4 : 2
    let short = (length + stride - 1) / stride
    steps.append((length, short, stride))
    length = short
  } while length >= 32
  return steps
}
