import Graphs

/// `[N, T, D] → [N, T, units]`, or `[N, units]` of the last step alone: an LSTM or a GRU from a state of
/// zeros, unrolled over T. Bidirectional, another one runs from the end, and both outputs stand side by side.
public struct RecurrentLayer: Layer {
  public static let name = "recurrent"

  public var cell: RecurrentCell.Kind
  public var units: Int
  public var bidirectional: Bool
  /// Only the output after the last step; of the reversed one after the first.
  public var last: Bool

  public init(
    _ cell: RecurrentCell.Kind = .lstm, units: Int, bidirectional: Bool = false, last: Bool = false
  ) {
    self.cell = cell
    self.units = units
    self.bidirectional = bidirectional
    self.last = last
  }

  enum CodingKeys: String, CodingKey { case cell, units, bidirectional, last }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    cell = try fields.choice(.cell, default: .lstm)
    units = try fields.count(.units, within: 1...16384)
    bidirectional = try fields.flag(.bidirectional, default: false)
    last = try fields.flag(.last, default: false)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard x.shape.rank == 3, x.shape[1] > 0 else {
      x.graph.fail(GANError(field: "recurrent", expected: "a sequence [N, T, D]", got: x.shape))
      return x
    }
    // Steps first, so that each is one stretch of memory.
    let steps = x.transposed([1, 0, 2])
    var outputs = [scope.within("forward") { run(steps, reversed: false, in: $0) }]
    if bidirectional { outputs.append(scope.within("backward") { run(steps, reversed: true, in: $0) }) }
    return concatenate(outputs, axis: outputs[0].shape.rank - 1)
  }

  private func run(_ steps: Node, reversed: Bool, in scope: Scope) -> Node {
    let cell = RecurrentCell(cell, units: units, width: steps.shape[2], in: scope)
    let outputs = cell.unrolled(cell.project(steps), reversed: reversed)
    guard last else { return outputs.transposed([1, 0, 2]) }
    let end = outputs.sliced(axis: 0, from: reversed ? 0 : steps.shape[0] - 1, count: 1)
    return end.reshaped(to: [steps.shape[1], units])
  }
}
