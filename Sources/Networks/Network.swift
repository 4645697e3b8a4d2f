import Graphs

/// What a network is asked for.
public enum Role: Hashable, Sendable {
  /// Latents `[N, Z]` → `sample` `[N] + sample`; images end in tanh, vectors linearly.
  case generator(sample: Shape)
  /// Samples → `features` `[N, F]` and `score` `[N]`, raw.
  case discriminator
  /// Samples → `features` `[N, F]` and `classes` `[N, K]`, logits.
  case classifier(classes: Int)
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

  /// The architecture's name; `layers` for a list.
  public var name: String { type(of: architecture.value).name }

  /// Where the parameters of this network lie for inputs of the given shapes, batch first.
  public func layouts(for inputs: [Shape], as role: Role) throws(GANError) -> Layouts {
    let graph = Graph()
    let scope = Scope(declaringIn: graph)
    let nodes = inputs.enumerated().map { graph.add(Input("input \($0)", $1)) }
    _ = self(nodes, as: role, in: scope)
    if let error = graph.error { throw error }
    return scope.layouts
  }

  /// Whether in training a sample's outputs depend on its batch-mates.
  public func mixesSamples(_ input: Shape, as role: Role) throws(GANError) -> Bool {
    try architecture.value.layers(for: role, input: input).contains { $0.mixesSamples }
  }

  public func callAsFunction(_ input: Node, as role: Role, in scope: Scope) -> Outputs {
    self([input], as: role, in: scope)
  }

  /// One application. Inputs after the first are conditions `[N, K]`: joined to a vector, or to an
  /// image as channels that are the same everywhere.
  public func callAsFunction(_ inputs: [Node], as role: Role, in scope: Scope) -> Outputs {
    let scope = scope.initialized(by: initialization)
    var outputs = Outputs(in: scope.graph)
    guard let x = conditioned(inputs) else {
      scope.graph.fail(GANError(field: "network", expected: "an input", got: "none"))
      return outputs
    }
    do throws(GANError) {
      let layers = omittingIdleBiases(try architecture.value.layers(for: role, input: x.shape))
      try build(layers, on: x, as: role, in: scope, into: &outputs)
    } catch { scope.graph.fail(error) }
    return outputs
  }

  private func build(
    _ layers: [any Layer], on x: Node, as role: Role, in scope: Scope, into outputs: inout Outputs
  ) throws(GANError) {
    guard let last = layers.last else {
      throw GANError(field: "layers", expected: "at least one layer", got: "none")
    }
    let batch = x.shape[0]
    if case .generator(let sample) = role {
      let y = apply(layers, to: x, in: scope)
      try require(y, count: sample.count, "a sample of shape \(sample)", in: scope)
      outputs["sample"] = y.reshaped(to: Shape([batch] + sample.dimensions))
      return
    }
    let features = apply(Array(layers.dropLast()), to: x, in: scope)
    outputs["features"] = Flatten()(features, in: scope)
    let head = scope.within(String(layers.count - 1)) { last(features, in: $0) }
    if case .classifier(let classes) = role {
      try require(head, count: classes, "\(classes) logits", in: scope)
      outputs["classes"] = head.reshaped(to: [batch, classes])
    } else {
      try require(head, count: 1, "one score", in: scope)
      outputs["score"] = head.reshaped(to: [batch])
    }
  }

  /// Refuses an output with another number of elements a sample.
  private func require(_ y: Node, count: Int, _ what: String, in scope: Scope) throws(GANError) {
    guard scope.graph.error == nil else { return }
    let batch = max(1, y.shape[0])
    guard y.shape.count / batch == count, y.shape.rank > 0 else {
      throw GANError(field: "layers", expected: "\(what) from the last layer", got: y.shape)
    }
  }
}

/// The first input with the others' values beside its channels.
private func conditioned(_ inputs: [Node]) -> Node? {
  guard let x = inputs.first else { return nil }
  let conditions = inputs.dropFirst().map { condition in
    let positions = Array(x.shape.dimensions.dropFirst().dropLast())
    let ones = positions.map { _ in 1 }
    let width = condition.shape[-1]
    return condition.reshaped(to: Shape([condition.shape[0]] + ones + [width]))
      .broadcast(to: Shape([x.shape[0]] + positions + [width]))
  }
  return conditions.isEmpty ? x : concatenate([x] + conditions, axis: x.shape.rank - 1)
}
