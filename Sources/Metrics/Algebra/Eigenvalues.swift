import Glibc
import Graphs

/// The eigenvalues of a symmetric matrix, which is used up, in no order: Householder's reduction to three
/// diagonals, then QL with implicit shifts.
///
/// Golub & Van Loan, Matrix Computations, 4th ed., section 8.3; Bowdler et al., The QR and QL Algorithms for
/// Symmetric Matrices, Numerische Mathematik 11, 1968.
///
/// - Throws: `.internal` when it does not converge, `.memory`.
func eigenvalues(ofSymmetric matrix: DoubleRows) throws(GANError) -> Buffer<Double> {
  let size = matrix.count
  let diagonal = try Buffer<Double>(count: size, for: "eigenvalues")
  // off[i] lies between diagonal[i] and diagonal[i + 1].
  let off = try Buffer<Double>(count: max(1, size), for: "eigenvalues")
  let products = try Buffer<Double>(count: max(1, size), for: "eigenvalues")
  defer { withExtendedLifetime((matrix.buffer, off, products)) {} }
  for last in stride(from: size - 1, through: 1, by: -1) {
    diagonal.pointer[last] = matrix[last][last]
    off.pointer[last - 1] = reflect(matrix, last, products.pointer)
  }
  if size > 0 { diagonal.pointer[0] = matrix[0][0] }
  try iterate(diagonal.pointer, off.pointer, size)
  return diagonal
}

/// Reflects row `last` onto its last element before the diagonal, which is given, and the rows above with
/// it: A − v wᵀ − w vᵀ, where w = β A v − ½ β² (vᵀ A v) v.
private func reflect(_ matrix: DoubleRows, _ last: Int, _ w: UnsafeMutablePointer<Double>) -> Double {
  let v = matrix[last]
  var square = 0.0
  for column in 0..<last { square += v[column] * v[column] }
  guard square > 0 else { return 0 }
  let target = v[last - 1] > 0 ? -square.squareRoot() : square.squareRoot()
  let beta = 1 / (square - target * v[last - 1])
  v[last - 1] -= target
  for column in 0..<last { w[column] = 0 }
  for row in 0..<last {
    let values = matrix[row]
    let share = beta * v[row]
    for column in 0..<last { w[column] += share * values[column] }
  }
  var overlap = 0.0
  for column in 0..<last { overlap += w[column] * v[column] }
  for column in 0..<last { w[column] -= beta / 2 * overlap * v[column] }
  for row in 0..<last {
    let values = matrix[row]
    let (own, moved) = (v[row], w[row])
    for column in 0..<last { values[column] -= own * w[column] + moved * v[column] }
  }
  return target
}

private let mostIterations = 100

private func iterate(
  _ diagonal: UnsafeMutablePointer<Double>, _ off: UnsafeMutablePointer<Double>, _ size: Int
) throws(GANError) {
  for first in 0..<size {
    var iterations = 0
    while true {
      var end = first
      while end < size - 1 {
        let scale = abs(diagonal[end]) + abs(diagonal[end + 1])
        if abs(off[end]) <= Double.ulpOfOne * scale { break }
        end += 1
      }
      if end == first { break }
      iterations += 1
      guard iterations <= mostIterations else {
        throw GANError(.internal, "eigenvalues", "no convergence in \(mostIterations) iterations")
      }
      sweep(diagonal, off, first, end)
    }
  }
}

/// One step of QL on `first ... end`.
private func sweep(
  _ diagonal: UnsafeMutablePointer<Double>, _ off: UnsafeMutablePointer<Double>, _ first: Int, _ end: Int
) {
  let ratio = (diagonal[first + 1] - diagonal[first]) / (2 * off[first])
  let root = hypot(ratio, 1)
  var g = diagonal[end] - diagonal[first] + off[first] / (ratio + (ratio < 0 ? -root : root))
  var (sine, cosine, p) = (1.0, 1.0, 0.0)
  for index in stride(from: end - 1, through: first, by: -1) {
    let f = sine * off[index]
    let b = cosine * off[index]
    let r = hypot(f, g)
    off[index + 1] = r
    if r == 0 {
      diagonal[index + 1] -= p
      off[end] = 0
      return
    }
    (sine, cosine) = (f / r, g / r)
    g = diagonal[index + 1] - p
    let turned = (diagonal[index] - g) * sine + 2 * cosine * b
    p = sine * turned
    diagonal[index + 1] = g + p
    g = cosine * turned - b
  }
  diagonal[first] -= p
  off[first] = g
  off[end] = 0
}
