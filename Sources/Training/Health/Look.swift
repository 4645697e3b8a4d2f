import Datasets
import Graphs
import Plans

/// Real samples that a run is held against: some that the discriminator is judged by, and items of
/// training that samples may have been copied from.
final class Look {
  /// Samples of each kind: shares of pairs are then known to some 0.03.
  private static let greatestCount = 128
  /// Elements of the samples of one kind: fewer of large ones are looked at, and none of huge ones.
  private static let greatestSize = 1 << 24
  private static let greatestGallery = 512
  private static let neighbour = 5
  /// No seed of a caller's should show what the trainer has looked at.
  private static let seed: UInt64 = 0x6865_616C_7468

  let count: Int
  private let program: TrainingProgram
  private let signature: Signature
  /// Held-out samples, and where there are some, as many items of training.
  private let reference: Rows
  private let seen: Rows?
  private let gallery: Signatures
  private let real: Signatures
  private let radii: [Float]
  private let distance: Float
  private let realNearest: Float
  private let distinct: Double
  private let represented: Double?
  private let labelAgreement: Double?

  /// Raw samples with their labels, −1 for none.
  struct Rows {
    let values: Buffer<Float>
    let labels: [Int32]
  }

  /// Samples of a dataset: all, or those that are trained on.
  struct Items {
    let data: Dataset
    var among: Buffer<UInt32>?

    init(_ data: Dataset, among: Buffer<UInt32>? = nil) {
      self.data = data
      self.among = among
    }

    var count: Int { among?.count ?? data.count }
    subscript(index: Int) -> Int { among.map { Int($0.pointer[index]) } ?? index }
  }

  /// Nil for data too few to say anything, and for those that networks see in another form: tables.
  ///
  /// - Throws: `.memory`.
  init?(_ program: TrainingProgram, training: Items, heldOut: Dataset?) throws(GANError) {
    let source = heldOut.map { Items($0) } ?? training
    let count = min(Self.greatestCount, source.count, Self.greatestSize / program.sample.count)
    guard count >= 16, [training.data, source.data].allSatisfy({ $0.sampleShape == program.sample }) else {
      return nil
    }
    self.count = count
    self.program = program
    signature = Signature(program.sample)
    reference = try Self.rows(of: source, count, stream: 0)
    seen = try heldOut.map { (_) throws(GANError) in
      try Self.rows(of: training, min(count, training.count), stream: 1)
    }
    gallery = try Signatures(signature, count: min(Self.greatestGallery, training.count))
    let room = try Buffer<Float>(count: program.sample.count, for: "a sample")
    defer { withExtendedLifetime(room) {} }
    var labels: [Int32] = []
    for (place, index) in Self.choice(gallery.count, of: training.count, stream: 1).enumerated() {
      training.data.copySample(training[index], into: room.pointer)
      gallery.set(place, room.pointer)
      labels.append(training.data.label(of: training[index]))
    }
    real = try Signatures(signature, count: count)
    real.fill(from: reference.values.pointer)
    radii = real.radii(rank: Self.neighbour)
    distance = real.meanDistance
    let gaps = real.gaps(to: gallery)
    realNearest = Self.median(gaps)
    distinct = gallery.distinct
    if case .classes = program.conditions, signature.isFaithful, gallery.count >= 128 {
      labelAgreement = gallery.agreement(of: labels, neighbours: Self.neighbour)
    } else {
      labelAgreement = nil
    }
    represented = heldOut == nil || gallery.count < 64 ? nil : real.covered(by: gallery, within: radii)
  }

  /// Different indices below `count`, always the same ones, spread over the whole.
  private static func choice(_ wanted: Int, of count: Int, stream: UInt64) -> [Int] {
    let random = CounterRandom(seed: seed, stream: stream)
    return (0..<wanted).map { place in
      let (from, to) = (place * count / wanted, (place + 1) * count / wanted)
      return from + Int(random.number(below: UInt64(max(1, to - from)), at: UInt64(place)))
    }
  }

  private static func rows(of items: Items, _ count: Int, stream: UInt64) throws(GANError) -> Rows {
    let size = items.data.sampleShape.count
    let values = try Buffer<Float>(count: count * size, for: "samples to look at")
    let chosen = choice(count, of: items.count, stream: stream).map { items[$0] }
    for (place, index) in chosen.enumerated() {
      items.data.copySample(index, into: values.pointer + place * size)
    }
    return Rows(values: values, labels: chosen.map { items.data.label(of: $0) })
  }

