import Glibc

/// Power spectra of stretches of a sound, under a Hann window.
struct Spectrum {
  /// Frames of a stretch, a power of two.
  let size: Int
  private let window: [Double]
  private let turns: [(real: Double, imaginary: Double)]

  /// - Parameter size: at least 2; rounded up to a power of two.
  init(size wanted: Int) {
    var size = 2
    while size < wanted { size *= 2 }
    self.size = size
    window = (0..<size).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(size)) }
    turns = (0..<size / 2).map {
      let angle = -2 * Double.pi * Double($0) / Double(size)
      return (cos(angle), sin(angle))
    }
  }

  /// Of the stretch around a place, silence beyond the ends: `size / 2 + 1` values from frequency 0 to half the
  /// rate, a full sine's being 1.
  func powers(around centre: Int, frames: Int, _ value: (Int) -> Double) -> [Double] {
    var real = [Double](repeating: 0, count: size)
    var imaginary = real
    for place in 0..<size {
      let frame = centre - size / 2 + place
      if (0..<frames).contains(frame) { real[place] = window[place] * value(frame) }
    }
    transform(&real, &imaginary)
    let full = Double(size) / 4
    return (0...size / 2).map { (real[$0] * real[$0] + imaginary[$0] * imaginary[$0]) / (full * full) }
  }

  /// Cooley & Tukey, 1965, in place.
  private func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    var other = 0
    for place in 0..<size {
      if place < other { real.swapAt(place, other) }
      var bit = size / 2
      while bit > 0, other & bit != 0 {
        other ^= bit
        bit /= 2
      }
      other |= bit
    }
    var span = 2
    while span <= size {
      for start in stride(from: 0, to: size, by: span) {
        for k in 0..<span / 2 {
          let turn = turns[k * (size / span)]
          let (low, high) = (start + k, start + k + span / 2)
          let r = real[high] * turn.real - imaginary[high] * turn.imaginary
          let i = real[high] * turn.imaginary + imaginary[high] * turn.real
          (real[high], imaginary[high]) = (real[low] - r, imaginary[low] - i)
          (real[low], imaginary[low]) = (real[low] + r, imaginary[low] + i)
        }
      }
      span *= 2
    }
  }

  /// The power in each of `count` bands, low ones first, evenly spaced on the mel scale (O'Shaughnessy, 1987)
  /// from 0 to half the rate.
  func bands(_ powers: [Double], count: Int, rate: Int) -> [Double] {
    let nyquist = Double(rate) / 2
    let top = log(1 + nyquist / 700)
    /// In bins.
    func edge(_ band: Int) -> Double {
      700 * (exp(top * Double(band) / Double(count)) - 1) / nyquist * Double(size / 2)
    }
    return (0..<count).map { band in
      let (low, high) = (edge(band), edge(band + 1))
      let (first, last) = (Int(low.rounded(.up)), min(size / 2, Int(high.rounded(.down))))
      if last - first >= 1 { return powers[first...last].max() ?? 0 }
      // Narrower than what the window can tell apart: between its neighbours.
      let centre = (low + high) / 2
      let below = min(size / 2 - 1, Int(centre))
      let share = centre - Double(below)
      return powers[below] * (1 - share) + powers[below + 1] * share
    }
  }
}
