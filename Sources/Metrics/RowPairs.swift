import CKernels
import Graphs

/// What every row of one set gives with every row of another, in tiles that stay in the caches.
enum RowPairs {
  /// Σ a·b.
  case products
  /// Σ (a − b)².
  case distances
  /// Σ min(|a − b|, 1).
  case differences

  /// Rows of `a` that a worker takes at a time, and rows of `b` that they meet at a time.
  private static let tile = 32

  /// Calls `body` with the values of row `row` of `a` and rows `from ..< from + values.count` of `b`.
  /// A row's calls come on one thread and with `from` rising; different rows' may come at once.
  ///
  /// - Throws: `.memory`.
  func forEach(
    _ a: DoubleRows, _ b: DoubleRows, _ workers: Workers,
    _ body: @escaping (_ row: Int, _ from: Int, _ values: UnsafeBufferPointer<Double>) -> Void
  ) throws(GANError) {
    precondition(a.width == b.width)
    let (tile, area) = (Self.tile, Self.tile * Self.tile)
    let results = try Buffer<Double>(count: workers.count * area, for: "metrics")
    let kernel =
      switch self {
      case .products: gan_row_products
      case .distances: gan_row_distances
      case .differences: gan_row_differences
      }
    workers.run(chunks: (a.count + tile - 1) / tile) { chunk, worker in
      let out = results.pointer + worker * area
      let first = chunk * tile
      let rows = min(tile, a.count - first)
      var from = 0
      while from < b.count {
        let columns = min(tile, (b.count - from + 3) / 4 * 4)
        kernel(a[first], Int64(rows), b[from], Int64(columns), Int64(a.width), out)
        let wanted = min(columns, b.count - from)
        for row in 0..<rows {
          body(first + row, from, UnsafeBufferPointer(start: out + row * columns, count: wanted))
        }
        from += columns
      }
    }
    withExtendedLifetime((a.buffer, b.buffer, results)) {}
  }
}
