import Glibc
import Graphs

/// A batch that was read: its memory belongs to the source and stays valid until the next call of
/// `next` or `seek`.
package struct LoadedBatch {
  /// k, from 0.
  package let index: Int64
  /// `[batch, H, W, C]` or `[batch, D]`.
  package let shape: Shape
  package let values: UnsafeMutableBufferPointer<Float>
  /// One label a sample; nil when the dataset has none.
  package let labels: UnsafeMutableBufferPointer<Int32>?
}

/// Shuffled batches of a dataset without end, read two ahead by a thread of its own.
///
/// Batch k depends on the dataset, the batch size, the seed, `flip`, `labelled`, `among` and k alone (see
/// `BatchFiller`), so a resumed run continues exactly. Not for use by two threads at once.
package final class BatchSource {
  package let batch: Int
  /// `[batch, H, W, C]` or `[batch, D]`.
  package let shape: Shape
  /// Batches that `next` has given or `seek` has passed: the k of the next one.
  package private(set) var position: Int64 = 0

  private let filler: any Filler
  private let slots: [BatchSlot]
  private(set) var reader: ReadAhead?
  private let processID = getpid()

  /// - Parameters:
  ///   - flip: mirrors every image with probability one half.
  ///   - labelled: so many samples of each batch have labels, where only some of the dataset's have.
  ///   - among: the samples that batches are made of; nil for all.
  /// - Throws: `.argument` for a batch below 1, `.memory`.
  package convenience init(
    _ dataset: Dataset, batch: Int, seed: UInt64, flip: Bool = false, labelled: Int = 0,
    among: Buffer<UInt32>? = nil
  ) throws(GANError) {
    try self.init(batch: batch, sample: dataset.sampleShape, hasLabels: dataset.labels != nil) {
      () throws(GANError) in
      try BatchFiller(
        dataset, batch: batch, seed: seed, flip: flip, labelled: labelled, among: among)
    }
  }

  /// Rows of a table by training-by-sampling, their labels the conditions they were drawn by.
  ///
  /// - Throws: as above.
  package convenience init(_ table: EncodedTable, batch: Int, seed: UInt64) throws(GANError) {
    try self.init(batch: batch, sample: [table.layout.width], hasLabels: true) {
      TableFiller(table, batch: batch, seed: seed)
    }
  }

  private init(
    batch: Int, sample: Shape, hasLabels: Bool, _ filler: () throws(GANError) -> any Filler
  ) throws(GANError) {
    guard (1...1 << 24).contains(batch) else {
      throw GANError(field: "batch", expected: "1…\(1 << 24)", got: batch)
    }
    self.batch = batch
    self.shape = Shape([batch] + sample.dimensions)
    guard shape.count < Int.max else {
      throw GANError(field: "batch", expected: "a size that fits in memory", got: shape)
    }
    self.filler = try filler()
    var slots: [BatchSlot] = []
    // One that the caller holds and two ahead of it.
    for _ in 0..<3 {
      slots.append(
        BatchSlot(
          values: try Buffer(count: shape.count, for: "batch"),
          labels: hasLabels ? try Buffer(count: batch, for: "labels of a batch") : nil))
    }
    self.slots = slots
  }

  deinit { endReading() }

  /// The batch at `position`, then moves on.
  package func next() throws(GANError) -> LoadedBatch {
    if let reader, reader.processID != getpid() { endReading() }
    let index = position
    position += 1
    let slot = slots[Int(index % Int64(slots.count))]
    if let reader {
      reader.take(index)
    } else {
      // The first one is read here, not by the thread: what Swift sets up lazily, under locks of
      // its own, is ready then, and a fork cannot catch the thread holding them.
      filler.fill(index, values: slot.values.pointer, labels: slot.labels?.pointer)
      if processID == getpid() { reader = ReadAhead(filler, slots, from: position) }
    }
    return LoadedBatch(
      index: index, shape: shape, values: slot.values.elements, labels: slot.labels?.elements)
  }

  /// Makes batch `index` the next one.
  ///
  /// - Throws: `.argument` for a negative or absurd index.
  package func seek(toBatch index: Int64) throws(GANError) {
    let greatest = (Int64.max >> 2) / Int64(batch)
    guard (0...greatest).contains(index) else {
      throw GANError(field: "batch index", expected: "0…\(greatest)", got: index)
    }
    guard index != position else { return }
    endReading()
    position = index
  }

  /// A forked child has the parent's memory but not its thread, and perhaps a mutex that nobody
  /// will ever unlock: it leaves the reader alone, and from then on reads by itself.
  private func endReading() {
    if reader?.processID == getpid() { reader?.stop() } else { filler.forgetOrder() }
    reader = nil
  }
}

struct BatchSlot {
  let values: Buffer<Float>
  let labels: Buffer<Int32>?
}
