import Datasets
import Glibc
import Graphs

/// Where samples of a mixture should be. In JSON `{"centres": [[0, 1], …], "deviation": 0.05, "name": "mine"}`.
public struct KnownModes: Codable, Hashable, Sendable {
  /// Such as `ring`; `given` where a caller does not say.
  public let name: String
  public let centres: [[Double]]
  /// In every direction, of every mode.
  public let deviation: Double

  /// - Throws: `.argument` naming what does not fit.
  public init(name: String, centres: [[Double]], deviation: Double) throws(GANError) {
    guard (1...4096).contains(centres.count), let width = centres.first?.count, (1...4096).contains(width)
    else { throw GANError(field: "modes.centres", expected: "1 to 4096 points", got: centres.count) }
    for centre in centres where centre.count != width || !centre.allSatisfy({ abs($0) < 1e30 }) {
      throw GANError(
        field: "modes.centres", expected: "points of \(width) finite numbers", got: "\(centre.count) numbers")
    }
    guard deviation > 0, deviation < 1e30 else {
      throw GANError(field: "modes.deviation", expected: "more than 0", got: deviation)
    }
    self.name = name
    self.centres = centres
    self.deviation = deviation
  }
}

extension KnownModes {
  enum CodingKeys: String, CodingKey { case name, centres, deviation }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: try fields.decodeIfPresent(String.self, forKey: .name) ?? "given",
      centres: try fields.decode([[Double]].self, forKey: .centres),
      deviation: try fields.decode(Double.self, forKey: .deviation))
  }
}

extension Metric {
  /// How samples of a mixture lie about its known centres: the modes found, the share of samples of high
  /// quality (within three deviations of the nearest centre), the divergence of those samples' counts from
  /// an even spread over the modes, and each mode's spread over what it should be.
  ///
  /// Lin et al., PacGAN, arXiv 1712.04086, section 4.1; a mode is found with one sample of high quality, and
  /// the divergence is ln K − entropy. The spread is not theirs: the median distance, along either axis, of the
  /// samples nearest to a centre from the mean of those of high quality, over that of a normal distribution.
  public static let modes = Metric(
    name: "modes", summary: "modes of a known mixture: found, quality, evenness, spread",
    paper: "arXiv 1712.04086", needs: [.modes]
  ) { comparison throws(GANError) in
    guard let modes = comparison.modes, let samples = comparison.fake.samples else { return [] }
    let found = try ModeCoverage(of: samples, modes)
    func figure(_ name: String, _ value: Double, parts: [Double] = [], _ better: MetricValue.Better)
      -> MetricValue
    {
      MetricValue(name, in: modes.name, value, parts: parts, better: better)
    }
    let spreads = found.spreads.filter(\.isFinite)
    return [
      figure("modes", Double(found.modes), .higher),
      figure("high-quality", found.highQuality, .real),
      figure("mode-kl", found.divergence, .lower),
      figure("mode-spread", spreads.reduce(0, +) / Double(spreads.count), parts: found.spreads, .one),
    ]
  }
}

extension Need {
  static let modes = Need(name: "vectors with known modes", samples: .max) {
    guard let modes = $0.modes, let samples = $0.fake.samples else { return false }
    return $0.kind == .vectors && samples.width == modes.centres.first?.count
  }
}

struct ModeCoverage {
  let modes: Int
  let highQuality: Double
  /// NaN where no sample is of high quality.
  let divergence: Double
  /// Of each mode; NaN where it has no sample of high quality.
  let spreads: [Double]

  private static let reach = 3.0
  /// Of the distance from the mean of a normal number, in deviations.
  private static let medianDistance = 0.674_489_750_196_081_7

  init(of samples: Rows, _ modes: KnownModes) throws(GANError) {
    let nearest = try Buffer<Int32>(count: samples.count, for: "modes")
    let isGood = try Buffer<Bool>(count: samples.count, for: "modes")
    var counts = modes.centres.map { _ in 0 }
    for row in 0..<samples.count {
      let (mode, square) = Self.nearest(samples[row], modes)
      nearest.pointer[row] = Int32(mode)
      isGood.pointer[row] = square.squareRoot() <= Self.reach * modes.deviation
      if isGood.pointer[row] { counts[mode] += 1 }
    }
    let good = counts.reduce(0, +)
    self.modes = counts.count { $0 > 0 }
    highQuality = Double(good) / Double(samples.count)
    let entropy = counts.reduce(0.0) { sum, count in
      let share = Double(count) / Double(good)
      return count > 0 ? sum - share * log(share) : sum
    }
    divergence = good > 0 ? log(Double(counts.count)) - entropy : .nan
    spreads = try Self.spreads(of: samples, modes, nearest, isGood, counts)
  }

  private static func spreads(
    of samples: Rows, _ modes: KnownModes, _ nearest: Buffer<Int32>, _ isGood: Buffer<Bool>, _ counts: [Int]
  ) throws(GANError) -> [Double] {
    let distances = try Buffer<Float>(count: samples.elements.count, for: "modes")
    let scratch = try Buffer<UInt32>(count: samples.elements.count, for: "modes")
    var spreads: [Double] = []
    for (mode, good) in counts.enumerated() {
      var mean = Array(repeating: 0.0, count: samples.width)
      for row in 0..<samples.count where nearest.pointer[row] == Int32(mode) && isGood.pointer[row] {
        for axis in mean.indices { mean[axis] += Double(samples[row][axis]) / Double(good) }
      }
      var count = 0
      for row in 0..<samples.count where nearest.pointer[row] == Int32(mode) {
        for axis in mean.indices {
          distances.pointer[count] = Float(abs(Double(samples[row][axis]) - mean[axis]))
          count += 1
        }
      }
      guard good > 0 else {
        spreads.append(.nan)
        continue
      }
      sort(distances.pointer, scratch: scratch.pointer, count: count)
      let median = Double(distances.pointer[(count - 1) / 2] + distances.pointer[count / 2]) / 2
      spreads.append(median / medianDistance / modes.deviation)
    }
    withExtendedLifetime((distances, scratch)) {}
    return spreads
  }

  private static func nearest(_ sample: UnsafePointer<Float>, _ modes: KnownModes) -> (Int, square: Double) {
    var best = (0, Double.infinity)
    for (mode, centre) in modes.centres.enumerated() {
      var square = 0.0
      for axis in centre.indices {
        let difference = Double(sample[axis]) - centre[axis]
        square += difference * difference
      }
      if square < best.1 { best = (mode, square) }
    }
    return best
  }
}
