import Graphs
import Networks
import Plans

/// The graph of a phase, or of an operation of the trained model, while it is being built.
final class Step {
  let graph = Graph()
  let batch: Int
  let sample: Shape
  /// Which of the objective's penalties are due in this step.
  let due: [Bool]
  /// Whether networks behave as in training.
  let training: Bool
  private let groups: [Group]
  private var scopes: [(name: String, scope: Scope)] = []
  private var applications: [Application] = []
  private var known: [(name: String, node: Node?)] = []
  /// The states that the phases so far leave behind, by the input that they are to be stored over.
  private(set) var states: [(input: String, node: Node)] = []
  /// Of the schedule of the first group that the phase moves: see `Slot`.
  var place = 0

  private struct Application {
    let name: String
    let inputs: [Node?]
    let outputs: Outputs
  }

  init(batch: Int, sample: Shape, groups: [Group], due: [Bool] = [], training: Bool = true) {
    self.batch = batch
    self.sample = sample
    self.groups = groups
    self.due = due
    self.training = training
  }

  /// A batch of data, `[batch] + sample`.
  var real: Node { input(Phase.samplesInput, sample) }

  /// Their classes, `[batch]`.
  var labels: Node { input(Phase.labelsInput, []) }

  /// An input of `[batch] + row`.
  func input(_ name: String, _ row: Shape) -> Node {
    graph.add(Input(name, Shape([batch] + row.dimensions)))
  }

  /// Applies a network: in training each application goes on from the state the last one left. The
  /// same input is passed once, so that a penalty differentiates the pass that the loss has seen.
  ///
  /// - Parameters:
  ///   - classes: weights `[batch, K]`, left out where the network does not take them.
  ///   - partner: what belongs to each sample, of a discriminator of pairs.
  func apply(_ name: String, to x: Node, classes: Node? = nil, partner: Node? = nil) -> Outputs {
    let inputs = [x, classes, partner]
    if let known = applications.first(where: { $0.name == name && $0.inputs == inputs }) {
      return known.outputs
    }
    guard let group = groups.first(where: { $0.name == name }) else {
      graph.fail(GANError(.internal, name, "there is no such network"))
      return Outputs(in: graph)
    }
    let scope = scope(of: group).applied(training: training)
    let outputs = graph.within(name) {
      group.network(
        x, as: group.role, with: group.attachments, classes: classes, partner: partner, in: scope)
    }
    applications.append(Application(name: name, inputs: inputs, outputs: outputs))
    return outputs
  }

  /// Applies a network to two batches of one shape: in one pass where that makes no difference, unless they
  /// are to be `apart`, as it takes to differentiate the outputs of one by its samples alone.
  func apply(_ name: String, toBoth a: Node, _ b: Node, classes: Node?, apart: Bool) -> (Outputs, Outputs) {
    let group = groups.first { $0.name == name }
    guard !apart, classes == nil, group?.treatsSamplesApart == true, a != b, a.shape == b.shape else {
      return (apply(name, to: a, classes: classes), apply(name, to: b, classes: classes))
    }
    let both = apply(name, to: concatenate([a, b], axis: 0))
    let count = a.shape[0]
    let (first, second) = (both.samples(from: 0, count: count), both.samples(from: count, count: count))
    applications.append(Application(name: name, inputs: [a, nil, nil], outputs: first))
    applications.append(Application(name: name, inputs: [b, nil, nil], outputs: second))
    return (first, second)
  }

  /// A variable of a network's, a scalar; see `Group.init`.
  func variable(_ name: String, of group: String) -> Node {
    scope(named: group)?.state(name, [], .constant(0)) ?? Node.constant(0, in: graph)
  }

  /// The value a variable has after the step.
  func update(_ name: String, of group: String, to value: Node) {
    scope(named: group)?.update(name, to: value)
  }

  /// The running mean of a scalar, this step's value counted in, as a constant. It is kept in two
  /// variables, the second of which is the sum of all weights: see `Recipe.discriminatorVariables`.
  func average(_ name: String, of group: String, with value: Node, decay: Double = 0.99) -> Node {
    let sum = decay * variable(name, of: group) + (1 - decay) * detached(value)
    let weight = decay * variable(name + ".weight", of: group) + (1 - decay)
    update(name, of: group, to: sum)
    update(name + ".weight", of: group, to: weight)
    return sum / weight
  }

  /// What several phases of one step share where they are one program: made by the first that asks.
  func once(_ name: String, _ make: () -> Node?) -> Node? {
    if let known = known.first(where: { $0.name == name }) { return known.node }
    let made = make()
    known.append((name, made))
    return made
  }

  /// The step's latents, `[batch, size]`.
  func latent(_ recipe: Recipe) -> Node {
    once("latent") { recipe.latent.draw(batch, in: graph) } ?? Node.constant(0, in: graph)
  }

  /// Ends a phase: from here on the networks have the parameters that it moved and the state that their
  /// applications left behind, or the old ones where the phase was not finite.
  func close(moved: [(name: String, parameters: Node)], finite: Node) {
    for (index, (name, scope)) in scopes.enumerated() {
      let parameters = moved.first { $0.name == name }?.parameters
      var state: Node?
      if let old = scope.flatState, let new = scope.stateUpdates {
        let stored = select(finite.broadcast(to: old.shape), new, old)
        state = stored
        states.removeAll { $0.input == name + ".state" }
        states.append((name + ".state", stored))
      }
      scopes[index].scope = scope.continued(parameters: parameters, state: state)
      if parameters != nil { applications.removeAll { $0.name == name } }
    }
  }

  func scope(named name: String) -> Scope? {
    guard let group = groups.first(where: { $0.name == name }) else {
      graph.fail(GANError(.internal, name, "there is no such network"))
      return nil
    }
    return scope(of: group)
  }

  private func scope(of group: Group) -> Scope {
    if let known = scope(of: group.name) { return known }
    let scope = Scope(group.layouts, named: group.name, in: graph, training: training)
    scopes.append((group.name, scope))
    return scope
  }

  func scope(of name: String) -> Scope? { scopes.first { $0.name == name }?.scope }
}
