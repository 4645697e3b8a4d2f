import Graphs

/// `mlp`: `depth` hidden layers of `width`, each with its normalisation and activation, then a linear
/// one. Takes and makes vectors, and images flattened.
public struct Perceptron: Architecture {
  public static let name = "mlp"

  public var width: Int
  public var depth: Int
  /// nil: relu in a generator, leaky-relu elsewhere.
  public var activation: Activation?
  public var normalization: Normalization
  public var spectralNorm: Bool

  public init(
    width: Int = 128, depth: Int = 3, activation: Activation? = nil,
    normalization: Normalization = .none, spectralNorm: Bool = false
  ) {
    self.width = width
    self.depth = depth
    self.activation = activation
    self.normalization = normalization
    self.spectralNorm = spectralNorm
  }

  enum CodingKeys: String, CodingKey {
    case width, depth, activation, normalization
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.count(.width, within: 1...65536, default: 128)
    depth = try fields.count(.depth, within: 0...100, default: 3)
    activation = try fields.decodeIfPresent(Activation.self, forKey: .activation)
    normalization = try fields.choice(.normalization, default: .none)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
    if normalization == .instance {
      throw GANError(field: "normalization", expected: "none, batch or layer in an mlp", got: "instance")
    }
  }

  public var initialization: Initialization { .fanIn }

  public func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] {
    var layers: [any Layer] = input.rank > 2 ? [Flatten()] : []
    for _ in 0..<depth {
      layers.append(Dense(units: width, spectralNorm: spectralNorm))
      layers += normalization.layers
      layers.append(activation ?? defaultActivation(for: role))
    }
    return layers + ending(for: role, spectralNorm: spectralNorm)
  }
}

/// A generator's usual activation is relu, a discriminator's leaky-relu 0.2 (DCGAN, section 3).
func defaultActivation(for role: Role) -> Activation {
  if case .generator = role { Activation(.relu) } else { Activation(.leakyReLU) }
}

/// The layers from features `[N, F]` to a role's output.
func ending(for role: Role, spectralNorm: Bool) -> [any Layer] {
  switch role {
  case .generator(let sample):
    let output = Dense(units: sample.count, spectralNorm: spectralNorm)
    guard sample.rank > 1 else { return [output] }
    return [output, Reshaping(shape: sample.dimensions), Activation(.tanh)]
  case .language: return []
  case .discriminator: return [Dense(units: 1, spectralNorm: spectralNorm)]
  case .classifier(let classes): return [Dense(units: classes, spectralNorm: spectralNorm)]
  case .encoder(let latent), .autoencoder(_, let latent):
    return [Dense(units: latent, spectralNorm: spectralNorm)]
  }
}
