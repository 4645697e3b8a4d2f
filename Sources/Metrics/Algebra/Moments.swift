import Graphs

/// Mean and covariance of feature rows, in double precision.
struct Moments {
  let mean: Buffer<Double>
  /// Symmetric, `[F, F]`, over n − 1.
  let covariance: DoubleRows
  let width: Int

  /// Rows that are turned over at a time.
  private static let segment = 512

  init(_ rows: Rows, _ workers: Workers) throws(GANError) {
    let (count, width) = (rows.count, rows.width)
    let mean = try Buffer<Double>(count: width, for: "mean of features")
    for row in 0..<count {
      let values = rows[row]
      for column in 0..<width { mean.pointer[column] += Double(values[column]) }
    }
    for column in 0..<width { mean.pointer[column] /= Double(count) }
    let sums = try DoubleRows(count: width, width: width, for: "covariance of features")
    let length = min(Self.segment, count)
    // Each feature's values in a row of their own, so that a covariance is a product of two rows.
    let columns = try DoubleRows(count: width, width: length, for: "covariance of features")
    var first = 0
    while first < count {
      for place in 0..<length {
        for column in 0..<width {
          let isThere = first + place < count
          columns[column][place] = isThere ? Double(rows[first + place][column]) - mean.pointer[column] : 0
        }
      }
      try RowPairs.products.forEach(columns, columns, workers) { row, from, values in
        let target = sums[row] + from
        for index in 0..<values.count { target[index] += values[index] }
      }
      first += length
    }
    for element in 0..<width * width { sums.buffer.pointer[element] /= Double(count - 1) }
    self.mean = mean
    covariance = sums
    self.width = width
  }

  var trace: Double { (0..<width).reduce(0) { $0 + covariance[$1][$1] } }
}
