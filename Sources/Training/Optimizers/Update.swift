import Glibc
import Graphs

/// The numbers that change from step to step, as one input `[Slot.allCases.count]` of a phase's program
/// for each group that it moves: plans stay fixed while rates fall.
enum Slot: Int, CaseIterable {
  /// The learning rate now.
  case rate
  /// Adam's 1 / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ).
  case firstCorrection, secondCorrection
  /// How much of the averaged weights stays.
  case averageDecay
  /// Deviation of the noise on the discriminator's images.
  case instanceNoise

  /// The input of a phase's first group.
  static let inputName = "schedule"

  /// The input of another of its groups.
  static func inputName(of place: Int) -> String { place == 0 ? inputName : "\(inputName).\(place)" }

  /// A scalar.
  func node(in graph: Graph, of place: Int = 0) -> Node {
    let input = graph.add(Input(Self.inputName(of: place), [Slot.allCases.count]))
    return input.sliced(axis: 0, from: rawValue, count: 1).reshaped(to: [])
  }
}

extension Optimizer {
  /// Flat buffers, beside the parameters, that an update reads and writes: `moment1`, `moment2`.
  var moments: [String] {
    switch name {
    case .adam, .adamw: ["moment1", "moment2"]
    case .rmsprop: momentum > 0 ? ["moment1", "moment2"] : ["moment2"]
    case .sgd: momentum > 0 ? ["moment1"] : []
    }
  }

  /// What one update makes of the parameters and of each of `moments`, all flat `[count]`.
  ///
  /// - Parameters:
  ///   - norm: of the whole gradient, a scalar.
  ///   - place: of the group among those that its phase moves.
  func updated(_ parameters: Node, gradient: Node, norm: Node, moments: [Node], place: Int = 0)
    -> (parameters: Node, moments: [Node])
  {
    var gradient = gradient
    if clipNorm > 0 {
      // PyTorch's clip_grad_norm_, its 1e-6 included.
      let scale = minimum(clipNorm / (norm + 1e-6), Node.constant(1, in: norm.graph))
      gradient = gradient * scale
    }
    if weightDecay > 0, name != .adamw { gradient = gradient + weightDecay * parameters }
    var (new, newMoments) = stepped(parameters, gradient, moments, place)
    if clipWeights > 0 {
      let bound = Node.constant(clipWeights, in: norm.graph)
      new = maximum(minimum(new, bound), -bound)
    }
    return (new, newMoments)
  }

  private func stepped(_ parameters: Node, _ gradient: Node, _ moments: [Node], _ place: Int)
    -> (Node, [Node])
  {
    let graph = parameters.graph
    let rate = Slot.rate.node(in: graph, of: place)
    switch name {
    case .adam, .adamw:
      let kept = name == .adamw && weightDecay > 0 ? parameters * (1 - rate * weightDecay) : parameters
      let first = beta1 * moments[0] + (1 - beta1) * gradient
      let second = beta2 * moments[1] + (1 - beta2) * square(gradient)
      let scale = rate * Slot.firstCorrection.node(in: graph, of: place)
      let root = sqrt(second) * Slot.secondCorrection.node(in: graph, of: place) + epsilon
      return (kept - scale * first / root, [first, second])
    case .rmsprop:
      let second = smoothing * moments[moments.count - 1] + (1 - smoothing) * square(gradient)
      let direction = gradient / (sqrt(second) + epsilon)
      guard momentum > 0 else { return (parameters - rate * direction, [second]) }
      let velocity = momentum * moments[0] + direction
      return (parameters - rate * velocity, [velocity, second])
    case .sgd:
      guard momentum > 0 else { return (parameters - rate * gradient, []) }
      let velocity = momentum * moments[0] + gradient
      return (parameters - rate * velocity, [velocity])
    }
  }

  /// Adam's corrections before update `count` (from 0).
  func corrections(after count: Int64) -> (first: Double, second: Double) {
    guard name == .adam || name == .adamw else { return (1, 1) }
    let t = Double(count) + 1
    return (1 / (1 - pow(beta1, t)), 1 / (1 - pow(beta2, t)).squareRoot())
  }
}
