import Graphs
import Networks
import Plans

/// One update: what is minimised, which parameters it moves, how often.
struct Phase: Sendable {
  let name: String
  /// The group whose parameters it moves.
  let group: String
  /// Steps between updates.
  let every: Int
  /// Builds the loss into a step's graph.
  let loss: @Sendable (Step) -> Loss

  /// What a phase minimises, and figures of it to report, all scalars.
  struct Loss {
    let value: Node
    var figures: [(Figure, Node)] = []
  }

  /// What a phase can report beside its loss and the norm of its gradient.
  enum Figure: String, CaseIterable {
    case scoreReal, scoreFake, accuracy
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

/// A phase's graph while it is being built.
final class Step {
  let graph = Graph()
  let batch: Int
  let sample: Shape
  /// Which of the objective's penalties are due in this step.
  let due: [Bool]
  private let groups: [Group]
  private var scopes: [(name: String, scope: Scope)] = []
  private var applications: [(name: String, input: Node, outputs: Outputs)] = []

  init(batch: Int, sample: Shape, groups: [Group], due: [Bool]) {
    self.batch = batch
    self.sample = sample
    self.groups = groups
    self.due = due
  }

  /// A batch of data, `[batch] + sample`.
  var real: Node { graph.add(Input(Phase.samplesInput, Shape([batch] + sample.dimensions))) }

  /// Their classes, `[batch]`.
  var labels: Node { graph.add(Input(Phase.labelsInput, [batch])) }

  /// Applies a network in training: each application goes on from the state the last one left. The
  /// same input is passed once, so that a penalty differentiates the pass that the loss has seen.
  func apply(_ name: String, to x: Node, as role: Role) -> Outputs {
    if let known = applications.first(where: { $0.name == name && $0.input == x }) {
      return known.outputs
    }
    guard let group = groups.first(where: { $0.name == name }) else {
      graph.fail(GANError(.internal, name, "there is no such network"))
      return Outputs(in: graph)
    }
    let outputs = graph.within(name) { group.network(x, as: role, in: scope(of: group)) }
    applications.append((name, x, outputs))
    return outputs
  }

  private func scope(of group: Group) -> Scope {
    if let known = scopes.first(where: { $0.name == group.name }) {
      return known.scope.applied(training: true)
    }
    let scope = Scope(group.layouts, named: group.name, in: graph, training: true)
    scopes.append((group.name, scope))
    return scope
  }

  func scope(of name: String) -> Scope? { scopes.first { $0.name == name }?.scope }

  /// The states that the applications so far leave behind.
  var stateUpdates: [(input: String, old: Node, new: Node)] {
    scopes.compactMap { name, scope in
      guard let old = scope.flatState, let new = scope.stateUpdates else { return nil }
      return (name + ".state", old, new)
    }
  }
}

extension Phase {
  /// The whole update as a program: loss, gradient, optimiser, averages and running statistics. When
  /// the loss or the gradient is not finite, every stored value is the old one.
  func program(_ groups: [Group], batch: Int, sample: Shape, due: [Bool]) throws(GANError) -> Program {
    let step = Step(batch: batch, sample: sample, groups: groups, due: due)
    let graph = step.graph
    let loss = graph.within(name) { self.loss(step) }
    guard let group = groups.first(where: { $0.name == self.group }),
      let scope = step.scope(of: self.group), let parameters = scope.flatParameters
    else {
      if let error = graph.error { throw error }
      throw GANError(.unsupported, self.group, "a network without parameters cannot be trained")
    }
    let gradient = flatGradient(of: loss.value, scope)
    let squared = sum(square(gradient))
    let norm = sqrt(squared)
    let finite = isFinite(squared) * isFinite(loss.value)
    var stores: [(input: String, node: Node)] = []
    func store(_ input: String, _ new: Node, over old: Node) {
      stores.append((input, select(finite.broadcast(to: old.shape), new, old)))
    }
    let moments = group.optimizer.moments.map {
      graph.add(Input(group.momentName($0), parameters.shape))
    }
    let new = group.optimizer.updated(
      parameters, gradient: gradient, norm: norm, moments: moments, rate: Slot.rate.node(in: graph))
    store(group.name, new.parameters, over: parameters)
    for (name, (old, new)) in zip(group.optimizer.moments, zip(moments, new.moments)) {
      store(group.momentName(name), new, over: old)
    }
    if group.isAveraged {
      let average = graph.add(Input(group.averageName, parameters.shape))
      let decay = Slot.averageDecay.node(in: graph)
      store(group.averageName, decay * average + (1 - decay) * new.parameters, over: average)
    }
    for update in step.stateUpdates { store(update.input, update.new, over: update.old) }
    if let error = graph.error { throw error }
    let outputs =
      [(Output.loss, loss.value), (Output.norm, norm), (Output.finite, finite)]
      + loss.figures.map { ($0.0.rawValue, $0.1) }
    return Program(graph: graph, outputs: outputs, stores: stores)
  }
}
