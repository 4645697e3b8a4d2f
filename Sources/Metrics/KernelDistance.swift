import Graphs

extension Metric {
  /// KID: the squared maximum mean discrepancy of the features under the kernel (x·y / d + 1)³, without bias:
  /// its mean over equal sets is 0, so a single figure may lie below.
  ///
  /// Bińkowski et al., arXiv 1801.01401, section 4. In blocks of at most 1,024 rows, whose mean is given, as
  /// TF-GAN does; a block takes every B-th row, so that sorted samples do no harm.
  public static let kernel = Metric(
    name: "kid", summary: "kernel distance between features, unbiased; around 0 is equal",
    paper: "arXiv 1801.01401", needs: [.several]
  ) { comparison throws(GANError) in
    let (real, fake) = (comparison.real.features, comparison.fake.features)
    return [comparison.figure("kid", try kernelDistance(real, fake, comparison.workers), .lower)]
  }
}

private let greatestBlock = 1024

func kernelDistance(_ real: Rows, _ fake: Rows, _ workers: Workers) throws(GANError) -> Double {
  let wanted = (max(real.count, fake.count) + greatestBlock - 1) / greatestBlock
  // A block needs two rows of either.
  let blocks = min(wanted, min(real.count, fake.count) / 2)
  var sum = 0.0
  for block in 0..<blocks {
    func rows(_ set: Rows) throws(GANError) -> DoubleRows {
      let count = (set.count - block + blocks - 1) / blocks
      return try DoubleRows(
        set, count: min(count, greatestBlock), place: { block + $0 * blocks }, for: "kid")
    }
    sum += try discrepancy(rows(real), rows(fake), workers)
  }
  return sum / Double(blocks)
}

private func discrepancy(_ x: DoubleRows, _ y: DoubleRows, _ workers: Workers) throws(GANError) -> Double {
  func mean(_ a: DoubleRows, _ b: DoubleRows, skipsSelf: Bool) throws(GANError) -> Double {
    let sums = try Buffer<Double>(count: a.count, for: "kid")
    let width = Double(a.width)
    try RowPairs.products.forEach(a, b, workers) { row, from, values in
      var sum = 0.0
      for index in 0..<values.count where !(skipsSelf && from + index == row) {
        let base = values[index] / width + 1
        sum += base * base * base
      }
      sums.pointer[row] += sum
    }
    let pairs = Double(a.count) * Double(skipsSelf ? b.count - 1 : b.count)
    return sums.elements.reduce(0, +) / pairs
  }
  return try mean(x, x, skipsSelf: true) + mean(y, y, skipsSelf: true) - 2 * mean(x, y, skipsSelf: false)
}
