import Graphs

extension LanguageModel {
  /// Texts `[N, T]` continued from each of their beginnings: block p of the result `[T · N, T]` keeps tokens
  /// 0…p of every text and has the others drawn anew; the last block is the texts themselves. Yu et al., arXiv
  /// 1609.05473, section 3.1.
  ///
  /// All beginnings go on together: step t takes a token into the t · N that have begun by then.
  public func rollouts(of texts: Node) -> Node {
    let (batch, length) = (texts.shape[0], texts.shape[1])
    func given(_ place: Int) -> Node {
      texts.sliced(axis: 1, from: place, count: 1).reshaped(to: [batch])
    }
    // The texts' own next state comes last.
    var state = next(after: beginning(batch), start(batch)).state
    var before = given(0)
    var columns = [concatenate(Array(repeating: given(0), count: length), axis: 0)]
    for place in 1..<max(1, length) {
      let (logits, after) = next(after: before, state)
      let drawn = drawn(from: logits, after: before)
      columns.append(concatenate([drawn] + Array(repeating: given(place), count: length - place), axis: 0))
      state = after.joined(after.samples(from: (place - 1) * batch, count: batch))
      before = concatenate([drawn, given(place)], axis: 0)
    }
    return concatenate(columns.map { $0.reshaped(to: [length * batch, 1]) }, axis: 1)
  }
}
