import Glibc
import Graphs

/// `[N, T, C] → [N, ⌈T / hop⌉, bands, C]`, without weights: how strong each stretch of `window` positions is
/// in bands of frequency, low ones first, as powers of ten halved: 2 for a full sine, −2 from 80 dB below on.
/// Bands are triangles evenly spaced on the mel scale (O'Shaughnessy, 1987) of a rate of 16 kHz, from 0 to half
/// the rate; stretches go under a Hann window and are silent beyond the ends.
public struct Spectrogram: Layer {
  public static let name = "spectrogram"

  /// A multiple of `hop`.
  public var window: Int
  public var hop: Int
  public var bands: Int

  public init(window: Int = 256, hop: Int = 64, bands: Int = 64) {
    self.window = window
    self.hop = hop
    self.bands = bands
  }

  enum CodingKeys: String, CodingKey { case window, hop, bands }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    window = try fields.count(.window, within: 2...1024, default: 256)
    hop = try fields.count(.hop, within: 1...1024, default: 64)
    bands = try fields.count(.bands, within: 1...256, default: 64)
    if window % hop != 0 {
      throw GANError(field: "window", expected: "a multiple of hop, \(hop)", got: window)
    }
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard x.shape.rank == 3, window % max(1, hop) == 0, x.shape.count > 0 else {
      x.graph.fail(GANError(field: Self.name, expected: "sequences [N, T, C]", got: x.shape))
      return x
    }
    let (batch, length, channels) = (x.shape[0], x.shape[1], x.shape[2])
    let rows = batch * channels
    let (frames, parts, bins) = ((length + hop - 1) / hop, window / hop, window / 2 + 1)
    let flat = x.transposed([0, 2, 1]).reshaped(to: [rows, length])
    let low = (window - hop) / 2
    let wide = flat.padded(low: [0, low], high: [0, (frames + parts - 1) * hop - length - low])
    let stretches = concatenate(
      (0..<parts).map {
        wide.sliced(axis: 1, from: $0 * hop, count: frames * hop).reshaped(to: [rows, frames, hop])
      }, axis: 2)
    let waves = matmul(stretches, literal(waveTable, [window, 2 * bins], in: x.graph))
    let power =
      square(waves.sliced(axis: 2, from: 0, count: bins))
      + square(waves.sliced(axis: 2, from: bins, count: bins))
    let strengths = matmul(power, literal(bandTable, [bins, bands], in: x.graph))
    let levels = log(strengths + 1e-8) * (0.5 / M_LN10) + 2
    return levels.reshaped(to: [batch, channels, frames, bands]).transposed([0, 2, 3, 1])
  }

  /// `[window, 2 · bins]`: cosines, then sines, under the window; a full sine has power 1.
  private var waveTable: [Double] {
    let bins = window / 2 + 1
    return (0..<window).flatMap { place -> [Double] in
      let turn = 2 * Double.pi / Double(window)
      let weight = (0.5 - 0.5 * cos(turn * (Double(place) + 0.5))) * 4 / Double(window)
      // Whole turns are left out, which keeps the angle exact.
      let angles = (0..<bins).map { turn * Double($0 * place % window) }
      return angles.map { weight * cos($0) } + angles.map { weight * sin($0) }
    }
  }

  /// `[bins, bands]`.
  private var bandTable: [Double] {
    let bins = window / 2 + 1
    let top = log(1 + 8000 / 700.0)
    let edges = (0...bands + 1).map {
      700 * (exp(top * Double($0) / Double(bands + 1)) - 1) / 8000 * Double(bins - 1)
    }
    return (0..<bins).flatMap { bin in
      (0..<bands).map { band in
        let (from, centre, to) = (edges[band], edges[band + 1], edges[band + 2])
        // No narrower than what the window can tell apart.
        let reach = (max(1, centre - from), max(1, to - centre))
        let distance = Double(bin) - centre
        return max(0, 1 - Swift.abs(distance) / (distance < 0 ? reach.0 : reach.1))
      }
    }
  }
}
