import Graphs

/// A rule that makes layers fitting a role and a size.
///
/// To add one: a file in `Architectures/` and its line in `AnyArchitecture.catalogue`.
public protocol Architecture: Codable, Hashable, Sendable {
  static var name: String { get }

  /// How its parameters begin, unless the network says otherwise.
  var initialization: Initialization { get }

  /// The layers for an input of that shape, batch first; for a discriminator and a classifier the
  /// last one makes the score or the logits from the features.
  func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer]
}

/// Any architecture of the catalogue.
struct AnyArchitecture: Hashable, Sendable {
  let value: any Architecture

  static let catalogue: [any Architecture.Type] = [
    Perceptron.self, DCGAN.self, ResNet.self, R3GAN.self, InfoGAN28.self, WaveGAN.self, CTGAN.self,
    Classifier.self, Recurrent.self, TextCNN.self, LayerList.self,
  ]

  init(_ value: any Architecture) { self.value = value }

  init(_ name: String, from decoder: any Decoder) throws {
    guard let type = Self.catalogue.first(where: { $0.name == name }) else {
      let known = Self.catalogue.map { $0.name }.filter { $0 != LayerList.name }
      throw GANError.unknown(name, among: known, field: "architecture")
    }
    value = try type.init(from: decoder)
  }

  static func == (a: Self, b: Self) -> Bool { AnyHashable(a.value) == AnyHashable(b.value) }
  func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(value)) }
}

/// The layers as they are listed, whatever the role.
struct LayerList: Architecture {
  static let name = "layers"

  var layers: [AnyLayer]
  var initialization: Initialization { .fanIn }

  init(_ layers: [any Layer]) { self.layers = layers.map(AnyLayer.init) }

  enum CodingKeys: String, CodingKey { case layers }

  init(from decoder: any Decoder) throws {
    layers = try decoder.container(keyedBy: CodingKeys.self).decode([AnyLayer].self, forKey: .layers)
    guard (1...1000).contains(layers.count) else {
      throw GANError(field: "layers", expected: "1 to 1000 layers", got: layers.count)
    }
  }

  func layers(for role: Role, input: Shape) throws(GANError) -> [any Layer] { layers.map(\.layer) }
}
