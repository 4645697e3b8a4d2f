import Graphs

/// `[N, …, C] → [N, …, C + 1]`: one more channel with the mean deviation of all features among `group`
/// samples, the same everywhere, so that a discriminator sees variety. Karras et al., arXiv 1710.10196,
/// section 3, in groups as in their later code; of a batch that `group` does not divide, the greatest
/// divisor below it.
///
/// A trained network is given the running mean of the deviation instead: a score must not depend on
/// what else was asked for with it.
public struct MinibatchDeviation: Layer {
  public static let name = "minibatch-deviation"

  public var group: Int

  public init(group: Int = 4) { self.group = group }

  enum CodingKeys: String, CodingKey { case group }

  public init(from decoder: any Decoder) throws {
    group = try decoder.container(keyedBy: CodingKeys.self).count(.group, within: 2...65536, default: 4)
  }

  public var mixesSamples: Bool { true }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let batch = x.shape[0]
    let running = scope.state("deviation", [], .constant(0))
    let column = Shape([batch] + x.shape.dimensions.dropFirst().dropLast() + [1])
    guard scope.training, batch > 0 else {
      return concatenate([x, running.broadcast(to: column)], axis: x.shape.rank - 1)
    }
    let size = (1...min(group, batch)).last { batch % $0 == 0 } ?? 1
    let grouped = x.reshaped(to: [size, batch / size, x.shape.count / batch])
    let centred = grouped - mean(grouped, over: [0], keepingAxes: true)
    let deviations = mean(sqrt(mean(square(centred), over: [0]) + 1e-8), over: [1])
    scope.update("deviation", to: 0.9 * running + 0.1 * mean(deviations))
    let ones = column.dimensions.dropFirst().map { _ in 1 }
    let each = deviations.reshaped(to: [1, batch / size]).broadcast(to: [size, batch / size])
    let channel = each.reshaped(to: Shape([batch] + ones)).broadcast(to: column)
    return concatenate([x, channel], axis: x.shape.rank - 1)
  }
}
