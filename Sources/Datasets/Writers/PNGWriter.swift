import CPNG
import Graphs

/// Writes one image of bytes `[height, width, channels]`, channels 1, 3 or 4, atomically.
///
/// - Throws: `.argument` for another shape or more than 2³⁰ bytes, `.memory`, `.io`.
public func writePNG(
  _ pixels: UnsafeBufferPointer<UInt8>, height: Int, width: Int, channels: Int, to path: String
) throws(GANError) {
  let shape = Shape([height, width, channels])
  guard let columns = UInt32(exactly: width), let rows = UInt32(exactly: height),
    let depth = Int32(exactly: channels)
  else { throw GANError(field: path, expected: "an image [H, W, 1 | 3 | 4]", got: shape) }
  let bound = gan_png_bound(columns, rows, depth)
  guard bound > 0, pixels.count == shape.count, let base = pixels.baseAddress else {
    throw GANError(field: path, expected: "an image [H, W, 1 | 3 | 4] of at most 2^30 bytes", got: shape)
  }
  let encoded = try Buffer<UInt8>(count: bound, for: path)
  var size = bound
  var message = [CChar](repeating: 0, count: Int(GAN_PNG_MESSAGE))
  guard gan_png_encode(base, columns, rows, depth, encoded.pointer, &size, &message) == 1 else {
    throw GANError(.io, path, "PNG \(string(message))")
  }
  try atomicWrite(path, UnsafeRawBufferPointer(start: encoded.pointer, count: size))
}

/// Writes one image `[H, W, C]` of values −1…1 (clamped), atomically.
///
/// - Throws: `.argument` for another shape, `.memory`, `.io`.
public func writeImage(
  _ values: UnsafeBufferPointer<Float>, shape: Shape, to path: String
) throws(GANError) {
  guard shape.rank == 3, shape.count == values.count else {
    throw GANError(field: "image", expected: "\(values.count) values [H, W, C]", got: shape)
  }
  let pixels = try Buffer<UInt8>(count: values.count, for: path)
  for i in 0..<values.count { pixels.pointer[i] = byte(values[i]) }
  try writePNG(
    UnsafeBufferPointer(pixels.elements), height: shape[0], width: shape[1], channels: shape[2], to: path)
}
