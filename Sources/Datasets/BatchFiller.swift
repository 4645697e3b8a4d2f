import Graphs

/// Writes batch k of a shuffled, endless sequence of epochs: a pure function of (dataset, batch
/// size, seed, flip, k). One thread at a time.
///
/// Epoch e visits every sample once in an order drawn from (seed, e); batch k holds the positions
/// k·B ..< (k+1)·B of the epochs put end to end, so the last partial batch of an epoch is filled
/// from the next one's start.
final class BatchFiller {
  let dataset: Dataset
  let batch: Int
  private let seed: UInt64
  private let flips: CounterRandom?
  private let order: Buffer<UInt32>
  private var epoch: UInt64?

  init(_ dataset: Dataset, batch: Int, seed: UInt64, flip: Bool) throws(GANError) {
    guard dataset.count <= Int(UInt32.max) else {
      throw GANError(.unsupported, "data", "expected at most \(UInt32.max) samples, got \(dataset.count)")
    }
    self.dataset = dataset
    self.batch = batch
    self.seed = seed
    self.flips = flip ? CounterRandom(seed: seed, stream: .max) : nil
    self.order = try Buffer(count: dataset.count, for: "order of samples")
  }

  func fill(_ index: Int64, values: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>?) {
    let size = dataset.sampleShape.count
    let count = UInt64(dataset.count)
    let first = UInt64(bitPattern: index) &* UInt64(batch)
    for slot in 0..<batch {
      let position = first &+ UInt64(slot)
      prepare(epoch: position / count)
      let sample = Int(order.pointer[Int(position % count)])
      let flipped = flips.map { $0[position] >> 63 == 1 } ?? false
      dataset.copySample(sample, flipped: flipped, into: values + slot * size)
      if let labels { labels[slot] = dataset.label(of: sample) }
    }
  }

  /// Makes the next batch draw its order anew: a fork may have copied one half shuffled.
  func forgetOrder() { epoch = nil }

  /// Fisher–Yates; Durstenfeld, CACM 7(7), 1964.
  private func prepare(epoch wanted: UInt64) {
    guard epoch != wanted else { return }
    let random = CounterRandom(seed: seed, stream: wanted)
    let order = self.order.pointer
    for i in 0..<dataset.count { order[i] = UInt32(truncatingIfNeeded: i) }
    var i = dataset.count - 1
    while i > 0 {
      let j = Int(random.number(below: UInt64(i) + 1, at: UInt64(i)))
      let other = order[j]
      order[j] = order[i]
      order[i] = other
      i -= 1
    }
    epoch = wanted
  }
}
