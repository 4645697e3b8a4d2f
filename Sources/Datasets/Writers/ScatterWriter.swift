import Graphs

/// Draws points as a 512 × 512 PNG, atomically: real ones in light grey below, fake ones in blue
/// above. The first two coordinates count; points of one coordinate lie on a line. Points that are
/// not finite, or outside of the picture, are left out.
///
/// - Parameters:
///   - fake: `[N, D]` values.
///   - real: `[M, D]` values, perhaps none. They decide the section that is shown, so that pictures
///     of one training can be compared; without them the fake ones do.
/// - Throws: `.argument` when a count is not a multiple of `dimensions`, `.memory`, `.io`.
public func writeScatter(
  _ fake: UnsafeBufferPointer<Float>, real: UnsafeBufferPointer<Float>? = nil, dimensions: Int,
  to path: String
) throws(GANError) {
  guard dimensions > 0, fake.count % dimensions == 0, (real?.count ?? 0) % dimensions == 0 else {
    throw GANError(
      field: "points", expected: "a multiple of \(max(1, dimensions)) values",
      got: "\(fake.count) and \(real?.count ?? 0)")
  }
  let shown = real.flatMap { $0.isEmpty ? nil : $0 } ?? fake
  let raster = try ScatterRaster(showing: shown, dimensions: dimensions, path)
  if let real { raster.draw(real, radius: 2, (205, 205, 205)) }
  raster.draw(fake, radius: 2, (31, 90, 190))
  try writePNG(
    UnsafeBufferPointer(raster.pixels.elements), height: ScatterRaster.side, width: ScatterRaster.side,
    channels: 3, to: path)
}

private struct ScatterRaster {
  static let side = 512
  let pixels: Buffer<UInt8>
  let dimensions: Int
  /// Value in the middle of the picture, along both axes, and pixels per unit.
  let centre: (x: Float, y: Float)
  let zoom: Float

  init(showing points: UnsafeBufferPointer<Float>, dimensions: Int, _ path: String) throws(GANError) {
    self.dimensions = dimensions
    pixels = try Buffer(count: Self.side * Self.side * 3, for: path)
    pixels.elements.update(repeating: 255)
    var low = (x: Float.infinity, y: Float.infinity)
    var high = (x: -Float.infinity, y: -Float.infinity)
    for start in stride(from: 0, to: points.count, by: dimensions) {
      let (x, y) = (points[start], dimensions > 1 ? points[start + 1] : 0)
      guard x.isFinite, y.isFinite else { continue }
      low = (min(low.x, x), min(low.y, y))
      high = (max(high.x, x), max(high.y, y))
    }
    let extent = max(high.x - low.x, high.y - low.y)
    centre = extent >= 0 ? (low.x / 2 + high.x / 2, low.y / 2 + high.y / 2) : (0, 0)
    // A quarter more than the points take, so that stray ones can be seen beside them.
    zoom = Float(Self.side) / (extent > 0 && extent.isFinite ? extent * 1.25 : 1)
  }

  func draw(_ points: UnsafeBufferPointer<Float>, radius: Int, _ colour: (UInt8, UInt8, UInt8)) {
    let middle = Float(Self.side) / 2
    for start in stride(from: 0, to: points.count, by: dimensions) {
      let (x, y) = (points[start], dimensions > 1 ? points[start + 1] : 0)
      let column = ((x - centre.x) * zoom + middle).rounded(.down)
      let row = (middle - (y - centre.y) * zoom).rounded(.down)
      // False for NaN too.
      guard column >= 0, row >= 0, column < Float(Self.side), row < Float(Self.side) else { continue }
      draw(column: Int(column), row: Int(row), radius: radius, colour)
    }
  }

  private func draw(column: Int, row: Int, radius: Int, _ colour: (UInt8, UInt8, UInt8)) {
    for y in max(0, row - radius)...min(Self.side - 1, row + radius) {
      for x in max(0, column - radius)...min(Self.side - 1, column + radius) {
        let (dx, dy) = (x - column, y - row)
        guard dx * dx + dy * dy <= radius * radius else { continue }
        let pixel = pixels.pointer + (y * Self.side + x) * 3
        (pixel[0], pixel[1], pixel[2]) = colour
      }
    }
  }
}
