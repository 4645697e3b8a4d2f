import Graphs

/// A recurrent network that says of every token how likely it is after those before it:
/// p(text) = Π p(token | tokens before). One application, bound to a scope.
public struct LanguageModel {
  private let architecture: Recurrent
  let texts: Texts
  let graph: Graph
  /// A vector for each token, and one for the beginning.
  private let table: Node
  private let cells: [RecurrentCell]
  private let weight: Node
  private let bias: Node

  /// The state between two tokens, of every layer.
  public struct State {
    var layers: [RecurrentCell.State]

    /// The states of other samples behind these.
    public func joined(_ other: State) -> State {
      State(
        layers: zip(layers, other.layers).map { a, b in
          var state = a
          state.output = concatenate([a.output, b.output], axis: 0)
          if let (own, more) = zip(a.cell, b.cell) { state.cell = concatenate([own, more], axis: 0) }
          return state
        })
    }

    /// Those of `count` samples.
    public func samples(from: Int, count: Int) -> State {
      State(
        layers: layers.map { layer in
          var layer = layer
          layer.output = layer.output.sliced(axis: 0, from: from, count: count)
          layer.cell = layer.cell?.sliced(axis: 0, from: from, count: count)
          return layer
        })
    }
  }

  init(_ architecture: Recurrent, _ texts: Texts, in scope: Scope) {
    self.architecture = architecture
    self.texts = texts
    graph = scope.graph
    let (vocabulary, units) = (texts.vocabulary, architecture.width)
    table = scope.parameter(
      "embedding.weight", [vocabulary + 1, architecture.embedding], .embedding(width: architecture.embedding))
    cells = (0..<architecture.depth).map { layer in
      let width = layer == 0 ? architecture.embedding : units
      return scope.within(String(layer)) {
        RecurrentCell(architecture.cell, units: units, width: width, in: $0)
      }
    }
    // A row for each token, so that the ones that come are read and moved by row.
    weight = scope.parameter(
      "output.weight", [vocabulary, units], scope.initialization.weight(fanIn: units, fanOut: vocabulary))
    bias = scope.parameter("output.bias", [vocabulary], scope.initialization.bias(fanIn: units))
  }

  // MARK: Of given texts

  /// log p of each token `[N, T]` → `[N, T]`, all steps at once. Behind the end of a sample the values mean
  /// nothing: see `Texts.mask`.
  public func logProbabilities(of tokens: Node) -> Node {
    let (batch, length) = (tokens.shape[0], texts.length)
    let outputs = outputs(for: tokens).reshaped(to: [length * batch, architecture.width])
    let targets = tokens.transposed([1, 0]).reshaped(to: [length * batch])
    let logits = logits(outputs)
    let chosen = sum(outputs * gather(weight, targets), over: [1]) + gather(bias, targets)
    let greatest = detached(max(logits, over: [1], keepingAxes: true))
    let total = log(sum(exp(logits - greatest), over: [1])) + greatest.reshaped(to: [length * batch])
    return (chosen - total).reshaped(to: [length, batch]).transposed([1, 0])
  }

  /// What the last layer has seen before each token `[N, T]`: `[T, N, units]`.
  private func outputs(for tokens: Node) -> Node {
    let (batch, length) = (tokens.shape[0], texts.length)
    let start = Node.constant(Double(texts.vocabulary), [1, batch], in: graph)
    let before = tokens.transposed([1, 0]).sliced(axis: 0, from: 0, count: max(0, length - 1))
    var x = gather(table, length > 1 ? concatenate([start, before], axis: 0) : start)
    for cell in cells { x = cell.unrolled(cell.project(x)) }
    return x
  }

  private func logits(_ outputs: Node) -> Node { matmul(outputs, weight, transposeB: true) + bias }

  // MARK: Token by token

  public func start(_ batch: Int) -> State { State(layers: cells.map { $0.start(batch) }) }

  /// The token before the first one, of each sample.
  public func beginning(_ batch: Int) -> Node { .constant(Double(texts.vocabulary), [batch], in: graph) }

  /// Takes one more token `[N]` in; logits of the next `[N, V]`.
  public func next(after token: Node, _ state: State) -> (logits: Node, state: State) {
    var (x, after) = (gather(table, token), state)
    for (index, cell) in cells.enumerated() {
      after.layers[index] = cell.step(cell.project(x), state.layers[index])
      x = after.layers[index].output
    }
    return (logits(x), after)
  }

  /// A token drawn by its probability from logits `[N, V]` → `[N]`; the end mark where `before` is one.
  ///
  /// - Parameter temperature: divides the logits; a scalar, nil for 1.
  public func drawn(from logits: Node, after before: Node?, temperature: Node? = nil) -> Node {
    let token = randomCategorical(softmax(temperature.map { logits / $0 } ?? logits))
    return ended(token, after: before)
  }

  /// `token`, or the end mark where the one before was that.
  public func ended(_ token: Node, after before: Node?) -> Node {
    guard let before, let end = texts.end else { return token }
    let mark = Node.constant(Double(end), token.shape, in: graph)
    return select(equal(before, mark), mark, token)
  }

  /// Texts `[batch, T]`, drawn token by token.
  public func texts(_ batch: Int, temperature: Node? = nil) -> Node {
    var (token, state, columns): (Node, State, [Node]) = (beginning(batch), start(batch), [])
    for place in 0..<texts.length {
      let (logits, after) = next(after: token, state)
      token = drawn(from: logits, after: place == 0 ? nil : token, temperature: temperature)
      state = after
      columns.append(token.reshaped(to: [batch, 1]))
    }
    return concatenate(columns, axis: 1)
  }
}

private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}

extension Network {
  /// This network as a model of texts, in one application of its scope.
  ///
  /// - Throws: `.argument` for an architecture that makes none.
  public func languageModel(_ texts: Texts, in scope: Scope) throws(GANError) -> LanguageModel {
    guard let recurrent = architecture.value as? Recurrent else {
      throw GANError(field: "architecture", expected: "recurrent, which makes texts", got: name)
    }
    return LanguageModel(recurrent, texts, in: scope.initialized(by: initialization))
  }
}
