import Graphs

/// Brings images of any size and channels to one shape: transparent pixels over the background,
/// colours to grey, size by area averaging. Values are 0…1 in between.
///
/// It holds the room that one image needs; one thread at a time.
final class ImageFitter {
  /// `[H, W, C]` of what comes out.
  let target: Shape
  private let crop: Bool
  private let background: (Float, Float, Float)
  private let output: Buffer<Float>
  private var pixels: Buffer<Float>
  private var row: Buffer<Float>
  private var resizer: (from: Shape, resize: AreaResize)?

  init(to target: Shape, _ options: DatasetOptions, field: String) throws(GANError) {
    self.target = target
    crop = options.crop
    let colour = options.backgroundColour
    background = (Float(colour.0) / 255, Float(colour.1) / 255, Float(colour.2) / 255)
    output = try Buffer(count: target.count, for: field)
    pixels = try Buffer(count: target.count, for: field)
    row = try Buffer(count: target[1] * target[2], for: field)
  }

  /// One image of bytes `[h, w, c]`, c of 1, 3 or 4.
  func fit(
    _ image: UnsafePointer<UInt8>, _ shape: Shape, into result: UnsafeMutablePointer<UInt8>, field: String
  ) throws(GANError) {
    if shape == target {
      result.update(from: image, count: shape.count)
      return
    }
    let values = try fit(shape, field) { Float(image[$0]) / 255 }
    for i in 0..<target.count {
      // Averages of 0…1 may leave it by a rounding.
      result[i] = UInt8(max(0, min(255, (values[i] * 255).rounded())))
    }
  }

  /// One image of values −1…1 `[h, w, c]`, c of 1, 3 or 4.
  func fit(
    _ image: UnsafePointer<Float>, _ shape: Shape, into result: UnsafeMutablePointer<Float>, field: String
  ) throws(GANError) {
    if shape == target {
      result.update(from: image, count: shape.count)
      return
    }
    let values = try fit(shape, field) { (image[$0] + 1) / 2 }
    for i in 0..<target.count { result[i] = values[i] * 2 - 1 }
  }

  private func fit(
    _ shape: Shape, _ field: String, _ value: (Int) -> Float
  ) throws(GANError) -> UnsafePointer<Float> {
    let plane = shape[0] * shape[1]
    if pixels.count < plane * target[2] { pixels = try Buffer(count: plane * target[2], for: field) }
    convert(plane, from: shape[2], value)
    guard shape[0] != target[0] || shape[1] != target[1] else { return UnsafePointer(pixels.pointer) }
    if resizer?.from != shape {
      let resize = AreaResize(
        from: shape[0], shape[1], to: target[0], target[1], channels: target[2], crop: crop)
      resizer = (shape, resize)
      if row.count < shape[1] * target[2] { row = try Buffer(count: shape[1] * target[2], for: field) }
    }
    // Colours weigh as much as they are opaque: what is transparent must not shine through.
    if target[2] == 4 { multiplyAlpha(pixels.pointer, plane) }
    resizer?.resize.resize(pixels.pointer, row: row.pointer, into: output.pointer)
    if target[2] == 4 { divideAlpha(output.pointer, target[0] * target[1]) }
    return UnsafePointer(output.pointer)
  }

  /// Fills `pixels` with the target's channels.
  private func convert(_ plane: Int, from channels: Int, _ value: (Int) -> Float) {
    let wanted = target[2]
    let result = pixels.pointer
    for pixel in 0..<plane {
      let place = pixel * channels
      var (red, green, blue) = (value(place), value(place), value(place))
      if channels > 1 { (green, blue) = (value(place + 1), value(place + 2)) }
      let alpha = channels == 4 ? value(place + 3) : 1
      if wanted != 4 && alpha < 1 {
        red = red * alpha + background.0 * (1 - alpha)
        green = green * alpha + background.1 * (1 - alpha)
        blue = blue * alpha + background.2 * (1 - alpha)
      }
      let output = result + pixel * wanted
      if wanted == 1 {
        // Luma, ITU-R BT.601.
        output[0] = red == green && green == blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue
      } else {
        (output[0], output[1], output[2]) = (red, green, blue)
        if wanted == 4 { output[3] = alpha }
      }
    }
  }

  private func multiplyAlpha(_ pixels: UnsafeMutablePointer<Float>, _ plane: Int) {
    for pixel in 0..<plane {
      for c in 0..<3 { pixels[pixel * 4 + c] *= pixels[pixel * 4 + 3] }
    }
  }

  private func divideAlpha(_ pixels: UnsafeMutablePointer<Float>, _ plane: Int) {
    for pixel in 0..<plane where pixels[pixel * 4 + 3] > 0 {
      for c in 0..<3 { pixels[pixel * 4 + c] /= pixels[pixel * 4 + 3] }
    }
  }
}
