import Graphs

extension WAVFile {
  /// All frames as `channels` values each, −1…1 for PCM: as many channels as the file has, or one, their
  /// mean.
  ///
  /// - Throws: `.format` for values that are not finite, or a file that became shorter; `.io`, `.memory`.
  func decode(channels wanted: Int, into target: UnsafeMutablePointer<Float>) throws(GANError) {
    guard wanted == 1 || wanted == channels else {
      throw GANError(
        .format, path, "expected \(wanted) channels, got \(channels); option channels 1 mixes them")
    }
    let file = try InputFile(path)
    try file.skip(offset)
    let block = channels * encoding.size
    let most = max(1, (1 << 16) / block)
    let piece = try Buffer<UInt8>(count: most * block, for: path)
    var first = 0
    while first < frames {
      let count = min(most, frames - first)
      let got = try file.read(into: piece.pointer, count: count * block)
      guard got == count * block else {
        throw GANError(
          .format, field: path, expected: "\(frames) frames", got: "\(first + got / block), then the end")
      }
      try convert(piece.pointer, count, wanted, into: target + first * wanted, at: first)
      first += count
    }
  }

  private func convert(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ wanted: Int, into target: UnsafeMutablePointer<Float>,
    at first: Int
  ) throws(GANError) {
    let raw = UnsafeRawPointer(bytes)
    for frame in 0..<count {
      var sum = 0.0
      for channel in 0..<channels {
        let value = value(raw, frame * channels + channel)
        guard value.isFinite, abs(value) <= 1e30 else {
          throw GANError(
            .format, field: path, expected: "finite values", got: "\(value) in frame \(first + frame)")
        }
        if wanted == 1 { sum += value } else { target[frame * wanted + channel] = Float(value) }
      }
      if wanted == 1 { target[frame] = Float(sum / Double(channels)) }
    }
  }

  private func value(_ raw: UnsafeRawPointer, _ place: Int) -> Double {
    func load<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
      Value(
        littleEndian: raw.loadUnaligned(fromByteOffset: place * MemoryLayout<Value>.size, as: type))
    }
    switch encoding {
    case .u8: return (Double(load(UInt8.self)) - 128) / 128
    case .s16: return Double(load(Int16.self)) / 0x1p15
    case .s24:
      let low = UInt32(raw.load(fromByteOffset: place * 3, as: UInt8.self))
      let middle = UInt32(raw.load(fromByteOffset: place * 3 + 1, as: UInt8.self))
      let high = UInt32(raw.load(fromByteOffset: place * 3 + 2, as: UInt8.self))
      return Double(Int32(bitPattern: low << 8 | middle << 16 | high << 24)) / 0x1p31
    case .s32: return Double(load(Int32.self)) / 0x1p31
    case .f32: return Double(Float(bitPattern: load(UInt32.self)))
    case .f64: return Double(bitPattern: load(UInt64.self))
    }
  }
}
