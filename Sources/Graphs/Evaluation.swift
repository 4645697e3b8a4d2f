/// The slow, plain evaluation of a graph in Float64: what a plan's results are compared with.
public func evaluate(
  _ nodes: [Node], with values: [String: Tensor], random: RandomState = RandomState(seed: 0)
)
  throws(GANError) -> [Tensor]
{
  guard let graph = nodes.first?.graph else { return [] }
  if let error = graph.error { throw error }
  var results: [Int: Tensor] = [:]
  for index in reachable(from: nodes) {
    let node = graph.node(at: index)
    if let input = node.primitive as? Input {
      guard let value = values[input.name] else {
        throw GANError(field: input.name, expected: "a value", got: "none")
      }
      guard value.shape == node.shape else {
        throw GANError(field: input.name, expected: "shape \(node.shape)", got: value.shape)
      }
      results[index] = value
    } else {
      results[index] = node.primitive.evaluate(node.inputs.map { results[$0.index]! }, random: random)
    }
  }
  return nodes.map { results[$0.index]! }
}

/// Indices of all nodes that `nodes` depend on, themselves included, in an order of evaluation.
public func reachable(from nodes: [Node]) -> [Int] {
  guard let graph = nodes.first?.graph, let last = nodes.map(\.index).max() else { return [] }
  var marks = Array(repeating: false, count: last + 1)
  for node in nodes { marks[node.index] = true }
  for index in stride(from: last, through: 0, by: -1) where marks[index] {
    for input in graph.records[index].inputs { marks[input] = true }
  }
  return marks.indices.filter { marks[$0] }
}
