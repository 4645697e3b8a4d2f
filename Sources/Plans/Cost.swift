import Graphs

extension Program {
  /// Multiplications and additions of its convolutions and matrix products: nearly all that a network
  /// costs, told without making a kernel.
  public var flops: Int {
    let roots = outputs.map(\.node) + stores.map(\.node)
    return reachable(from: roots).reduce(0) { $0 + graph.node(at: $1).flops }
  }
}

extension Node {
  fileprivate var flops: Int {
    let shapes = inputs.map(\.shape)
    switch primitive {
    case is Convolution: return products(output: shape, weights: shapes[1])
    case is ConvolutionBackwardData: return products(output: shapes[0], weights: shapes[1])
    case is ConvolutionBackwardWeights: return products(output: shapes[1], weights: shape)
    case let product as MatMul:
      return 2 * shape.count * (product.transposeA ? shapes[0][-2] : shapes[0][-1])
    default: return 0
    }
  }

  private func products(output: Shape, weights: Shape) -> Int {
    2 * output.count * (weights.count / max(1, weights[-1]))
  }
}
