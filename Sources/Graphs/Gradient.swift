/// Derivatives of the sum of `output` by each of `targets`, as expressions that can be
/// differentiated again. A target that `output` does not depend on gets zeros.
///
/// A target's own inputs are not walked, so a parameter cut out of a flat buffer is a leaf.
public func gradient(of output: Node, at targets: [Node]) -> [Node] {
  let graph = output.graph
  guard graph.error == nil else { return targets }
  let needed = dependents(on: targets, in: graph, upTo: output.index)
  var cotangents: [Int: Node] = [output.index: Node.constant(1, output.shape, in: graph)]
  let stops = Set(targets.map(\.index))
  for index in stride(from: output.index, through: 0, by: -1) where needed[index] {
    guard let cotangent = cotangents[index], !stops.contains(index) else { continue }
    let node = graph.node(at: index)
    let contributions = graph.within("gradient") { node.primitive.gradient(of: node, from: cotangent) }
    for (input, contribution) in zip(node.inputs, contributions) where needed[input.index] {
      guard let contribution else { continue }
      if let sum = cotangents[input.index] {
        cotangents[input.index] = sum + contribution
      } else {
        cotangents[input.index] = contribution
      }
    }
  }
  return targets.map { cotangents[$0.index] ?? Node.constant(0, $0.shape, in: graph) }
}

/// Marks every node up to `last` whose value depends on a target.
private func dependents(on targets: [Node], in graph: Graph, upTo last: Int) -> [Bool] {
  var marks = Array(repeating: false, count: last + 1)
  for target in targets where target.index <= last { marks[target.index] = true }
  for index in 0...last where !marks[index] {
    marks[index] = graph.records[index].inputs.contains { marks[$0] }
  }
  return marks
}
