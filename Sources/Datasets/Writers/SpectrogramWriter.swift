import Glibc
import Graphs

/// Draws sounds `[N, T, C]` as a grid of spectrograms in one PNG, atomically: time to the right, 64 bands of the
/// mel scale from below, colours from −80 dB (dark) to full scale (bright), the same in every picture. Several
/// channels are drawn as their mean.
///
/// - Parameter rate: frames a second, which decides the bands.
/// - Throws: `.argument` for another shape or rate, `.memory`, `.io`.
public func writeSpectrograms(
  _ samples: UnsafeBufferPointer<Float>, shape: Shape, rate: Int, columns: Int? = nil, to path: String
) throws(GANError) {
  guard shape.rank == 3, shape.count > 0, shape.count == samples.count else {
    throw GANError(field: "sounds", expected: "\(samples.count) values [N, T, C]", got: shape)
  }
  guard (1...WAVFile.greatestRate).contains(rate) else {
    throw GANError(field: "rate", expected: "1…\(WAVFile.greatestRate) Hz", got: rate)
  }
  let (frames, channels) = (shape[1], shape[2])
  let (height, width) = (64, min(96, frames))
  let spectrum = Spectrum(size: min(4096, max(256, 2 * frames / width)))
  let tile = height * width * 3
  guard shape[0] <= (1 << 30) / tile else {
    throw GANError(field: "sounds", expected: "at most \((1 << 30) / tile) in a picture", got: shape[0])
  }
  let tiles = try Buffer<Float>(count: shape[0] * tile, for: path)
  for sound in 0..<shape[0] {
    for x in 0..<width {
      let centre = (2 * x + 1) * frames / (2 * width)
      let powers = spectrum.powers(around: centre, frames: frames) { frame in
        let first = (sound * frames + frame) * channels
        let sum = samples[first..<first + channels].reduce(0) { $0 + Double($1) }
        return sum.isFinite ? sum / Double(channels) : 0
      }
      for (band, power) in spectrum.bands(powers, count: height, rate: rate).enumerated() {
        let colour = heat(1 + log10(max(power, 1e-8)) / 8)
        let pixel = tiles.pointer + sound * tile + ((height - 1 - band) * width + x) * 3
        for channel in 0..<3 { pixel[channel] = colour[channel] }
      }
    }
  }
  try writeGrid(
    UnsafeBufferPointer(tiles.elements), shape: [shape[0], height, width, 3],
    GridOptions(columns: columns, scale: 1), to: path)
}

/// From black over violet and orange to a pale yellow, ever brighter: 0…1 as red, green, blue of −1…1.
private func heat(_ value: Double) -> SIMD3<Float> {
  let colours: [SIMD3<Float>] = [
    [0, 0, 12], [52, 14, 96], [122, 28, 116], [190, 52, 92], [236, 98, 42], [250, 172, 40], [252, 252, 178],
  ]
  let place = max(0, min(1, Float(value))) * Float(colours.count - 1)
  let below = min(colours.count - 2, Int(place))
  let share = place - Float(below)
  return (colours[below] * (1 - share) + colours[below + 1] * share) / 127.5 - 1
}
