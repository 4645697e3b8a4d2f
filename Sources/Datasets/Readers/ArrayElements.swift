import Graphs

// Reading the elements of an array file once its header has been checked.

extension ArrayHeader {
  /// Bytes stay bytes; booleans become 0 and `one`; the rest becomes floats.
  ///
  /// - Throws: `.format` for a value that is not finite as a float.
  func readValues(_ input: any ByteInput, one: UInt8) throws(GANError) -> SampleStorage {
    if element == .u8 || element == .bool {
      let buffer = try Buffer<UInt8>(count: shape.count, for: input.path)
      try readExactly(input, buffer.pointer, shape.count, before: 0)
      try readEnd(input)
      if element == .bool {
        for i in 0..<buffer.count where buffer.pointer[i] != 0 { buffer.pointer[i] = one }
      }
      return .bytes(buffer)
    }
    let buffer = try Buffer<Float>(count: shape.count, for: input.path)
    try forEachPiece(input) { first, bytes, count throws(GANError) in
      let target = buffer.pointer + first
      convert(bytes, count) {
        target[$0] = Float($1)
      } real: {
        target[$0] = Float($1)
      }
      let values = UnsafeBufferPointer(start: target, count: count)
      if let place = firstNonFinite(values) {
        throw GANError(
          .format, field: input.path, expected: "finite values",
          got: "\(values[place]) at element \(first + place)")
      }
    }
    return .floats(buffer)
  }

  /// Integers as labels; −1 for none.
  ///
  /// - Throws: `.format` for a value that no label can have.
  func readLabels(_ input: any ByteInput) throws(GANError) -> Buffer<Int32> {
    let buffer = try Buffer<Int32>(count: shape.count, for: input.path)
    try forEachPiece(input) { first, bytes, count throws(GANError) in
      var wrong: (place: Int, value: Int64)?
      convert(bytes, count) { place, value in
        if (-1..<Int64(greatestClassCount)).contains(value) {
          buffer.pointer[first + place] = Int32(truncatingIfNeeded: value)
        } else if wrong == nil {
          wrong = (first + place, value)
        }
      } real: { _, _ in
      }
      if let wrong {
        throw GANError(
          .format, field: input.path, expected: "labels 0…\(greatestClassCount - 1), or -1 for none",
          got: "\(wrong.value) at sample \(wrong.place)")
      }
    }
    return buffer
  }

  private func convert(
    _ bytes: UnsafeRawPointer, _ count: Int, integer: (Int, Int64) -> Void, real: (Int, Double) -> Void
  ) {
    func integers<Value: FixedWidthInteger>(_ type: Value.Type) {
      for i in 0..<count { integer(i, Int64(truncatingIfNeeded: load(type, bytes, i))) }
    }
    switch element {
    case .bool: for i in 0..<count { integer(i, load(UInt8.self, bytes, i) == 0 ? 0 : 1) }
    case .u8: integers(UInt8.self)
    case .i8: integers(Int8.self)
    case .u16: integers(UInt16.self)
    case .i16: integers(Int16.self)
    case .u32: integers(UInt32.self)
    case .i32: integers(Int32.self)
    case .i64: integers(Int64.self)
    case .f32: for i in 0..<count { real(i, Double(Float(bitPattern: load(UInt32.self, bytes, i)))) }
    case .f64: for i in 0..<count { real(i, Double(bitPattern: load(UInt64.self, bytes, i))) }
    }
  }

  private func load<Value: FixedWidthInteger>(
    _ type: Value.Type, _ bytes: UnsafeRawPointer, _ index: Int
  ) -> Value {
    let value = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Value>.size, as: type)
    return isBigEndian ? Value(bigEndian: value) : Value(littleEndian: value)
  }
}
