import Glibc
import Graphs

/// Another sampling rate by a windowed sinc: 64 zero crossings on either side under a Kaiser window of β 9,
/// cut off at 0.95 of the lower Nyquist frequency. Below 0.9 of that frequency a tone keeps its level to 0.01 dB,
/// and what is added to it stays 80 dB below. Smith, Digital Audio Resampling, 2002.
struct Resampler {
  private let from: Int
  private let to: Int
  /// The kernel's right half, `resolution` values from each zero crossing to the next.
  private let table: [Float]
  /// Zero crossings in one input sample: the cut-off over the input's Nyquist frequency.
  private let cutoff: Double

  private static let crossings = 64
  private static let resolution = 512

  /// - Parameter from: frames a second of what comes, and `to` of what is made; both from 1.
  init(from: Int, to: Int) {
    (self.from, self.to) = (from, to)
    cutoff = 0.95 * min(1, Double(to) / Double(from))
    let scale = cutoff
    let last = Self.crossings * Self.resolution
    table = (0...last + 1).map { place in
      guard place < last else { return 0 }
      let x = Double(place) / Double(Self.resolution)
      let edge = Double(place) / Double(last)
      let sinc = place == 0 ? 1 : sin(Double.pi * x) / (Double.pi * x)
      return Float(scale * sinc * bessel(9 * (1 - edge * edge).squareRoot()) / bessel(9))
    }
  }

  /// Frames that `frames` become: ⌈frames · to / from⌉.
  func count(of frames: Int) -> Int { Self.count(frames, from, to) }

  static func count(_ frames: Int, _ from: Int, _ to: Int) -> Int {
    let (whole, rest) = frames.quotientAndRemainder(dividingBy: from)
    // More than any memory: sums of such counts stay far from Int's end.
    let most = 1 << 40
    guard whole <= most / to else { return most }
    return min(most, whole * to + (rest * to + from - 1) / from)
  }

  /// - Parameters:
  ///   - x: `[frames, channels]`, as silent before and after.
  ///   - y: `[count(of: frames), channels]`.
  func resample(
    _ x: UnsafePointer<Float>, frames: Int, channels: Int, into y: UnsafeMutablePointer<Float>
  ) {
    let reach = Double(Self.crossings) / cutoff
    for output in 0..<count(of: frames) {
      // Exact for any length: whole input samples, and the share of the next one.
      let (whole, rest) = (output / to * from, output % to * from)
      let centre = Double(rest / to + whole) + Double(rest % to) / Double(to)
      let first = max(0, Int((centre - reach).rounded(.up)))
      let last = min(frames - 1, Int((centre + reach).rounded(.down)))
      for channel in 0..<channels {
        var sum: Float = 0
        for input in stride(from: first, through: last, by: 1) {
          sum += weight(abs(Double(input) - centre)) * x[input * channels + channel]
        }
        y[output * channels + channel] = sum
      }
    }
  }

  /// Between two values of the table.
  private func weight(_ distance: Double) -> Float {
    let place = distance * cutoff * Double(Self.resolution)
    let index = min(Int(place), table.count - 2)
    let share = Float(place - Double(index))
    return table[index] + share * (table[index + 1] - table[index])
  }
}

/// The modified Bessel function of order 0, by its series.
private func bessel(_ x: Double) -> Double {
  var (sum, term, k) = (1.0, 1.0, 1.0)
  while term > 1e-17 * sum {
    term *= (x / (2 * k)) * (x / (2 * k))
    sum += term
    k += 1
  }
  return sum
}
