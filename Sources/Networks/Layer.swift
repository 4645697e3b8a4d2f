import Graphs

/// A step of a network as a value: its settings, written `{"dense": {"units": 128}}`.
///
/// To add one: a file in `Layers/` and its line in `AnyLayer.catalogue`.
public protocol Layer: Codable, Hashable, Sendable {
  /// Its key in JSON.
  static var name: String { get }

  /// Batch first, channels last: `[N, D]`, `[N, W, C]`, `[N, H, W, C]`.
  func callAsFunction(_ x: Node, in scope: Scope) -> Node

  /// Whether it takes away a constant added to its input, so that a bias before it is idle.
  var absorbsBias: Bool { get }
  /// Whether it only rearranges its input.
  var rearranges: Bool { get }
  /// Whether in training a sample's result depends on its batch-mates.
  var mixesSamples: Bool { get }
  /// The same layer without a bias, unless its settings ask for one.
  func omittingBias() -> Self
}

extension Layer {
  public var absorbsBias: Bool { false }
  public var rearranges: Bool { false }
  public var mixesSamples: Bool { false }
  public func omittingBias() -> Self { self }
}

/// Any layer of the catalogue: an object with one member, the layer's name, whose value is its
/// settings.
public struct AnyLayer: Codable, Hashable, Sendable {
  public let layer: any Layer

  public init(_ layer: any Layer) { self.layer = layer }

  public static let catalogue: [any Layer.Type] = [
    Dense.self, Convolutional.self, TransposedConvolutional.self, Upsample.self, Downsample.self,
    AveragePool.self, GlobalAveragePool.self, GlobalSumPool.self, BatchNormalization.self,
    LayerNormalization.self, InstanceNormalization.self, Dropout.self, GaussianNoise.self, Activation.self,
    Embedding.self, Reshaping.self, Flatten.self, Residual.self, Beside.self, SelfAttention.self,
    MinibatchDeviation.self, Basis.self, BasisPool.self, FourierFeatures.self, PhaseShuffle.self,
    Spectrogram.self, RecurrentLayer.self, TextConvolutions.self, Highway.self,
  ]

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: LayerName.self)
    let names = Self.catalogue.map { $0.name }
    guard let key = container.allKeys.first, container.allKeys.count == 1 else {
      throw GANError(
        field: "", expected: "an object with one key, the layer's name",
        got: "\(container.allKeys.count) keys")
    }
    guard let type = Self.catalogue.first(where: { $0.name == key.stringValue }) else {
      throw GANError.unknown(key.stringValue, among: names)
    }
    layer = try container.decode(type, forKey: key)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerName.self)
    try container.encode(layer, forKey: LayerName(stringValue: type(of: layer).name))
  }

  public static func == (a: Self, b: Self) -> Bool { AnyHashable(a.layer) == AnyHashable(b.layer) }
  public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(layer)) }
}

/// Any key.
private struct LayerName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// The greatest number of units, filters or classes.
let greatestWidth = 1 << 20

/// Builds layers one after the other, each in a scope named by its position.
func apply(_ layers: [any Layer], to x: Node, in scope: Scope, from first: Int = 0) -> Node {
  var x = x
  for (index, layer) in omittingIdleBiases(layers).enumerated() {
    x = scope.within(String(first + index)) { layer(x, in: $0) }
  }
  return x
}

/// No bias before a normalisation.
func omittingIdleBiases(_ layers: [any Layer]) -> [any Layer] {
  layers.enumerated().map { index, layer in
    let next = layers[(index + 1)...].first { !$0.rearranges }
    return next?.absorbsBias == true ? layer.omittingBias() : layer
  }
}
