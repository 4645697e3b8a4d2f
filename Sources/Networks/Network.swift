import Graphs

/// What a network is asked for.
public enum Role: Hashable, Sendable {
  /// Latents `[N, Z]` → `sample` `[N] + sample`; images end in tanh, vectors linearly.
  case generator(sample: Shape)
  /// Samples → `features` `[N, F]` and `score` `[N]`, raw.
  case discriminator
  /// Samples → `features` `[N, F]` and `classes` `[N, K]`, logits.
  case classifier(classes: Int)
  /// Samples → `features` `[N, F]` and `code` `[N, Z]`.
  case encoder(latent: Int)
  /// Texts `[N, T]` → `log-probabilities` `[N, T]` of their tokens.
  case language(Texts)
  /// Samples → `code` `[N, Z]`, as an encoder makes it, and from that `sample`, as a generator does.
  case autoencoder(sample: Shape, code: Int)
}

/// A network as a value: an architecture by name with its settings,
/// `{"architecture": "dcgan", "width": 64}`, or a list of layers, `{"layers": [{"dense": {"units": 128}},
/// {"activation": "relu"}, …]}`, the last of which gives the role's output.
public struct Network: Codable, Hashable, Sendable {
  let architecture: AnyArchitecture
  public let initialization: Initialization

  public init(_ architecture: any Architecture, initialization: Initialization? = nil) {
    self.architecture = AnyArchitecture(architecture)
    self.initialization = initialization ?? architecture.initialization
  }

  public init(layers: [any Layer], initialization: Initialization = .fanIn) {
    self.init(LayerList(layers), initialization: initialization)
  }

  enum CodingKeys: String, CodingKey { case architecture, layers, initialization }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let name = try fields.decodeIfPresent(String.self, forKey: .architecture)
    if name != nil, fields.contains(.layers) {
      throw GANError(field: "layers", expected: "either layers or an architecture", got: "both")
    }
    if name == nil, !fields.contains(.layers) {
      throw GANError(field: "architecture", expected: "an architecture or layers", got: "neither")
    }
    architecture = try AnyArchitecture(name ?? LayerList.name, from: decoder)
    initialization = try fields.choice(
      .initialization, default: architecture.value.initialization)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    let name = type(of: architecture.value).name
    if name != LayerList.name { try fields.encode(name, forKey: .architecture) }
    try fields.encode(initialization.rawValue, forKey: .initialization)
    try architecture.value.encode(to: encoder)
  }

  /// The same as a generator of values of any size: WaveGAN without the tanh that it ends in unless told.
  public func unbounded() -> Network {
    guard var waves = architecture.value as? WaveGAN, waves.output == nil else { return self }
    waves.output = Activation(.linear)
    return Network(waves, initialization: initialization)
  }

  /// The architecture's name; `layers` for a list.
  public var name: String { type(of: architecture.value).name }

  /// Where the parameters of this network lie for an input of the given shape, batch first.
  public func layouts(for input: Shape, as role: Role, with attachments: Attachments = .init())
    throws(GANError) -> Layouts
  {
    let graph = Graph()
    let scope = Scope(declaringIn: graph)
    let x = graph.add(Input("input", input))
    let batch = input.rank > 0 ? input[0] : 1
    let classes = attachments.classes.map { graph.add(Input("classes", [batch, $0.count])) }
    let partner = attachments.partner.map { graph.add(Input("partner", [batch, $0.width])) }
    _ = self(x, as: role, with: attachments, classes: classes, partner: partner, in: scope)
    if let error = graph.error { throw error }
    return scope.layouts
  }

  /// The shape of an output for an input of the given shape, batch first; nil where there is none.
  public func shape(of output: String, for input: Shape, as role: Role) throws(GANError) -> Shape? {
    let graph = Graph()
    let outputs = self(graph.add(Input("input", input)), as: role, in: Scope(declaringIn: graph))
    if let error = graph.error { throw error }
    return outputs[output]?.shape
  }

  /// Whether in training a sample's outputs depend on its batch-mates.
  public func mixesSamples(_ input: Shape, as role: Role, with attachments: Attachments = .init())
    throws(GANError) -> Bool
  {
    if case .language = role { return false }
    let seen = attachments.tokens.map { Shape(input.dimensions + [$0.width]) } ?? input
    return try architecture.value.layers(for: role, input: seen).contains { $0.mixesSamples }
  }

  /// One application.
  ///
  /// - Parameters:
  ///   - classes: of each sample, weights `[N, K]`, where the attachments use them.
  ///   - partner: `[N, width]`, where there is one.
  public func callAsFunction(
    _ x: Node, as role: Role, with attachments: Attachments = .init(), classes: Node? = nil,
    partner: Node? = nil, in scope: Scope
  ) -> Outputs {
    let building = NetworkBuilding(
      architecture: architecture.value, role: role, attachments: attachments, classes: classes,
      partner: partner)
    return building.outputs(of: x, in: scope.initialized(by: initialization))
  }
}
