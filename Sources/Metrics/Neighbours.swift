import Graphs

/// Of each row the squared distances to its nearest neighbours among the other rows of its set.
struct Neighbours {
  /// `[N, k]`, rising.
  let distances: Buffer<Double>
  let k: Int

  init(_ rows: DoubleRows, k: Int, _ workers: Workers) throws(GANError) {
    let nearest = try Buffer<Double>(count: rows.count * k, for: "nearest neighbours")
    nearest.elements.update(repeating: .infinity)
    try RowPairs.distances.forEach(rows, rows, workers) { row, from, values in
      let own = nearest.pointer + row * k
      for index in 0..<values.count where values[index] < own[k - 1] && from + index != row {
        var place = k - 1
        while place > 0, own[place - 1] > values[index] {
          own[place] = own[place - 1]
          place -= 1
        }
        own[place] = values[index]
      }
    }
    distances = nearest
    self.k = k
  }

  /// The squared distance to the k-th neighbour.
  func radius(_ row: Int) -> Double { distances.pointer[row * k + k - 1] }
  func nearest(_ row: Int) -> Double { distances.pointer[row * k] }
}

/// Of each row how it lies among the rows of the other set.
struct Neighbourhood {
  /// Squared distance to the nearest of them.
  let nearest: Buffer<Double>
  /// How many of them have it nearer than their own k-th neighbour.
  let holders: Buffer<Int>

  init(_ rows: DoubleRows, among others: DoubleRows, _ radii: Neighbours, _ workers: Workers)
    throws(GANError)
  {
    let nearest = try Buffer<Double>(count: rows.count, for: "nearest neighbours")
    let holders = try Buffer<Int>(count: rows.count, for: "nearest neighbours")
    nearest.elements.update(repeating: .infinity)
    try RowPairs.distances.forEach(rows, others, workers) { row, from, values in
      for index in 0..<values.count {
        nearest.pointer[row] = min(nearest.pointer[row], values[index])
        if values[index] < radii.radius(from + index) { holders.pointer[row] += 1 }
      }
    }
    withExtendedLifetime(radii.distances) {}
    self.nearest = nearest
    self.holders = holders
  }
}
