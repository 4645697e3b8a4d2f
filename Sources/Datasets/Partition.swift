import Graphs

/// A dataset in two parts that never meet: samples to train on, and some to judge by.
package struct Partition {
  /// Which samples are trained on, in their order.
  package let training: Buffer<UInt32>
  /// Copies of the others.
  package let heldOut: Dataset

  /// Holds out `count` samples of 1 ..< dataset.count, one from each of as many even stretches of the
  /// dataset: those of a seed are always the same.
  ///
  /// - Throws: `.memory`.
  package init(_ dataset: Dataset, holdingOut count: Int, seed: UInt64) throws(GANError) {
    precondition((1..<dataset.count).contains(count))
    training = try Buffer(count: dataset.count - count, for: "order of samples")
    if let table = dataset.table {
      var chosen: [Int] = []
      Self.part(dataset, count, seed, training) { chosen.append($1) }
      heldOut = Dataset(try table.rows(chosen), source: dataset.source, format: dataset.format)
      return
    }
    let size = dataset.sampleShape.count
    let values = try Buffer<Float>(count: count * size, for: "held-out samples")
    let kept = try Buffer<Int32>(count: count, for: "labels")
    Self.part(dataset, count, seed, training) { place, index in
      dataset.copySample(index, into: values.pointer + place * size)
      kept.pointer[place] = dataset.label(of: index)
    }
    let labels =
      dataset.labels == nil
      ? nil
      : try Labels(kept, count: count, classes: dataset.classes, names: dataset.classNames, field: "labels")
    heldOut = Dataset(
      kind: dataset.kind, sampleShape: dataset.sampleShape, storage: .floats(values), labels: labels,
      source: dataset.source, format: dataset.format, rate: dataset.rate)
  }

  /// Notes which samples are trained on, and says for each of the others its place and which one it is.
  private static func part(
    _ dataset: Dataset, _ count: Int, _ seed: UInt64, _ training: Buffer<UInt32>,
    _ keep: (_ place: Int, _ index: Int) -> Void
  ) {
    let random = CounterRandom(seed: seed, stream: .max - 1)
    var next = 0
    for place in 0..<count {
      let (from, to) = (place * dataset.count / count, (place + 1) * dataset.count / count)
      let chosen = from + Int(random.number(below: UInt64(to - from), at: UInt64(place)))
      for index in from..<to where index != chosen {
        training.pointer[next] = UInt32(truncatingIfNeeded: index)
        next += 1
      }
      keep(place, chosen)
    }
  }
}
