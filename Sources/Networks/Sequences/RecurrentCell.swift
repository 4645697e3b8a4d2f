import Graphs

/// The step of a recurrent network. All steps' inputs are multiplied at once (`project`); a step itself is
/// one product of its state and a chain of gates.
public struct RecurrentCell: Hashable, Sendable {
  /// Which gates.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Hochreiter & Schmidhuber, Neural Computation 9(8), 1997, with forget gates (Gers et al., 2000);
    /// gates input, forget, cell, output.
    case lstm
    /// Cho et al., arXiv 1406.1078, with the reset gate behind the product, as cuDNN and PyTorch have it;
    /// gates reset, update, new.
    case gru

    var gates: Int { self == .lstm ? 4 : 3 }
  }

  let kind: Kind
  let units: Int
  private let input: Node
  private let recurrent: Node
  private let bias: Node
  /// Of a GRU's new gate, inside the reset.
  private let resetBias: Node?

  /// The state after a step, each `[N, units]`.
  struct State {
    var output: Node
    /// Of an LSTM.
    var cell: Node?
  }

  /// Asks the scope for the cell's parameters: `input` `[D, G · units]`, `recurrent` `[units, G · units]`,
  /// `bias` `[G · units]`, of a GRU also `reset-bias` `[units]`.
  init(_ kind: Kind, units: Int, width: Int, in scope: Scope) {
    (self.kind, self.units) = (kind, units)
    let (count, initialization) = (kind.gates * units, scope.initialization)
    // PyTorch's bound goes by the units, also for the input's weights.
    let weights = initialization.weight(fanIn: units, fanOut: units)
    input = scope.parameter("input", [width, count], weights)
    recurrent = scope.parameter("recurrent", [units, count], weights)
    bias = scope.parameter("bias", [count], initialization.bias(fanIn: units))
    resetBias = kind == .gru ? scope.parameter("reset-bias", [units], initialization.bias(fanIn: units)) : nil
  }

  /// What inputs `[…, D]` give to the gates: `[…, G · units]`.
  func project(_ x: Node) -> Node { matmul(x, input) + bias }

  /// Zeros of `[batch, units]`.
  func start(_ batch: Int) -> State {
    let zeros = Node.constant(0, [batch, units], in: input.graph)
    return State(output: zeros, cell: kind == .lstm ? zeros : nil)
  }

  /// - Parameter projected: `[N, G · units]`.
  func step(_ projected: Node, _ state: State) -> State {
    let product = matmul(state.output, recurrent)
    func gate(_ index: Int) -> (given: Node, own: Node) {
      (
        projected.sliced(axis: 1, from: index * units, count: units),
        product.sliced(axis: 1, from: index * units, count: units)
      )
    }
    func both(_ index: Int) -> Node { gate(index).given + gate(index).own }
    guard kind == .lstm, let cell = state.cell else {
      let (reset, update, new) = (sigmoid(both(0)), sigmoid(both(1)), gate(2))
      let inner = resetBias.map { new.own + $0 } ?? new.own
      let candidate = tanh(new.given + reset * inner)
      return State(output: candidate + update * (state.output - candidate), cell: nil)
    }
    let next = sigmoid(both(1)) * cell + sigmoid(both(0)) * tanh(both(2))
    return State(output: sigmoid(both(3)) * tanh(next), cell: next)
  }

  /// Outputs of all steps `[T, N, units]` of projected inputs `[T, N, G · units]`.
  func unrolled(_ projected: Node, reversed: Bool = false) -> Node {
    let (steps, batch) = (projected.shape[0], projected.shape[1])
    var state = start(batch)
    var outputs: [Node] = []
    for step in reversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
      let now = projected.sliced(axis: 0, from: step, count: 1).reshaped(to: [batch, projected.shape[2]])
      state = self.step(now, state)
      outputs.append(state.output.reshaped(to: [1, batch, units]))
    }
    return concatenate(reversed ? outputs.reversed() : outputs, axis: 0)
  }
}
