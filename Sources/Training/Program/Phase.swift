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
  /// The first step in which it may run, and the first in which it no longer does.
  var from: Int64 = 0
  var until: Int64?
  /// Instead of its groups' own.
  var rate: Double?
  /// What is computed before its loss is.
  var preludes: [Prelude] = []
  /// Builds the loss into a step's graph.
  let loss: @Sendable (Step) -> Loss

  init(_ name: String, moves groups: [String], every: Int = 1, loss: @escaping @Sendable (Step) -> Loss) {
    self.name = name
    self.groups = groups
    self.every = every
    self.loss = loss
  }

  /// Whether it runs in a step, from 0.
  func isDue(at step: Int64) -> Bool {
    step >= from && step < until ?? .max && (step - from + 1) % Int64(every) == 0
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
  ///
  /// - Parameter place: of its first group's schedule; see `Slot`.
  func program(_ all: [Group], batch: Int, sample: Shape, due: [Bool], place: Int = 0) throws(GANError)
    -> Program
  {
    try Self.program(of: [(self, place)], all, batch: batch, sample: sample, due: due)
  }

  /// Phases of one step, each of which sees what those before it stored, as one program: what they have
  /// in common, such as the generated samples, is computed once. No two move the same group.
  static func program(
    of phases: [(phase: Phase, place: Int)], _ all: [Group], batch: Int, sample: Shape, due: [Bool]
  ) throws(GANError) -> Program {
    let step = Step(batch: batch, sample: sample, groups: all, due: due)
    var program = Program(graph: step.graph, outputs: [])
    for (phase, place) in phases {
      step.place = place
      try phase.extend(&program, step, all)
    }
    program.stores += step.states.map { ($0.input, $0.node) }
    if let error = step.graph.error { throw error }
    return program
  }

  /// The name of one of its outputs in a program.
  func output(_ name: String) -> String { "\(self.name).\(name)" }

  private func extend(_ program: inout Program, _ step: Step, _ all: [Group]) throws(GANError) {
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
    var new: [(name: String, parameters: Node)] = []
    for (index, (group, parameters, gradient, squared)) in moved.enumerated() {
      let stores = update(
        group, parameters, gradient: gradient, norm: sqrt(squared), finite: finite, place: step.place + index)
      program.stores += stores
      new.append((group.name, stores[0].node))
    }
    step.close(moved: new, finite: finite)
    program.outputs +=
      [
        (output(Output.loss), loss.value), (output(Output.norm), sqrt(squared)),
        (output(Output.finite), finite),
      ]
      + loss.figures.map { (output($0.0.rawValue), $0.1) }
  }

  /// What is stored for a group: its parameters first, then moments and averages.
  private func update(
    _ group: Group, _ parameters: Node, gradient: Node, norm: Node, finite: Node, place: Int
  ) -> [(input: String, node: Node)] {
    let graph = parameters.graph
    func kept(_ new: Node, over old: Node) -> Node { select(finite.broadcast(to: old.shape), new, old) }
    let moments = group.optimizer.moments.map {
      graph.add(Input(group.momentName($0), parameters.shape))
    }
    let new = group.optimizer.updated(
      parameters, gradient: gradient, norm: norm, moments: moments, place: place)
    var stores = [(input: group.name, node: kept(new.parameters, over: parameters))]
    for (name, (old, new)) in zip(group.optimizer.moments, zip(moments, new.moments)) {
      stores.append((group.momentName(name), kept(new, over: old)))
    }
    if group.isAveraged {
      let average = graph.add(Input(group.averageName, parameters.shape))
      let decay = Slot.averageDecay.node(in: graph, of: place)
      stores.append((group.averageName, kept(decay * average + (1 - decay) * new.parameters, over: average)))
    }
    return stores
  }
}
