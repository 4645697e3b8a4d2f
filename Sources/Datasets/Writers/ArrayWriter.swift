import Graphs

/// Writes a .npy file (NumPy format 1.0, little-endian f32, C order), atomically.
///
/// - Throws: `.argument` when `shape` does not have as many elements as `values`, `.io`.
public func writeArray(
  _ values: UnsafeBufferPointer<Float>, shape: Shape, to path: String
) throws(GANError) {
  guard values.count == shape.count else {
    throw GANError(field: "values", expected: "\(shape.count) for \(shape)", got: values.count)
  }
  let extents = shape.dimensions.map { "\($0), " }.joined()
  var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
  // Ten bytes come before it; the elements begin at a multiple of 64, after a new line.
  header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
  var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
  bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
  let result = bytes.withUnsafeBytes { bytes in
    Result { () throws(GANError) in try atomicWrite(path, [bytes, UnsafeRawBufferPointer(values)]) }
  }
  try result.get()
}
