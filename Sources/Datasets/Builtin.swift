import Glibc
import Graphs

/// Point sets made on the spot, opened by name: for first steps without any file, and for tests of
/// how many modes a generator covers (Lin et al., PacGAN, arXiv 1712.04086, section 4.1).
enum Builtin: String, CaseIterable {
  /// Eight Gaussians at angles 2πi/8 on a circle of radius 1, deviation 0.01.
  case ring
  /// 25 Gaussians at {−4, −2, 0, 2, 4}², deviation 0.05.
  case grid

  /// What a path begins with that names one: `builtin:ring`.
  static let prefix = "builtin:"
  private static let count = 50_000

  /// Nil for other paths.
  ///
  /// - Throws: `.argument` for an unknown name.
  init?(path: String) throws(GANError) {
    guard path.hasPrefix(Self.prefix) else { return nil }
    let name = String(path.dropFirst(Self.prefix.count))
    guard let known = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw GANError(field: path, expected: "one of \(names)", got: "'\(name)'")
    }
    self = known
  }

  fileprivate var centres: [(x: Double, y: Double)] {
    (0..<(self == .ring ? 8 : 25)).map { index -> (x: Double, y: Double) in
      if self == .grid { return (Double(index / 5) * 2 - 4, Double(index % 5) * 2 - 4) }
      let angle = 2 * Double.pi * Double(index) / 8
      return (cos(angle), sin(angle))
    }
  }

  fileprivate var deviation: Double { self == .ring ? 0.01 : 0.05 }

  /// Points `[2]`, labelled by their Gaussian; always the same ones.
  func dataset() throws(GANError) -> Dataset {
    let points = try Buffer<Float>(count: Self.count * 2, for: Self.prefix + rawValue)
    let labels = try Buffer<Int32>(count: Self.count, for: Self.prefix + rawValue)
    let random = CounterRandom(seed: 0, stream: UInt64(Self.allCases.firstIndex(of: self) ?? 0))
    let centres = self.centres
    for i in 0..<Self.count {
      let mode = Int(random.number(below: UInt64(centres.count), at: UInt64(3 * i)))
      // Box–Muller; the first number is above 0.
      let first = Double(random[UInt64(3 * i + 1)] >> 11) + 1
      let turn = Double(random[UInt64(3 * i + 2)] >> 11) * 0x1p-53
      let angle = turn * 2 * Double.pi
      let radius = deviation * (-2 * log(first * 0x1p-53)).squareRoot()
      points.pointer[2 * i] = Float(centres[mode].x + radius * cos(angle))
      points.pointer[2 * i + 1] = Float(centres[mode].y + radius * sin(angle))
      labels.pointer[i] = Int32(mode)
    }
    return Dataset(
      kind: .vectors, sampleShape: [2], storage: .floats(points),
      labels: try Labels(labels, count: Self.count, classes: centres.count, field: "labels"),
      source: Self.prefix + rawValue, format: "builtin")
  }
}

extension Dataset {
  /// Where the samples of a point set made on the spot should be; nil for other data.
  package var mixture: (name: String, centres: [[Double]], deviation: Double)? {
    guard format == "builtin", let builtin = (try? Builtin(path: source)) ?? nil else { return nil }
    return (builtin.rawValue, builtin.centres.map { [$0.x, $0.y] }, builtin.deviation)
  }
}
