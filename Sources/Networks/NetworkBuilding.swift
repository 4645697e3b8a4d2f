import Graphs

/// The making of one application of a network.
struct NetworkBuilding {
  let architecture: any Architecture
  let role: Role
  let attachments: Attachments
  let classes: Node?
  let partner: Node?

  func outputs(of x: Node, in scope: Scope) -> Outputs {
    var outputs = Outputs(in: scope.graph)
    var (x, scope) = (x, scope)
    if let tokens = attachments.tokens {
      let plain = x
      x = scope.within("embedding") {
        embedded(plain, vocabulary: tokens.vocabulary, width: tokens.width, in: $0)
      }
    }
    if let use = attachments.classes {
      guard let classes else {
        scope.graph.fail(GANError(field: "network", expected: "the classes of its samples", got: "none"))
        return outputs
      }
      switch use {
      case .joined(_, let width):
        let plain = x
        x = scope.within("classes") { joined(plain, classes, width: width, in: $0) }
      case .normalizing: scope = scope.conditioned(on: classes)
      case .projected: break
      }
    }
    do throws(GANError) {
      try build(on: x, in: scope, into: &outputs)
      if case .normalizing = attachments.classes, !scope.classesWereTaken {
        throw GANError(
          field: "normalization", expected: "one that takes the classes in: batch, layer or instance",
          got: "none")
      }
    } catch { scope.graph.fail(error) }
    return outputs
  }

  private func build(on x: Node, in scope: Scope, into outputs: inout Outputs) throws(GANError) {
    switch role {
    case .generator(let sample):
      outputs["sample"] = try generated(sample, from: x, in: scope)
    case .discriminator:
      try discriminate(x, in: scope, into: &outputs)
    case .classifier(let classes):
      outputs["classes"] = try head(role, classes, "logits", on: x, in: scope, into: &outputs)
    case .encoder(let latent):
      outputs["code"] = try head(role, latent, "latents", on: x, in: scope, into: &outputs)
    case .language(let texts):
      guard let recurrent = architecture as? Recurrent else {
        throw GANError(
          field: "architecture", expected: "recurrent, which makes texts", got: type(of: architecture).name)
      }
      outputs["log-probabilities"] = LanguageModel(recurrent, texts, in: scope).logProbabilities(of: x)
    case .autoencoder(let sample, let code):
      guard !(architecture is LayerList) else {
        throw GANError(
          field: "layers", expected: "an architecture, which makes both halves of an autoencoder",
          got: "layers")
      }
      let encoder = scope.inside("encoder")
      let code = try head(.encoder(latent: code), code, "values", on: x, in: encoder, into: &outputs)
      outputs["code"] = code
      outputs["sample"] = try generated(sample, from: code, in: scope.inside("decoder"))
    }
  }

  private func layers(_ role: Role, on x: Node) throws(GANError) -> [any Layer] {
    let layers = omittingIdleBiases(try architecture.layers(for: role, input: x.shape))
    guard !layers.isEmpty else {
      throw GANError(field: "layers", expected: "at least one layer", got: "none")
    }
    return layers
  }

  private func generated(_ sample: Shape, from x: Node, in scope: Scope) throws(GANError) -> Node {
    let y = apply(try layers(.generator(sample: sample), on: x), to: x, in: scope)
    try require(y, count: sample.count, "a sample of shape \(sample)", in: scope)
    return y.reshaped(to: Shape([x.shape[0]] + sample.dimensions))
  }

  /// `[N, count]` from all layers; `features` are what the last one sees.
  private func head(
    _ role: Role, _ count: Int, _ what: String, on x: Node, in scope: Scope, into outputs: inout Outputs
  ) throws(GANError) -> Node {
    let layers = try layers(role, on: x)
    let features = apply(Array(layers.dropLast()), to: x, in: scope)
    outputs["features"] = Flatten()(features, in: scope)
    return try last(layers, count, "\(count) \(what)", on: features, in: scope)
  }

  private func last(
    _ layers: [any Layer], _ count: Int, _ what: String, on features: Node, in scope: Scope
  ) throws(GANError) -> Node {
    let y = scope.within(String(layers.count - 1)) { layers[layers.count - 1](features, in: $0) }
    try require(y, count: count, what, in: scope)
    return y.reshaped(to: [features.shape[0], count])
  }

  private func discriminate(_ x: Node, in scope: Scope, into outputs: inout Outputs) throws(GANError) {
    let layers = try layers(.discriminator, on: x)
    let shaped = apply(Array(layers.dropLast()), to: x, in: scope)
    let features = Flatten()(shaped, in: scope)
    let spectralNorm = (layers[layers.count - 1] as? Dense)?.spectralNorm ?? false
    outputs["features"] = features
    var seen = shaped
    if let pair = attachments.partner, let partner {
      seen = scope.within("pair") { pair(features, partner, spectralNorm: spectralNorm, in: $0) }
    }
    var score = try last(layers, 1, "one score", on: seen, in: scope).reshaped(to: [x.shape[0]])
    if case .projected = attachments.classes, let classes {
      let width = features.shape[1]
      let direction = scope.within("projection") {
        Dense(units: width, bias: false, spectralNorm: spectralNorm)(classes, in: $0)
      }
      score = score + sum(direction * features, over: [1])
    }
    outputs["score"] = score
    for head in attachments.heads {
      outputs[head.name] = scope.within(head.name) { head(features, spectralNorm: spectralNorm, in: $0) }
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
