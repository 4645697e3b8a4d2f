import Graphs

/// Which normalisation an architecture puts between its layers.
public enum Normalization: String, Codable, Hashable, Sendable, CaseIterable {
  case none, batch, layer, instance

  var layers: [any Layer] {
    switch self {
    case .none: []
    case .batch: [BatchNormalization()]
    case .layer: [LayerNormalization()]
    case .instance: [InstanceNormalization()]
    }
  }
}

private enum Keys: String, CodingKey { case epsilon, momentum }

/// Over batch and positions, per channel: `[N, …, C]`, the same out. Ioffe & Szegedy, arXiv 1502.03167,
/// algorithm 1. The running variance is the unbiased one, as PyTorch's.
public struct BatchNormalization: Layer {
  public static let name = "batch-norm"

  public var epsilon = 1e-5
  /// The weight of the newest batch in the running statistics.
  public var momentum = 0.1

  public init() {}

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    epsilon = try fields.number(.epsilon, within: 1e-12...1, default: 1e-5)
    momentum = try fields.number(.momentum, within: 0...1, default: 0.1)
  }

  public var absorbsBias: Bool { true }
  public var mixesSamples: Bool { true }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let channels: Shape = [x.shape[-1]]
    let runningMean = scope.state("mean", channels, .constant(0))
    let runningVariance = scope.state("variance", channels, .constant(1))
    guard scope.training else {
      let scale = rsqrt(runningVariance + epsilon) * learnedScale(of: x, in: scope)
      return (x - runningMean) * scale + learnedShift(of: x, in: scope)
    }
    let axes = Array(0..<max(0, x.shape.rank - 1))
    let moments = standardized(x, over: axes, epsilon: epsilon)
    let count = Double(x.shape.count / max(1, x.shape[-1]))
    let unbiased = moments.variance.reshaped(to: channels) * (count / max(1, count - 1))
    let kept = 1 - momentum
    scope.update("mean", to: kept * runningMean + momentum * moments.mean.reshaped(to: channels))
    scope.update("variance", to: kept * runningVariance + momentum * unbiased)
    return moments.result * learnedScale(of: x, in: scope) + learnedShift(of: x, in: scope)
  }
}

/// Over all features of a sample: `[N, …]`, the same out; scale and shift per feature of `[N, D]`, per
/// channel of images. Ba et al., arXiv 1607.06450, eq. 4.
public struct LayerNormalization: Layer {
  public static let name = "layer-norm"

  public var epsilon = 1e-5

  public init() {}

  public init(from decoder: any Decoder) throws {
    epsilon = try decoder.container(keyedBy: Keys.self).number(.epsilon, within: 1e-12...1, default: 1e-5)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let result = standardized(x, over: Array(1..<max(1, x.shape.rank)), epsilon: epsilon).result
    return result * learnedScale(of: x, in: scope) + learnedShift(of: x, in: scope)
  }
}

/// Over a sample's positions, per channel: `[N, …, C]` with positions, the same out. Ulyanov et al.,
/// arXiv 1607.08022, eq. 2.
public struct InstanceNormalization: Layer {
  public static let name = "instance-norm"

  public var epsilon = 1e-5

  public init() {}

  public init(from decoder: any Decoder) throws {
    epsilon = try decoder.container(keyedBy: Keys.self).number(.epsilon, within: 1e-12...1, default: 1e-5)
  }

  public var absorbsBias: Bool { true }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard x.shape.rank > 2 else {
      x.graph.fail(GANError(field: "instance-norm", expected: "positions, [N, …, C]", got: x.shape))
      return x
    }
    let result = standardized(x, over: Array(1..<x.shape.rank - 1), epsilon: epsilon).result
    return result * learnedScale(of: x, in: scope) + learnedShift(of: x, in: scope)
  }
}

/// Mean 0 and (biased) variance 1 over the axes; the moments keep them, with extent 1.
private func standardized(_ x: Node, over axes: [Int], epsilon: Double) -> (
  result: Node, mean: Node, variance: Node
) {
  let mean = Graphs.mean(x, over: axes, keepingAxes: true)
  let centred = x - mean
  let variance = Graphs.mean(square(centred), over: axes, keepingAxes: true)
  return (centred * rsqrt(variance + epsilon), mean, variance)
}

private func learnedScale(of x: Node, in scope: Scope) -> Node {
  learned("scale", of: x, scope.initialization.scale, in: scope)
}

private func learnedShift(of x: Node, in scope: Scope) -> Node {
  learned("shift", of: x, .constant(0), in: scope)
}

/// A value a channel, or where samples have classes one a sample and channel, `[N, 1, …, C]`.
private func learned(_ name: String, of x: Node, _ initializer: Initializer, in scope: Scope) -> Node {
  let channels = x.shape[-1]
  guard let classes = scope.takeClasses() else { return scope.parameter(name, [channels], initializer) }
  let table = scope.parameter(name, [classes.shape[-1], channels], initializer)
  let between = Array(repeating: 1, count: max(0, x.shape.rank - 2))
  return matmul(classes, table).reshaped(to: Shape([x.shape[0]] + between + [channels]))
}
