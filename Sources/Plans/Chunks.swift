/// How work is cut. The numbers depend on sizes alone, never on threads or timings.
enum Chunks {
  /// Elements below which waking another thread costs more than it gives.
  static let grain = 32_768

  static func elements(_ count: Int, most: Int = 32) -> Int { max(1, min(most, count / grain)) }

  /// Of so many FLOPs, each worth a hand-over to another thread.
  static func work(_ flops: Int, most: Int) -> Int { max(1, min(most, flops / 2_000_000)) }

  /// A divisor of `batch` of at most `most`, or 1 where the work is small.
  static func batch(_ batch: Int, flops: Int, most: Int = 4) -> Int {
    let wanted = work(flops, most: most)
    guard wanted > 1 else { return 1 }
    return (1...min(wanted, max(1, batch))).last { batch % $0 == 0 } ?? 1
  }

  /// At most `wanted` parts of `0..<count`, none of them empty.
  static func parts(_ wanted: Int, of count: Int) -> Int {
    guard count > 0, wanted > 1 else { return 1 }
    let size = (count + wanted - 1) / wanted
    return (count + size - 1) / size
  }

  /// The part of `0..<count` that chunk `chunk` of `chunks` has.
  static func range(_ chunk: Int, of chunks: Int, count: Int) -> Range<Int> {
    let size = (count + chunks - 1) / chunks
    return min(count, chunk * size)..<min(count, (chunk + 1) * size)
  }
}
