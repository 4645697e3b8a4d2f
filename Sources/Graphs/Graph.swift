/// A growing list of expressions. Equal expressions become one node, so gradients that repeat the
/// forward pass cost nothing.
///
/// Building never throws: the graph keeps its first error, with operation, shapes and layer path,
/// and whoever compiles or evaluates it throws that. Not thread-safe while it is being built.
public final class Graph: @unchecked Sendable {
  struct Record {
    let primitive: any Primitive
    let inputs: [Int]
    let shape: Shape
    let path: String
  }

  private struct Key: Hashable {
    let primitive: AnyHashable
    let inputs: [Int]
  }

  private(set) var records: [Record] = []
  private var known: [Key: Int] = [:]
  private var streams: UInt32 = 0
  private var leaves: Set<Int> = []

  /// The first thing that did not fit.
  public private(set) var error: GANError?
  /// The layers being built, outermost first; part of the error's text and of a plan's listing.
  public private(set) var path: [String] = []

  /// No single value may hold more elements than this (a terabyte of f32).
  public static let greatestCount = 1 << 38

  public init() {}

  public var count: Int { records.count }

  public func node(at index: Int) -> Node { Node(graph: self, index: index) }

  /// Runs `body` with `name` appended to the path.
  public func within<Result>(_ name: String, _ body: () -> Result) -> Result {
    path.append(name)
    defer { path.removeLast() }
    return body()
  }

  /// Keeps every formula of `node` going through it, so that a gradient by it is whole: a parameter
  /// that is a reshaped slice would be left out of what simplifies its reshaping again.
  public func keep(_ node: Node) { leaves.insert(node.index) }

  /// Notes what is wrong, unless something already is.
  public func fail(_ error: GANError) {
    if self.error == nil { self.error = error }
  }

  /// A new random stream: nodes of different streams are independent.
  public func makeStream() -> UInt32 {
    streams += 1
    return streams
  }

  public func add(_ primitive: any Primitive, _ inputs: [Node] = []) -> Node {
    if error != nil { return placeholder }
    let seesThrough = leaves.isEmpty || !inputs.contains { leaves.contains($0.index) }
    if seesThrough, let simpler = primitive.simplified(inputs) { return simpler }
    let key = Key(primitive: AnyHashable(primitive), inputs: inputs.map(\.index))
    if let index = known[key] { return node(at: index) }
    do throws(GANError) {
      let shape = try primitive.shape(of: inputs.map(\.shape))
      try Self.check(shape)
      records.append(
        Record(
          primitive: primitive, inputs: key.inputs, shape: shape,
          path: path.joined(separator: ".")))
      known[key] = records.count - 1
      return node(at: records.count - 1)
    } catch {
      let shapes = inputs.map(\.shape.description).joined(separator: " and ")
      let place = path.isEmpty ? primitive.name : path.joined(separator: ".") + ", " + primitive.name
      let of = shapes.isEmpty ? "" : " of \(shapes)"
      let problem = error.field.isEmpty ? error.problem : "\(error.field): \(error.problem)"
      fail(GANError(error.kind, place + of, problem))
      return placeholder
    }
  }

  /// No negative extents, and few enough elements even along axes beside an empty one, so that
  /// offsets and strides need no further checks.
  private static func check(_ shape: Shape) throws(GANError) {
    guard shape.dimensions.allSatisfy({ $0 >= 0 }) else {
      throw GANError(field: "shape", expected: "extents of at least 0", got: shape)
    }
    guard Shape(shape.dimensions.map { max(1, $0) }).count <= greatestCount else {
      throw GANError(.memory, "", "a value of shape \(shape) is too large")
    }
  }

  /// What a failed graph answers, so that the formula can go on to its end.
  private var placeholder: Node {
    if records.isEmpty {
      records.append(Record(primitive: Constant(0, []), inputs: [], shape: [], path: ""))
    }
    return node(at: 0)
  }
}

/// A value naming an expression of a graph.
public struct Node: Hashable, Sendable {
  public let graph: Graph
  public let index: Int

  public var shape: Shape { graph.records[index].shape }
  public var primitive: any Primitive { graph.records[index].primitive }
  public var inputs: [Node] { graph.records[index].inputs.map { graph.node(at: $0) } }
  /// The layer this was built in.
  public var path: String { graph.records[index].path }

  public static func == (a: Node, b: Node) -> Bool { a.graph === b.graph && a.index == b.index }
  public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}
