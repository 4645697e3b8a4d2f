import Datasets
import Graphs
import Plans

/// Samples as few numbers each, between which distances are cheap: images as the means of 8×8 fields of
/// each channel, vectors as they are, long ones as 64 sums with random signs (Achlioptas, JCSS 66, 2003).
struct Signature: Sendable {
  private static let side = 8
  private static let longest = 64

  let sample: Shape
  /// Numbers of a signature, filled up with zeros to a multiple of 8.
  let width: Int
  private let isImage: Bool

  init(_ sample: Shape) {
    self.sample = sample
    isImage = sample.rank == 3
    let used: Int
    if isImage {
      used = min(Self.side, sample[0]) * min(Self.side, sample[1]) * sample[2]
    } else {
      used = min(sample.count, Self.longest)
    }
    width = (used + 7) / 8 * 8
  }

  /// Whether what is alike to people has signatures that are near: not of long vectors such as sounds.
  var isFaithful: Bool { isImage || sample.count <= Self.longest }

  /// Writes the signature of one sample.
  func write(_ x: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    target.update(repeating: 0, count: width)
    if isImage {
      pool(x, target)
    } else if sample.count <= Self.longest {
      target.update(from: x, count: sample.count)
    } else {
      project(x, target)
    }
  }

  private func pool(_ x: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    let (height, width, channels) = (sample[0], sample[1], sample[2])
    let (rows, columns) = (min(Self.side, height), min(Self.side, width))
    for row in 0..<rows {
      let from = row * height / rows
      let to = (row + 1) * height / rows
      for column in 0..<columns {
        let left = column * width / columns
        let right = (column + 1) * width / columns
        let out = target + (row * columns + column) * channels
        for y in from..<to {
          for place in (y * width + left) * channels..<(y * width + right) * channels {
            out[place % channels] += x[place]
          }
        }
        let share = 1 / Float((to - from) * (right - left))
        for channel in 0..<channels { out[channel] *= share }
      }
    }
  }

  /// Signs are bits of a hash of the place: the same in every run.
  private func project(_ x: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    for place in 0..<sample.count {
      var bits = (UInt64(place) &+ 1) &* 0x9E37_79B9_7F4A_7C15
      bits = (bits ^ bits >> 31) &* 0xBF58_476D_1CE4_E5B9
      bits ^= bits >> 29
      let value = x[place]
      for out in 0..<Self.longest {
        target[out] += bits >> UInt64(out) & 1 == 1 ? value : -value
      }
    }
    let share = 1 / Float(Self.longest).squareRoot()
    for out in 0..<Self.longest { target[out] *= share }
  }
}

/// Signatures of some samples, one after another.
final class Signatures {
  let signature: Signature
  let count: Int
  private let values: Buffer<Float>

  /// - Throws: `.memory`.
  init(_ signature: Signature, count: Int) throws(GANError) {
    self.signature = signature
    self.count = count
    values = try Buffer(count: max(1, count * signature.width), for: "samples to compare")
  }

  func fill(from samples: UnsafePointer<Float>) {
    for index in 0..<count { set(index, samples + index * signature.sample.count) }
  }

  func set(_ index: Int, _ sample: UnsafePointer<Float>) {
    signature.write(sample, into: values.pointer + index * signature.width)
  }

  /// Euclidean distance of one to one of others.
  func distance(_ index: Int, to others: Signatures, _ other: Int) -> Float {
    let width = signature.width
    let (a, b) = (
      UnsafeRawPointer(values.pointer + index * width),
      UnsafeRawPointer(others.values.pointer + other * width)
    )
    var sum = SIMD8<Float>.zero
    for place in stride(from: 0, to: width * 4, by: 32) {
      let difference =
        a.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
        - b.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
      sum += difference * difference
    }
    return sum.sum().squareRoot()
  }

  /// The mean signature.
  var centre: [Float] {
    var centre = Array(repeating: Float(0), count: signature.width)
    for index in 0..<count {
      for place in centre.indices { centre[place] += values.pointer[index * signature.width + place] }
    }
    return centre.map { $0 / Float(max(1, count)) }
  }

  /// Root of the mean square distance from a point.
  func spread(around centre: [Float]) -> Float {
    var sum: Float = 0
    for index in 0..<count {
      for place in centre.indices {
        let difference = values.pointer[index * signature.width + place] - centre[place]
        sum += difference * difference
      }
    }
    return (sum / Float(max(1, count))).squareRoot()
  }

  /// Mean distance of two of them.
  var meanDistance: Float {
    var sum: Float = 0
    for a in 1..<max(2, count) { for b in 0..<a where a < count { sum += distance(a, to: self, b) } }
    return sum / Float(max(1, count * (count - 1) / 2))
  }

  /// Of each, the distance to the `rank`th nearest other one, from 1.
  func radii(rank: Int) -> [Float] {
    (0..<count).map { index in
      let all = (0..<count).filter { $0 != index }.map { distance(index, to: self, $0) }.sorted()
      return all.isEmpty ? 0 : all[min(rank, all.count) - 1]
    }
  }

  /// Of each, the distance to the nearest other item that is not its equal.
  func gaps(to others: Signatures) -> [Float] {
    (0..<count).map { nearest($0, among: others, apart: true).first }
  }

  /// 0…1: the share of those to which one of others is at most as far as their radius.
  func covered(by others: Signatures, within radii: [Float]) -> Double {
    let near = (0..<count).count { nearest($0, among: others, apart: false).first <= radii[$0] }
    return Double(near) / Double(max(1, count))
  }

  /// How often the nearest others of an item have its label, beyond chance: 0 is chance, 1 always. Nil where some
  /// have none, or all have the same.
  func agreement(of labels: [Int32], neighbours: Int) -> Double? {
    guard labels.allSatisfy({ $0 >= 0 }), count > neighbours else { return nil }
    let chance = Dictionary(grouping: labels) { $0 }.values
      .map { Double($0.count) / Double(count) }.sorted().reduce(0) { $0 + $1 * $1 }
    guard chance < 1 else { return nil }
    let agreeing = (0..<count).reduce(0) { sum, index in
      let near = (0..<count).filter { $0 != index }
        .map { (distance: distance(index, to: self, $0), place: $0) }
        .sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
      return sum + near.prefix(neighbours).count { labels[$0.place] == labels[index] }
    }
    return (Double(agreeing) / Double(count * neighbours) - chance) / (1 - chance)
  }

  /// 0…1: the share of those that no other one equals.
  var distinct: Double {
    let single = (0..<count).count { index in
      !(0..<count).contains { $0 != index && distance(index, to: self, $0) == 0 }
    }
    return Double(single) / Double(max(1, count))
  }

  /// Distances of one to the nearest and the second nearest of others; exactly equal ones left out if
  /// told.
  func nearest(_ index: Int, among others: Signatures, apart: Bool) -> (first: Float, second: Float) {
    var (first, second) = (Float.infinity, Float.infinity)
    for other in 0..<others.count {
      let distance = distance(index, to: others, other)
      if apart && distance == 0 { continue }
      if distance < first {
        (first, second) = (distance, first)
      } else if distance < second {
        second = distance
      }
    }
    return (first, second)
  }
}
