import Graphs

/// How samples are laid out in one picture.
public struct GridOptions: Hashable, Sendable {
  /// Images a row; nil for a grid about as wide as it is high.
  public var columns: Int?
  /// Every pixel becomes a square of this many; nil for what makes small images about 64 high.
  public var scale: Int?
  /// Pixels between images and around them.
  public var margin: Int

  public init(columns: Int? = nil, scale: Int? = nil, margin: Int = 2) {
    self.columns = columns
    self.scale = scale
    self.margin = margin
  }
}

/// Writes images `[N, H, W, C]` of values −1…1 (clamped), C of 1, 3 or 4, as one PNG, atomically.
///
/// - Throws: `.argument` for another shape, `.memory`, `.io`.
public func writeGrid(
  _ samples: UnsafeBufferPointer<Float>, shape: Shape, columns: Int? = nil, to path: String
) throws(GANError) {
  try writeGrid(samples, shape: shape, GridOptions(columns: columns), to: path)
}

public func writeGrid(
  _ samples: UnsafeBufferPointer<Float>, shape: Shape, _ options: GridOptions, to path: String
) throws(GANError) {
  guard shape.rank == 4, [1, 3, 4].contains(shape[3]), shape.count > 0, shape.count == samples.count else {
    throw GANError(
      field: "grid", expected: "\(samples.count) values [N, H, W, C], C of 1, 3 or 4", got: shape)
  }
  let layout = try GridLayout(shape, options)
  let pixels = try Buffer<UInt8>(count: layout.height * layout.width * shape[3], for: path)
  // White between images; in RGBA this is opaque.
  pixels.elements.update(repeating: 255)
  for image in 0..<shape[0] { layout.draw(image, samples, into: pixels.pointer) }
  try writePNG(
    UnsafeBufferPointer(pixels.elements), height: layout.height, width: layout.width,
    channels: shape[3], to: path)
}

/// Where the images of a grid go.
private struct GridLayout {
  let shape: Shape
  let columns: Int
  let scale: Int
  let margin: Int
  let height: Int
  let width: Int

  init(_ shape: Shape, _ options: GridOptions) throws(GANError) {
    let (count, rows, width) = (shape[0], shape[1], shape[2])
    columns = options.columns ?? Int(Double(count).squareRoot().rounded(.up))
    scale = options.scale ?? max(1, min(4, 64 / max(rows, width)))
    margin = options.margin
    guard (1...1 << 20).contains(columns), (1...64).contains(scale), (0...256).contains(margin) else {
      throw GANError(
        field: "grid", expected: "columns 1…\(1 << 20), scale 1…64, margin 0…256",
        got: "columns \(columns), scale \(scale), margin \(margin)")
    }
    self.shape = shape
    // None of the extents can exceed the number of values, so these products stay far from Int's end.
    let down = (count - 1) / columns + 1
    self.height = down * (rows * scale + margin) + margin
    self.width = min(columns, count) * (width * scale + margin) + margin
    guard height <= 1 << 20, self.width <= 1 << 20, height * self.width * shape[3] <= 1 << 30 else {
      throw GANError(
        field: "grid", expected: "a picture of at most 2^30 bytes",
        got: "\(height) x \(self.width) pixels for \(shape)")
    }
  }

  func draw(_ image: Int, _ samples: UnsafeBufferPointer<Float>, into pixels: UnsafeMutablePointer<UInt8>) {
    let (rows, columns, channels) = (shape[1], shape[2], shape[3])
    let top = margin + image / self.columns * (rows * scale + margin)
    let left = margin + image % self.columns * (columns * scale + margin)
    for y in 0..<rows * scale {
      var target = pixels + ((top + y) * width + left) * channels
      let row = ((image * rows) + y / scale) * columns * channels
      for x in 0..<columns * scale {
        let source = row + x / scale * channels
        for c in 0..<channels { target[c] = byte(samples[source + c]) }
        target += channels
      }
    }
  }
}
