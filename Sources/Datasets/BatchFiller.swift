import Graphs

/// What makes batch k of an endless sequence, as a pure function of k. One thread at a time.
protocol Filler: AnyObject {
  /// Writes a batch's samples, and its labels where it has any.
  func fill(_ index: Int64, values: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>?)
  /// Makes what is kept from batch to batch anew: a fork may have copied it half done.
  func forgetOrder()
}

/// Writes batch k of a shuffled, endless sequence of epochs: a pure function of (dataset, batch
/// size, seed, flip, labelled, the samples it takes, k). One thread at a time.
///
/// Epoch e visits every sample once in an order drawn from (seed, e); batch k holds the positions
/// k·B ..< (k+1)·B of the epochs put end to end, so the last partial batch of an epoch is filled
/// from the next one's start. With `labelled` of L, the first L of every batch come in the same manner
/// from the samples with labels, however few, and B − L from all.
final class BatchFiller: Filler {
  let dataset: Dataset
  let batch: Int
  private let labelled: Int
  private let flips: CounterRandom?
  private let order: EndlessOrder
  /// The samples that batches are made of; nil for all.
  private let samples: Buffer<UInt32>?
  /// Of samples with labels; nil where none are asked for.
  private let few: (samples: Buffer<UInt32>, order: EndlessOrder)?

  init(
    _ dataset: Dataset, batch: Int, seed: UInt64, flip: Bool, labelled: Int = 0, among: Buffer<UInt32>? = nil
  ) throws(GANError) {
    guard dataset.count <= Int(UInt32.max) else {
      throw GANError(.unsupported, "data", "expected at most \(UInt32.max) samples, got \(dataset.count)")
    }
    self.dataset = dataset
    self.batch = batch
    self.flips = flip ? CounterRandom(seed: seed, stream: .max) : nil
    samples = among
    let count = among?.count ?? dataset.count
    self.order = try EndlessOrder(count: count, seed: seed)
    func sample(_ index: Int) -> Int { among.map { Int($0.pointer[index]) } ?? index }
    let labelledCount =
      among == nil ? dataset.labelledCount : (0..<count).count { dataset.label(of: sample($0)) >= 0 }
    // Where all samples have labels they need no place of their own.
    guard labelled > 0, (1..<count).contains(labelledCount) else {
      self.labelled = 0
      self.few = nil
      return
    }
    self.labelled = min(labelled, batch - 1)
    let few = try Buffer<UInt32>(count: labelledCount, for: "order of samples")
    var next = 0
    for index in 0..<count where dataset.label(of: sample(index)) >= 0 {
      few.pointer[next] = UInt32(truncatingIfNeeded: sample(index))
      next += 1
    }
    self.few = (few, try EndlessOrder(count: few.count, seed: ~seed))
  }

  func fill(_ index: Int64, values: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>?) {
    let size = dataset.sampleShape.count
    let index = UInt64(bitPattern: index)
    for slot in 0..<batch {
      let sample: Int
      if let few, slot < labelled {
        sample = Int(few.samples.pointer[few.order[index &* UInt64(labelled) &+ UInt64(slot)]])
      } else {
        let place = order[index &* UInt64(batch - labelled) &+ UInt64(slot - labelled)]
        sample = samples.map { Int($0.pointer[place]) } ?? place
      }
      let flipped = flips.map { $0[index &* UInt64(batch) &+ UInt64(slot)] >> 63 == 1 } ?? false
      dataset.copySample(sample, flipped: flipped, into: values + slot * size)
      if let labels { labels[slot] = dataset.label(of: sample) }
    }
  }

  func forgetOrder() {
    order.forget()
    few?.order.forget()
  }
}

/// The numbers below `count` in a new order every epoch, without end.
private final class EndlessOrder {
  private let seed: UInt64
  private let order: Buffer<UInt32>
  private var epoch: UInt64?

  init(count: Int, seed: UInt64) throws(GANError) {
    self.seed = seed
    order = try Buffer(count: count, for: "order of samples")
  }

  subscript(position: UInt64) -> Int {
    let count = UInt64(order.count)
    prepare(epoch: position / count)
    return Int(order.pointer[Int(position % count)])
  }

  func forget() { epoch = nil }

  /// Fisher–Yates; Durstenfeld, CACM 7(7), 1964.
  private func prepare(epoch wanted: UInt64) {
    guard epoch != wanted else { return }
    let random = CounterRandom(seed: seed, stream: wanted)
    let order = self.order.pointer
    for i in 0..<self.order.count { order[i] = UInt32(truncatingIfNeeded: i) }
    var i = self.order.count - 1
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
