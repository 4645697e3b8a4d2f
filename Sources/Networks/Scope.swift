import Graphs

/// What a network asks for its parameters while it is being built into a graph: one application of
/// the network.
///
/// A network is built twice. Declaring, on a scratch graph, notes every parameter it asks for and so
/// finds its `Layouts`. Bound, on the real graph, every parameter is a piece of one flat `Input`
/// (`generator`, and `generator.state` for what the forward pass itself moves).
///
/// Applying a network again (a discriminator on real and on fake) takes another scope of the same
/// store, `applied(training:)`: parameters are shared, and state goes on from the first
/// application's updates, as it does in the sequential programs the field writes.
public final class Scope {
  public let graph: Graph
  /// Whether layers behave as in training: batch statistics, dropout, power iterations.
  public let training: Bool
  let initialization: Initialization
  private let classes: Node?
  private let path: String
  private let store: Store

  private init(
    _ store: Store, path: String, training: Bool, _ initialization: Initialization, _ classes: Node? = nil
  ) {
    self.classes = classes
    self.store = store
    self.graph = store.graph
    self.path = path
    self.training = training
    self.initialization = initialization
  }

  /// Notes what is asked for, in `layouts`.
  public convenience init(declaringIn graph: Graph) {
    self.init(Store(graph), path: "", training: true, .fanIn)
  }

  /// Takes parameters from the inputs `name` and `name.state`, which are made here, flat, in the
  /// order of `layouts`.
  public convenience init(
    _ layouts: Layouts, named name: String, in graph: Graph, training: Bool = true
  ) {
    self.init(Store(layouts, name, graph), path: "", training: training, .fanIn)
  }

  /// The same parameters for one more application.
  public func applied(training: Bool) -> Scope {
    Scope(store, path: path, training: training, initialization, classes)
  }

  /// The same network later in the same graph: flat parameters and state are other nodes from there on;
  /// nil: as they are. Gradients end there.
  public func continued(parameters: Node?, state: Node?) -> Scope {
    Scope(Store(store, parameters: parameters, state: state), path: path, training: training, initialization)
  }

  func initialized(by initialization: Initialization) -> Scope {
    Scope(store, path: path, training: training, initialization, classes)
  }

  /// Gives normalisations the classes of their samples, weights `[N, K]`.
  func conditioned(on classes: Node) -> Scope {
    Scope(store, path: path, training: training, initialization, classes)
  }

  func takeClasses() -> Node? {
    if classes != nil { store.classesWereTaken = true }
    return classes
  }

  /// Whether any layer took the classes.
  var classesWereTaken: Bool { store.classesWereTaken }

  /// The scope that `within` gives its body, for a body that throws.
  func inside(_ name: String) -> Scope {
    Scope(store, path: joined(name), training: training, initialization, classes)
  }

  /// Builds `body` with `name` appended to the path of its parameters.
  public func within<Result>(_ name: String, _ body: (Scope) -> Result) -> Result {
    graph.within(name) {
      body(Scope(store, path: joined(name), training: training, initialization, classes))
    }
  }

  /// A tensor that training moves.
  public func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Node {
    store.parameters.node(joined(name), shape, initializer)
  }