  /// Looks at a model's samples.
  ///
  /// - Parameter centre: of the samples at the last look; set to that of now.
  /// - Throws: `.memory`.
  func signals(_ sampler: Sampler, step: Int64, centre: inout [Float]) throws(GANError) -> Signals {
    var signals = Signals(step: step)
    let fakes = try Buffer<Float>(count: count * program.sample.count, for: "samples to look at")
    defer { withExtendedLifetime(fakes) {} }
    // Not more at once than a step of training has.
    let piece = program.recipe.batch < 64 ? 16 : count
    for first in stride(from: 0, to: count, by: piece) {
      let rest = min(piece, count - first)
      var options = SampleOptions(seed: Self.seed, first: Int64(first), count: Int64(rest))
      options.averaged = false
      try sampler.sample(options, into: fakes.pointer + first * program.sample.count)
    }
    guard firstNonFinite(UnsafeBufferPointer(fakes.elements)) == nil else {
      signals.spread = .greatestFiniteMagnitude
      return signals
    }
    try compare(fakes, &signals, &centre)
    try judge(fakes, sampler, &signals)
    return signals
  }

  private func compare(_ fakes: Buffer<Float>, _ signals: inout Signals, _ centre: inout [Float])
    throws(GANError)
  {
    let made = try Signatures(signature, count: count)
    made.fill(from: fakes.pointer)
    let scale = max(distance, .leastNormalMagnitude)
    signals.diversity = Double(made.meanDistance / scale)
    signals.coverage = real.covered(by: made, within: radii)
    let near = (0..<count).map { made.nearest($0, among: gallery, apart: false) }
    signals.nearest = Double(Self.median(near.map(\.first)) / max(realNearest, .leastNormalMagnitude))
    signals.copies = Double(near.count { $0.first * 3 <= $0.second }) / Double(count)
    signals.distinct = distinct
    signals.represented = represented
    signals.labelAgreement = labelAgreement
    let now = made.centre
    if centre.count == now.count {
      let moved = zip(centre, now).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      signals.movement = Double(moved / scale)
    }
    centre = now
    let middle = real.centre
    let own = max(real.spread(around: middle), .leastNormalMagnitude)
    signals.spread = Double(made.spread(around: middle) / own)
  }

  private func judge(_ fakes: Buffer<Float>, _ sampler: Sampler, _ signals: inout Signals) throws(GANError) {
    guard let judge = program.judge else { return }
    let classes = program.recipe.classes
    let turns = (0..<count).map { Int32($0 % max(1, classes)) }
    let onFake = try sampler.judge(judge, fakes, turns, slopes: true)
    let onReal = try sampler.judge(judge, reference.values, reference.labels, slopes: false)
    signals.heldOutShare = Self.share(onReal.scores, above: onFake.scores)
    signals.fakeSlope = onFake.slopes.isEmpty ? nil : onFake.slopes.reduce(0, +) / Double(onFake.slopes.count)
    if let seen {
      let onSeen = try sampler.judge(judge, seen.values, seen.labels, slopes: false)
      signals.seenShare = Self.share(onSeen.scores, above: onFake.scores)
    }
    guard classes > 1, reference.labels.allSatisfy({ $0 >= 0 }),
      let told = try sampler.told(reference.values, count)
    else { return }
    let right = zip(told, reference.labels).count { $0 == $1 }
    let chance = 1 / Double(classes)
    signals.labelling = (Double(right) / Double(count) - chance) / (1 - chance)
  }

  static func median(_ values: [Float]) -> Float {
    let sorted = values.filter(\.isFinite).sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  /// Of all pairs the share in which the first is greater; equal ones count half (Mann and Whitney, 1947).
  static func share(_ high: [Double], above low: [Double]) -> Double? {
    guard !high.isEmpty, !low.isEmpty, (high + low).allSatisfy(\.isFinite) else { return nil }
    let sorted = low.sorted()
    func below(_ value: Double, orEqual: Bool) -> Int {
      var (from, to) = (0, sorted.count)
      while from < to {
        let middle = (from + to) / 2
        let isBelow = sorted[middle] < value || orEqual && sorted[middle] == value
        if isBelow { from = middle + 1 } else { to = middle }
      }
      return from
    }
    let sum = high.reduce(0.0) { $0 + 0.5 * Double(below($1, orEqual: false) + below($1, orEqual: true)) }
    return sum / (Double(high.count) * Double(low.count))
  }
}
