import Glibc
import Graphs

/// The numbers that change from step to step, as one input `[Slot.count]` of a phase's program for each
/// group that it moves: plans stay fixed while rates fall. After these come the factors of the
/// penalties' weights.
enum Slot: Int, CaseIterable {
  /// The learning rate now.
  case rate
  /// Adam's β₂ now, 1 / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ).
  case secondDecay, firstCorrection, secondCorrection
  /// How much of the averaged weights stays.
  case averageDecay
  /// Deviation of the noise on the discriminator's images.
  case instanceNoise
  /// The inverse of the temperature that choices of words are relaxed by.
  case sharpness

  /// The input of a phase's first group.
  static let inputName = "schedule"
  static let count = allCases.count + Objective.greatestPenalties

  /// The input of another of its groups.
  static func inputName(of place: Int) -> String { place == 0 ? inputName : "\(inputName).\(place)" }

  /// A scalar.
  func node(in graph: Graph, of place: Int) -> Node { Self.node(rawValue, in: graph, of: place) }

  /// The factor of a penalty's weight.
  static func penalty(_ index: Int, in graph: Graph) -> Node {
    node(allCases.count + index, in: graph, of: 0)
  }

  private static func node(_ index: Int, in graph: Graph, of place: Int) -> Node {
    graph.add(Input(inputName(of: place), [count])).sliced(axis: 0, from: index, count: 1).reshaped(to: [])
  }
}

extension Recipe {
  /// What the input `Slot.inputName` holds for an update of a group.
  ///
  /// - Parameters:
  ///   - step: from 0, of `steps`.
  ///   - updates: that the group's optimiser has made.
  func scheduled(_ optimizer: Optimizer, step: Int64, updates: Int64, of steps: Int64) -> [Double] {
    let beta2 = optimizer.beta2(step: step, of: steps)
    let corrections = optimizer.corrections(after: updates, beta2: beta2)
    var values = Array(repeating: 0.0, count: Slot.count)
    values[Slot.rate.rawValue] = optimizer.rate * optimizer.schedule.factor(step: step, of: steps)
    values[Slot.secondDecay.rawValue] = beta2
    values[Slot.firstCorrection.rawValue] = corrections.first
    values[Slot.secondCorrection.rawValue] = corrections.second
    values[Slot.averageDecay.rawValue] = averageDecay(step: step, updates: updates)
    values[Slot.instanceNoise.rawValue] = instanceNoise.deviation(at: step)
    if case .relgan(let settings) = family {
      values[Slot.sharpness.rawValue] = settings.sharpness(step: step, of: steps)
    }
    for (index, term) in objective.penalties.enumerated() {
      values[Slot.allCases.count + index] = term.schedule.factor(step: step, of: steps)
    }
    return values
  }

  /// How much of the average stays at an update: see `averaging` and `averagingBurnIn`.
  func averageDecay(step: Int64, updates: Int64) -> Double {
    guard averagingBurnIn > 0, averaging > 0 else {
      return min(averaging, (1 + Double(updates)) / (10 + Double(updates)))
    }
    let grown = 1 - Schedule(.cosine, end: averagingBurnIn).rest(step: step, of: 0)
    // 0.5^(1/h) is averaging where h is its half-life in updates.
    return grown > 0 ? pow(averaging, 1 / grown) : 0
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
      let second = decayed(moments[1], by: square(gradient), place)
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

  /// Adam's second moment, by a β₂ that moves only where it has to.
  private func decayed(_ moment: Node, by square: Node, _ place: Int) -> Node {
    guard beta2Final != nil else { return beta2 * moment + (1 - beta2) * square }
    let kept = Slot.secondDecay.node(in: moment.graph, of: place)
    return kept * moment + (1 - kept) * square
  }

  func beta2(step: Int64, of steps: Int64) -> Double {
    beta2Final.map { $0 + (beta2 - $0) * schedule.rest(step: step, of: steps) } ?? beta2
  }

  /// Adam's corrections before update `count` (from 0).
  func corrections(after count: Int64, beta2: Double) -> (first: Double, second: Double) {
    guard name == .adam || name == .adamw else { return (1, 1) }
    let t = Double(count) + 1
    return (1 / (1 - pow(beta1, t)), 1 / (1 - pow(beta2, t)).squareRoot())
  }
}