  /// A tensor that the forward pass moves: its value after the updates so far.
  public func state(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Node {
    let initial = store.state.node(joined(name), shape, initializer)
    return store.updates[joined(name)] ?? initial
  }

  /// The value a state has from here on. Its gradient ends here.
  public func update(_ name: String, to value: Node) {
    store.updates[joined(name)] = detached(value)
  }

  private func joined(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  /// What has been asked for so far (declaring), or what was given (bound).
  public var layouts: Layouts {
    var layouts = Layouts()
    layouts.parameters = store.parameters.layout
    layouts.state = store.state.layout
    return layouts
  }

  /// Every trainable parameter in the layout's order: the leaves of `gradient(of:at:)`.
  public var parameters: [Node] { store.parameters.nodes }

  /// The flat input the parameters are cut from, `[count]`; nil when there are none.
  public var flatParameters: Node? { store.parameters.flat }

  /// The flat input of the state, `[count]`; nil when there is none.
  public var flatState: Node? { store.state.flat }

  /// The whole state after all applications, `[count]`, for the trainer to store over the input
  /// `name.state`; nil when nothing was updated.
  public var stateUpdates: Node? {
    guard !store.updates.isEmpty else { return nil }
    let parts = zip(store.state.layout.entries, store.state.nodes).map { entry, initial in
      store.updates[entry.path] ?? initial
    }
    return flattened(parts)
  }
}

/// The gradient of `loss` by all parameters of `scope`, `[count]` in the layout's order.
public func flatGradient(of loss: Node, _ scope: Scope) -> Node {
  flattened(gradient(of: loss, at: scope.parameters))
}

private func flattened(_ parts: [Node]) -> Node {
  concatenate(parts.map { $0.reshaped(to: [$0.shape.count]) }, axis: 0)
}

/// What all scopes of one network in one graph share.
private final class Store {
  let graph: Graph
  let parameters: Leaves
  let state: Leaves
  var updates: [String: Node] = [:]
  var classesWereTaken = false

  init(_ graph: Graph) {
    self.graph = graph
    parameters = Leaves(graph)
    state = Leaves(graph)
  }

  init(_ layouts: Layouts, _ name: String, _ graph: Graph) {
    self.graph = graph
    parameters = Leaves(layouts.parameters, of: Leaves.input(layouts.parameters, name, graph), graph)
    state = Leaves(layouts.state, of: Leaves.input(layouts.state, name + ".state", graph), graph)
  }

  init(_ before: Store, parameters: Node?, state: Node?) {
    graph = before.graph
    self.parameters =
      parameters.map { Leaves(before.parameters.layout, of: detached($0), before.graph) } ?? before.parameters
    self.state = state.map { Leaves(before.state.layout, of: detached($0), before.graph) } ?? before.state
    if state == nil { updates = before.updates }
  }
}

/// The pieces of one flat buffer.
private final class Leaves {
  let graph: Graph
  let flat: Node?
  private let declaring: Bool
  private(set) var layout: ParameterLayout
  private(set) var nodes: [Node]

  init(_ graph: Graph) {
    self.graph = graph
    declaring = true
    flat = nil
    layout = ParameterLayout()
    nodes = []
  }

  static func input(_ layout: ParameterLayout, _ name: String, _ graph: Graph) -> Node? {
    layout.count > 0 ? graph.add(Input(name, [layout.count])) : nil
  }

  /// - Parameter flat: all of them, `[count]`; nil where there are none.
  init(_ layout: ParameterLayout, of flat: Node?, _ graph: Graph) {
    self.graph = graph
    self.layout = layout
    declaring = false
    self.flat = flat
    nodes = layout.entries.map { entry in
      guard let input = flat else { return Node.constant(0, entry.shape, in: graph) }
      let leaf = input.sliced(axis: 0, from: entry.offset, count: entry.shape.count)
        .reshaped(to: entry.shape)
      graph.keep(leaf)
      return leaf
    }
  }

  func node(_ path: String, _ shape: Shape, _ initializer: Initializer) -> Node {
    if let index = layout.index(of: path) {
      let known = layout.entries[index].shape
      if known != shape {
        graph.fail(GANError(field: path, expected: "one shape, \(known)", got: shape))
      }
      return nodes[index]
    }
    guard declaring else {
      graph.fail(GANError(field: path, expected: "a parameter of the layout", got: "an unknown one"))
      return Node.constant(0, shape, in: graph)
    }
    let node = graph.add(Input("parameter " + path, shape))
    do throws(GANError) {
      try layout.append(path, shape, initializer)
      nodes.append(node)
    } catch { graph.fail(error) }
    return node
  }
}
