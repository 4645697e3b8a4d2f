import Graphs

/// What a plan is compiled from: the values that one run gives, and the inputs that it updates.
public struct Program {
  public let graph: Graph
  /// Values that can be read after a run.
  public var outputs: [(name: String, node: Node)]
  /// Values written into the buffers bound to inputs, after everything that reads the old contents.
  public var stores: [(input: String, node: Node)]
  /// Inputs that stay the same over many runs: what follows from them alone is computed once.
  public var constants: Set<String>

  public init(
    graph: Graph, outputs: [(name: String, node: Node)], stores: [(input: String, node: Node)] = [],
    constants: Set<String> = []
  ) {
    self.graph = graph
    self.outputs = outputs
    self.stores = stores
    self.constants = constants
  }

  /// Throws the graph's own error, or why the names do not fit.
  func validate() throws(GANError) {
    if let error = graph.error { throw error }
    var written: Set<String> = []
    for store in stores where !written.insert(store.input).inserted {
      throw GANError(.internal, store.input, "is stored twice in one program")
    }
    for store in stores where constants.contains(store.input) {
      throw GANError(.internal, store.input, "is a constant and stored")
    }
  }
}
