import Graphs
import Networks
import Plans

/// One update: what is minimised, which parameters it moves, how often.
struct Phase: Sendable {
  let name: String
  /// The groups whose parameters it moves, together, by one loss.
  let groups: [String]
  /// Steps between updates.
  let every: Int
  /// Builds the loss into a step's graph.
  let loss: @Sendable (Step) -> Loss

  /// A phase may move this many groups.
  static let greatestGroups = 2

  init(_ name: String, moves groups: [String], every: Int = 1, loss: @escaping @Sendable (Step) -> Loss) {
    self.name = name
    self.groups = groups
    self.every = every
    self.loss = loss
  }

  /// What a phase minimises, and figures of it to report, all scalars.
  struct Loss {
    var value: Node
    var figures: [(Figure, Node)] = []

    /// The sum, with the figures of both.
    func adding(_ other: Loss?) -> Loss {
      guard let other else { return self }
      return Loss(value: value + other.value, figures: figures + other.figures)
    }
  }

  /// Outputs of every phase's program.
  enum Output {
    static let loss = "loss"
    static let norm = "norm"
    /// 1 when loss and gradient were finite, and the update was made.
    static let finite = "finite"
  }

  /// Names of the inputs that hold a batch.
  static let samplesInput = "real"
  static let labelsInput = "labels"
}

extension Phase {
  /// The whole update as a program: loss, gradient, optimiser, averages and running statistics. When
  /// the loss or the gradient is not finite, every stored value is the old one.
  func program(_ all: [Group], batch: Int, sample: Shape, due: [Bool]) throws(GANError) -> Program {
    let step = Step(batch: batch, sample: sample, groups: all, due: due)
    let graph = step.graph
    var loss = graph.within(name) { self.loss(step) }
    for group in all where groups.contains(group.name) && group.optimizer.orthogonality > 0 {
      guard let scope = step.scope(of: group.name), let term = orthogonality(of: scope.parameters) else {
        continue
      }
      loss.value = loss.value + group.optimizer.orthogonality * term
    }
    var moved: [(group: Group, parameters: Node, gradient: Node, squared: Node)] = []
    for name in groups {
      guard let group = all.first(where: { $0.name == name }), let scope = step.scope(of: name),
        let parameters = scope.flatParameters
      else {
        if let error = graph.error { throw error }
        throw GANError(.unsupported, name, "a network without parameters cannot be trained")
      }
      let gradient = flatGradient(of: loss.value, scope)
      moved.append((group, parameters, gradient, sum(square(gradient))))
    }
    let squared = moved.dropFirst().reduce(moved[0].squared) { $0 + $1.squared }
    let finite = isFinite(squared) * isFinite(loss.value)
    var stores: [(input: String, node: Node)] = []
    func store(_ input: String, _ new: Node, over old: Node) {
      stores.append((input, select(finite.broadcast(to: old.shape), new, old)))
    }
    for (place, (group, parameters, gradient, squared)) in moved.enumerated() {
      let moments = group.optimizer.moments.map {
        graph.add(Input(group.momentName($0), parameters.shape))
      }
      let new = group.optimizer.updated(
        parameters, gradient: gradient, norm: sqrt(squared), moments: moments, place: place)
      store(group.name, new.parameters, over: parameters)
      for (name, (old, new)) in zip(group.optimizer.moments, zip(moments, new.moments)) {
        store(group.momentName(name), new, over: old)
      }
      guard group.isAveraged else { continue }
      let average = graph.add(Input(group.averageName, parameters.shape))
      let decay = Slot.averageDecay.node(in: graph, of: place)
      store(group.averageName, decay * average + (1 - decay) * new.parameters, over: average)
    }
    for update in step.stateUpdates { store(update.input, update.new, over: update.old) }
    if let error = graph.error { throw error }
    let outputs =
      [(Output.loss, loss.value), (Output.norm, sqrt(squared)), (Output.finite, finite)]
      + loss.figures.map { ($0.0.rawValue, $0.1) }
    return Program(graph: graph, outputs: outputs, stores: stores)
  }
}
