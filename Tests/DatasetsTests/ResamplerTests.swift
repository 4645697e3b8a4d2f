import Foundation
import Testing

@testable import Datasets

@Suite struct ResamplerTests {
  private func resampled(_ x: [Float], from: Int, to: Int) -> [Float] {
    let resampler = Resampler(from: from, to: to)
    var y = [Float](repeating: .nan, count: resampler.count(of: x.count))
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer {
        resampler.resample(x.baseAddress!, frames: x.count, channels: 1, into: $0.baseAddress!)
      }
    }
    return y
  }

  private func sine(_ frequency: Double, _ rate: Int, seconds: Double) -> [Float] {
    (0..<Int(seconds * Double(rate))).map {
      Float(sin(2 * Double.pi * frequency * Double($0) / Double(rate)))
    }
  }

  /// Away from the ends, a tone is the same tone, to −80 dB.
  @Test(arguments: [(44_100, 8000), (8000, 16_000), (16_000, 11_025), (48_000, 44_100), (22_050, 22_051)])
  func tonesStayWhatTheyAre(from: Int, to: Int) {
    for share in [0.01, 0.3, 0.9] {
      let frequency = share * Double(min(from, to)) / 2
      let y = resampled(sine(frequency, from, seconds: 0.5), from: from, to: to)
      let expected = sine(frequency, to, seconds: 0.5)
      let inner = y.count / 4..<3 * y.count / 4
      let worst = inner.map { abs(y[$0] - expected[$0]) }.max() ?? 1
      #expect(worst < 1e-4, "\(from) to \(to), \(share): \(worst)")
    }
  }

  /// What the new rate cannot hold is gone.
  @Test func tonesAboveTheNewRateVanish() {
    let y = resampled(sine(4400, 44_100, seconds: 0.5), from: 44_100, to: 8000)
    #expect(y[y.count / 4..<3 * y.count / 4].map(abs).max() ?? 1 < 1e-4)
  }

  /// `scipy.signal.resample_poly(x, 80, 441, window=("kaiser", 14.0), ...)` with a long filter gives these for
  /// the same chirp; see `Goldens/resample.py`.
  @Test func aChirpIsSciPys() throws {
    let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let text = try String(contentsOfFile: folder + "/Goldens/resample.json", encoding: .utf8)
    let expected = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    let x = (0..<22_050).map { place -> Float in
      let t = Double(place) / 44_100
      return Float(0.8 * sin(2 * Double.pi * (200 + 2800 * t) * t))
    }
    let y = resampled(x, from: 44_100, to: 8000)
    #expect(y.count == 4000 && expected.count == 401)
    for (place, value) in expected.enumerated() {
      #expect(abs(Double(y[1000 + 5 * place]) - value) < 2e-4, "\(place)")
    }
  }

  @Test func countsAreExactAndBounded() {
    #expect(Resampler(from: 44_100, to: 8000).count(of: 44_100) == 8000)
    #expect(Resampler(from: 3, to: 2).count(of: 4) == 3)
    #expect(Resampler(from: 1, to: 768_000).count(of: .max) == 1 << 40)
  }
}
