import Graphs

/// What a network computes, by name: `score` `[N]` (a discriminator's raw output), `sample`
/// `[N, …]` (a generator's, an autoencoder's), `classes` `[N, K]` (logits), `features` `[N, F]` (before
/// the last layer), `code` `[N, Z]` (an encoder's, an autoencoder's), and those of other heads.
public struct Outputs: Sendable {
  public private(set) var names: [String] = []
  private var nodes: [Node] = []
  private let graph: Graph

  public init(in graph: Graph) { self.graph = graph }

  public subscript(name: String) -> Node? {
    get { names.firstIndex(of: name).map { nodes[$0] } }
    set {
      if let index = names.firstIndex(of: name) {
        names.remove(at: index)
        nodes.remove(at: index)
      }
      guard let newValue else { return }
      names.append(name)
      nodes.append(newValue)
    }
  }

  /// Those of `count` samples of the batch.
  public func samples(from first: Int, count: Int) -> Outputs {
    var some = self
    some.nodes = nodes.map { $0.sliced(axis: 0, from: first, count: count) }
    return some
  }

  public var score: Node { required("score") }
  public var sample: Node { required("sample") }
  public var classes: Node { required("classes") }
  public var features: Node { required("features") }
  public var code: Node { required("code") }

  /// The output of that name; a network without it fails its graph.
  public func required(_ name: String) -> Node {
    if let node = self[name] { return node }
    let known = names.joined(separator: ", ")
    graph.fail(GANError(field: "network", expected: "an output '\(name)'", got: "only \(known)"))
    return Node.constant(0, in: graph)
  }
}
