import Graphs

/// The greatest singular value of a weight matrix `[rest, out]`, by one power iteration in training
/// from the vector `u` kept as state; its gradient takes both singular vectors as constants.
/// Miyato et al., arXiv 1802.05957, algorithm 1.
func spectralNorm(of matrix: Node, in scope: Scope) -> Node {
  let outputs = matrix.shape[-1]
  let constant = detached(matrix)
  let u = scope.state("spectral", [outputs], .unitVector)
  let right = normalized(matmul(constant, u.reshaped(to: [outputs, 1])))
  let product = matmul(constant, right, transposeA: true)
  guard scope.training else {
    // Without an iteration: uᵀWv with u as it stands, never negative for this v.
    return sum(u.reshaped(to: [outputs, 1]) * matmul(matrix, right, transposeA: true))
  }
  let left = normalized(product)
  scope.update("spectral", to: left.reshaped(to: [outputs]))
  return sum(detached(left) * matmul(matrix, detached(right), transposeA: true))
}

/// A vector at length 1, or shorter where it is too small to be measured.
private func normalized(_ x: Node) -> Node { x / maximum(sqrt(sum(square(x))), 1e-12) }
