import Graphs

extension LanguageModel {
  /// Texts as distributions over tokens, `[batch, T, V]`: softmax((logits + Gumbel noise) · sharpness), whose
  /// greatest entry is a token drawn by its probability (Jang et al., arXiv 1611.01144, eq. 2). The next step sees
  /// that token, as in RelGAN's own code; behind an end mark come end marks.
  public func relaxedTexts(_ batch: Int, sharpness: Node) -> Node {
    var (token, state, steps): (Node, State, [Node]) = (beginning(batch), start(batch), [])
    for place in 0..<texts.length {
      let (logits, after) = next(after: token, state)
      let noisy = logits + gumbel(logits.shape)
      var relaxed = softmax(noisy * sharpness)
      var drawn = greatest(detached(noisy))
      if place > 0 {
        let own = drawn
        drawn = ended(own, after: token)
        relaxed = closed(relaxed, after: token)
      }
      steps.append(relaxed.reshaped(to: [1, batch, texts.vocabulary]))
      (token, state) = (drawn, after)
    }
    return concatenate(steps, axis: 0).transposed([1, 0, 2])
  }

  /// Standard Gumbel numbers: −log(−log u).
  private func gumbel(_ shape: Shape) -> Node {
    // Between the ends of (0, 1), where the logarithms are finite.
    let u = randomUniform(shape, in: graph) * (1 - 0x1p-23) + 0x1p-24
    return -log(-log(u))
  }

  /// The place of each row's greatest entry, `[N, V] → [N]`; of equal ones the last.
  private func greatest(_ x: Node) -> Node {
    let wins = equal(x, max(x, over: [1], keepingAxes: true))
    return max(wins * iota(x.shape, axis: 1, in: graph), over: [1])
  }

  /// Distributions `[N, V]`, or the end mark's where the token before was one.
  private func closed(_ relaxed: Node, after before: Node) -> Node {
    guard let end = texts.end else { return relaxed }
    let shape = relaxed.shape
    let mark = equal(iota(shape, axis: 1, in: graph), Double(end))
    let isOver = equal(before, Double(end)).reshaped(to: [shape[0], 1])
    return select(isOver, mark, relaxed)
  }
}

private func equal(_ x: Node, _ value: Double) -> Node { equal(x, .constant(value, x.shape, in: x.graph)) }
