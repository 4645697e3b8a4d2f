import Graphs

/// What a network has beside the layers of its architecture.
public struct Attachments: Hashable, Sendable {
  /// How it takes its samples' classes in; nil: not at all.
  public var classes: ClassUse?
  /// More outputs from the features of a discriminator.
  public var heads: [Head] = []
  /// Of a discriminator of pairs.
  public var partner: Partner?
  /// Of a network that sees texts: its layers see vectors of the tokens.
  public var tokens: TokenVectors?

  public init(
    classes: ClassUse? = nil, heads: [Head] = [], partner: Partner? = nil, tokens: TokenVectors? = nil
  ) {
    self.classes = classes
    self.heads = heads
    self.partner = partner
    self.tokens = tokens
  }
}

/// A learned vector for each token: `[N, T]`, or distributions `[N, T, V]`, → `[N, T, width]`.
public struct TokenVectors: Hashable, Sendable {
  public let vocabulary: Int
  public let width: Int

  public init(vocabulary: Int, width: Int) {
    self.vocabulary = vocabulary
    self.width = width
  }
}

/// How classes enter a network, as weights `[N, K]`: one-hot in training, any mixture afterwards.
public enum ClassUse: Hashable, Sendable {
  /// A learned vector of `width` values beside a vector's, a learned plane beside an image's channels:
  /// Mirza & Osindero, arXiv 1411.1784, section 3.2.
  case joined(classes: Int, width: Int)
  /// The score grows by the inner product of a learned vector and the features: Miyato & Koyama, arXiv
  /// 1802.05637, eq. 3.
  case projected(classes: Int)
  /// Every normalisation has a scale and a shift for each class: Dumoulin et al., arXiv 1610.07629,
  /// section 2.2.
  case normalizing(classes: Int)

  var count: Int {
    switch self {
    case .joined(let classes, _), .projected(let classes), .normalizing(let classes): classes
    }
  }
}

/// An output `[N, units]` by name, from a discriminator's features: linear, or with a hidden layer of
/// its own between.
public struct Head: Hashable, Sendable {
  public let name: String
  public let units: Int
  /// Units of the hidden layer, 0 for none.
  public let hidden: Int

  public init(_ name: String, units: Int, hidden: Int = 0) {
    self.name = name
    self.units = units
    self.hidden = hidden
  }
}

/// A vector `[N, width]` that belongs to each sample. Dumoulin et al., arXiv 1606.00704: both
/// halves of a pair have layers of their own, as wide as each other, so that thousands of features do
/// not outweigh some tens of values; then one of the pair, which the score is made from.
public struct Partner: Hashable, Sendable {
  public let width: Int
  public let hidden: Int

  public init(width: Int, hidden: Int) {
    self.width = width
    self.hidden = hidden
  }
}

/// `x` with what is learnt of its classes beside its channels: with vectors longer than those of `embedding`, the
/// generator learns one sample a class.
func joined(_ x: Node, _ weights: Node, width: Int, in scope: Scope) -> Node {
  let positions = Array(x.shape.dimensions.dropFirst().dropLast())
  let row = positions.isEmpty ? [width] : positions + [1]
  let shape: Shape = [weights.shape[-1], Shape(row).count]
  let table = scope.parameter(
    "weight", shape, positions.isEmpty ? .embedding(width: width) : .normal(mean: 0, deviation: 1))
  let plane = matmul(weights, table).reshaped(to: Shape([x.shape[0]] + row))
  return concatenate([x, plane], axis: x.shape.rank - 1)
}

extension Partner {
  /// `[N, hidden]` of a discriminator's features `[N, F]` and vectors `[N, width]`.
  ///
  /// - Parameter spectralNorm: as the score's layer has it.
  func callAsFunction(_ features: Node, _ vector: Node, spectralNorm: Bool, in scope: Scope) -> Node {
    let layers: [any Layer] = [Dense(units: hidden, spectralNorm: spectralNorm), Activation(.leakyReLU)]
    let sample = scope.within("sample") { apply(layers, to: features, in: $0) }
    let partner = scope.within("partner") { apply(layers + layers, to: vector, in: $0) }
    let both = concatenate([sample, partner], axis: 1)
    return scope.within("both") { apply(layers, to: both, in: $0) }
  }
}

extension Head {
  /// - Parameter spectralNorm: as the score's layer has it.
  func callAsFunction(_ features: Node, spectralNorm: Bool, in scope: Scope) -> Node {
    var layers: [any Layer] = [Dense(units: units, spectralNorm: spectralNorm)]
    if hidden > 0 {
      layers = [Dense(units: hidden, spectralNorm: spectralNorm), Activation(.leakyReLU)] + layers
    }
    return apply(layers, to: features, in: scope)
  }
}
