import Graphs

/// layers(x) + shortcut(x); an empty shortcut is x itself. Both must give the same shape.
/// He et al., arXiv 1512.03385, eq. 1 and 2.
public struct Residual: Layer {
  public static let name = "residual"

  public var layers: [AnyLayer]
  public var shortcut: [AnyLayer]

  public init(_ layers: [any Layer], shortcut: [any Layer] = []) {
    self.layers = layers.map(AnyLayer.init)
    self.shortcut = shortcut.map(AnyLayer.init)
  }

  enum CodingKeys: String, CodingKey { case layers, shortcut }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    layers = try fields.decode([AnyLayer].self, forKey: .layers)
    shortcut = try fields.decodeIfPresent([AnyLayer].self, forKey: .shortcut) ?? []
  }

  public var mixesSamples: Bool { (layers + shortcut).contains { $0.layer.mixesSamples } }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let main = apply(layers.map(\.layer), to: x, in: scope)
    let other = scope.within("shortcut") { apply(shortcut.map(\.layer), to: x, in: $0) }
    guard main.shape == other.shape else {
      x.graph.fail(
        GANError(
          field: "residual", expected: "the shortcut's shape \(other.shape)", got: main.shape))
      return x
    }
    return main + other
  }
}
