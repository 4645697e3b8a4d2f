import Graphs

/// Draws sequences `[N, T, C]` as a grid of curves in one PNG, atomically: time to the right, every channel in a
/// colour of its own, all samples to one scale. Values that are not finite are left out.
///
/// - Throws: `.argument` for another shape, `.memory`, `.io`.
public func writeCurves(
  _ samples: UnsafeBufferPointer<Float>, shape: Shape, columns: Int? = nil, to path: String
) throws(GANError) {
  guard shape.rank == 3, shape.count > 0, shape.count == samples.count else {
    throw GANError(field: "series", expected: "\(samples.count) values [N, T, C]", got: shape)
  }
  let (height, width) = (64, 96)
  let tile = height * width * 3
  guard shape[0] <= (1 << 30) / tile else {
    throw GANError(field: "series", expected: "at most \((1 << 30) / tile) in a picture", got: shape[0])
  }
  let tiles = try Buffer<Float>(count: shape[0] * tile, for: path)
  tiles.elements.update(repeating: 0.9)
  let finite = samples.lazy.filter(\.isFinite)
  let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
  let colours: [SIMD3<Float>] = [
    [31, 90, 190], [214, 92, 30], [40, 140, 70], [150, 60, 150], [120, 120, 120],
  ]
  let (length, channels) = (shape[1], shape[2])
  for sequence in 0..<shape[0] {
    for channel in 0..<channels {
      let colour = colours[channel % colours.count] / 127.5 - 1
      func row(_ x: Int) -> Int? {
        let place = x * (length - 1) / (width - 1)
        let value = samples[(sequence * length + place) * channels + channel]
        // Halves, so that the range of any floats is finite.
        let share = (value / 2 - low / 2) / max(.leastNormalMagnitude, high / 2 - low / 2)
        return share.isFinite ? Int((1 - max(0, min(1, share))) * Float(height - 1)) : nil
      }
      var last: Int?
      for x in 0..<width {
        defer { last = row(x) }
        guard let here = row(x) else { continue }
        let from = last ?? here
        for y in min(from, here)...max(from, here) {
          let pixel = tiles.pointer + sequence * tile + (y * width + x) * 3
          for part in 0..<3 { pixel[part] = colour[part] }
        }
      }
    }
  }
  try writeGrid(
    UnsafeBufferPointer(tiles.elements), shape: [shape[0], height, width, 3],
    GridOptions(columns: columns, scale: 1), to: path)
}
