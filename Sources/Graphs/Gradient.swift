/// Derivatives of the sum of `output` by each of `targets`, as expressions that can be
/// differentiated again. A target that `output` does not depend on gets zeros.
///
/// A target's own inputs are not walked, so a parameter cut out of a flat buffer is a leaf.
public func gradient(of output: Node, at targets: [Node]) -> [Node] {
  let graph = output.graph
  guard graph.error == nil else { return targets }
  let needed = dependents(on: targets, in: graph, upTo: output.index)
  var contributions: [Int: [Node]] = [output.index: [Node.constant(1, output.shape, in: graph)]]
  let stops = Set(targets.map(\.index))
  for index in stride(from: output.index, through: 0, by: -1) where needed[index] {
    guard !stops.contains(index), let parts = contributions.removeValue(forKey: index) else { continue }
    let node = graph.node(at: index)
    let given = graph.within("gradient") { node.primitive.gradient(of: node, from: total(of: parts)) }
    for (input, contribution) in zip(node.inputs, given) where needed[input.index] {
      if let contribution { contributions[input.index, default: []].append(contribution) }
    }
  }
  return targets.map { contributions[$0.index].map(total) ?? Node.constant(0, $0.shape, in: graph) }
}

/// The sum of what the users of a node give it. Where each used another piece of it, as the steps of a
/// recurrent network do, the pieces are put side by side: adding them would pass over the whole node for each.
private func total(of parts: [Node]) -> Node {
  guard let piece = parts.lazy.compactMap(Piece.init).first else { return sum(of: parts) }
  var (pieces, others): ([Piece], [Node]) = ([], [])
  for part in parts {
    if let own = Piece(part), own.axis == piece.axis,
      !pieces.contains(where: { $0.range.overlaps(own.range) })
    {
      pieces.append(own)
    } else {
      others.append(part)
    }
  }
  guard pieces.count > 1 else { return sum(of: parts) }
  var (row, place): ([Node], Int) = ([], 0)
  func zeros(upTo end: Int) {
    guard end > place else { return }
    let shape = piece.whole.replacing(axis: piece.axis, with: end - place)
    row.append(.constant(0, shape, in: piece.value.graph))
  }
  for piece in pieces.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
    zeros(upTo: piece.range.lowerBound)
    row.append(piece.value)
    place = piece.range.upperBound
  }
  zeros(upTo: piece.whole[piece.axis])
  return sum(of: [concatenate(row, axis: piece.axis)] + others)
}

private func sum(of parts: [Node]) -> Node { parts.dropFirst().reduce(parts[0]) { $0 + $1 } }

/// A value with zeros around it along one axis.
private struct Piece {
  let value: Node
  let whole: Shape
  let axis: Int
  let range: Range<Int>

  init?(_ node: Node) {
    guard let pad = node.primitive as? Pad, pad.interior.allSatisfy({ $0 == 0 }) else { return nil }
    let axes = node.shape.dimensions.indices.filter { pad.low[$0] != 0 || pad.high[$0] != 0 }
    value = node.inputs[0]
    guard axes.count == 1, pad.low[axes[0]] >= 0, pad.high[axes[0]] >= 0, value.shape[axes[0]] > 0 else {
      return nil
    }
    (whole, axis) = (node.shape, axes[0])
    range = pad.low[axis]..<pad.low[axis] + value.shape[axis]
  }
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
