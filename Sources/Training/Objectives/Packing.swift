import Graphs

/// `[N, …, C] → [N / count, …, C · count]`: neighbours side by side, judged together. Lin et al., PacGAN,
/// arXiv 1712.04086, section 3.
func packed(_ x: Node, by count: Int) -> Node {
  guard count > 1 else { return x }
  let batch = x.shape[0]
  guard batch % count == 0 else {
    x.graph.fail(GANError(field: "batch", expected: "a multiple of packing, \(count)", got: batch))
    return x
  }
  let row = Array(x.shape.dimensions.dropFirst())
  let split = x.reshaped(to: Shape([batch / count, count] + row))
  // [N, count, H, W, C] → [N, H, W, count, C].
  let order = [0] + (2..<row.count + 1) + [1, row.count + 1]
  let packed = [batch / count] + row.dropLast() + [row[row.count - 1] * count]
  return split.transposed(order).reshaped(to: Shape(packed))
}

extension Recipe {
  /// The shape of what the discriminator judges, a batch of two.
  var judgedBatch: Shape {
    guard packing > 1, let channels = sample.dimensions.last else { return batchOfTwo }
    return Shape([2] + sample.dimensions.dropLast() + [channels * packing])
  }
}
