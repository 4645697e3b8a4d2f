import Graphs

/// U with Uᵀ U = A of a symmetric matrix that is positive but may lack rank: Cholesky's factor with the
/// greatest remaining diagonal element first, its rows cut where nothing but rounding remains.
///
/// Higham, Analysis of the Cholesky Decomposition of a Semi-definite Matrix, 1990.
func factor(of matrix: DoubleRows) throws(GANError) -> DoubleRows {
  let size = matrix.count
  let rows = try DoubleRows(count: size, width: size, for: "factor of a covariance")
  let rest = try Buffer<Double>(count: size, for: "factor of a covariance")
  for column in 0..<size { rest.pointer[column] = matrix[column][column] }
  let least = Double(size) * Double.ulpOfOne * (rest.elements.max() ?? 0)
  var rank = 0
  while rank < size {
    var pivot = 0
    for column in 1..<max(1, size) where rest.pointer[column] > rest.pointer[pivot] { pivot = column }
    guard rest.pointer[pivot] > least else { break }
    let row = rows[rank]
    row.update(from: matrix[pivot], count: size)
    for earlier in 0..<rank {
      let other = rows[earlier]
      let share = other[pivot]
      for column in 0..<size { row[column] -= share * other[column] }
    }
    let scale = 1 / rest.pointer[pivot].squareRoot()
    for column in 0..<size {
      row[column] *= scale
      rest.pointer[column] -= row[column] * row[column]
    }
    // Used up, whatever rounding left of it.
    rest.pointer[pivot] = -.infinity
    rank += 1
  }
  return try rows.first(rank)
}

extension DoubleRows {
  func scale(by factor: Double) {
    for element in 0..<count * width { buffer.pointer[element] *= factor }
  }

  /// A copy of the first rows.
  func first(_ count: Int) throws(GANError) -> DoubleRows {
    let some = try DoubleRows(count: count, width: width, for: "factor of a covariance")
    some.buffer.pointer.update(from: buffer.pointer, count: count * width)
    return some
  }

  /// `self · otherᵀ`, `[count, other.count]`.
  func times(transposed other: DoubleRows, _ workers: Workers) throws(GANError) -> DoubleRows {
    let product = try DoubleRows(count: count, width: other.count, for: "product of covariances")
    try RowPairs.products.forEach(self, other, workers) { row, from, values in
      for index in 0..<values.count { product[row][from + index] = values[index] }
    }
    return product
  }
}
