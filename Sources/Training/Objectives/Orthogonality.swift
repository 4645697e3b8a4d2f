import Graphs

/// Σ ‖WᵀW ⊙ (1 − I)‖²_F over the matrices `[rest, outputs]` of weights of two axes or more: 0 where no two
/// outputs look for the same. Brock et al., BigGAN, arXiv 1809.11096, eq. 3.
func orthogonality(of weights: [Node]) -> Node? {
  let terms = weights.filter { $0.shape.rank >= 2 && $0.shape.count > 0 }.map { weight in
    let matrix = weight.reshaped(to: [weight.shape.count / weight.shape[-1], weight.shape[-1]])
    // ‖WᵀW‖ is ‖WWᵀ‖: the smaller product serves.
    let isTall = matrix.shape[0] >= matrix.shape[1]
    let product = matmul(matrix, matrix, transposeA: isTall, transposeB: !isTall)
    let lengths = sum(square(matrix), over: [0])
    return sum(square(product)) - sum(square(lengths))
  }
  guard let first = terms.first else { return nil }
  return terms.dropFirst().reduce(first, +)
}
