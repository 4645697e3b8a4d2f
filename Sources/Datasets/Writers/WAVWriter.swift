import Graphs

/// Writes one sound `[T, C]` of values −1…1 (clamped; what is not finite is silence) as a WAV file of 16 bits,
/// atomically.
///
/// - Parameter rate: frames a second, 1…768000.
/// - Throws: `.argument` for another shape or rate, `.memory`, `.io`.
public func writeSound(
  _ values: UnsafeBufferPointer<Float>, shape: Shape, rate: Int, to path: String
) throws(GANError) {
  guard shape.rank == 2, shape.count == values.count, shape.count > 0,
    (1...WAVFile.greatestChannels).contains(shape[1]), shape.count <= 1 << 30
  else { throw GANError(field: "sound", expected: "\(values.count) values [T, C]", got: shape) }
  guard (1...WAVFile.greatestRate).contains(rate) else {
    throw GANError(field: "rate", expected: "1…\(WAVFile.greatestRate) Hz", got: rate)
  }
  let samples = try Buffer<UInt8>(count: values.count * 2, for: path)
  for (place, value) in values.enumerated() {
    let scaled = value.isFinite ? max(-32768, min(32767, (value * 32768).rounded())) : 0
    let bits = UInt16(bitPattern: Int16(scaled))
    samples.pointer[2 * place] = UInt8(truncatingIfNeeded: bits)
    samples.pointer[2 * place + 1] = UInt8(bits >> 8)
  }
  func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  let block = 2 * shape[1]
  var header = Array("RIFF".utf8) + bytes(36 + samples.count, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4)
  header += bytes(1, 2) + bytes(shape[1], 2) + bytes(rate, 4) + bytes(rate * block, 4) + bytes(block, 2)
  header += bytes(16, 2) + Array("data".utf8) + bytes(samples.count, 4)
  let result = header.withUnsafeBytes { header in
    Result { () throws(GANError) in
      try atomicWrite(path, [header, UnsafeRawBufferPointer(UnsafeBufferPointer(samples.elements))])
    }
  }
  try result.get()
}
