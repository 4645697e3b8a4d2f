import Graphs

/// Types of elements in array files.
enum ArrayElement: String {
  case bool, u8, i8, u16, i16, u32, i32, i64, f32, f64

  var size: Int {
    switch self {
    case .bool, .u8, .i8: 1
    case .u16, .i16: 2
    case .u32, .i32, .f32: 4
    case .i64, .f64: 8
    }
  }

  var isInteger: Bool { self != .f32 && self != .f64 }
}

/// What an array file says of itself. Nothing of it is believed before `check` has compared it
/// with the file.
struct ArrayHeader {
  let shape: Shape
  let element: ArrayElement
  let isBigEndian: Bool

  /// Compares the elements promised with the bytes there are.
  ///
  /// - Throws: `.format` for too few or too many bytes, `.memory` beyond option `limit`.
  func check(_ input: any ByteInput, limit: Int) throws(GANError) {
    let (bytes, overflow) = shape.count.multipliedReportingOverflow(by: element.size)
    let promised = "\(element.rawValue) \(shape)"
    guard shape.count < Int.max, !overflow else {
      throw GANError(
        .format, input.path, "header promises \(promised), got \(input.bound) bytes after it")
    }
    if input.isExact {
      guard bytes == input.bound else {
        throw GANError(
          .format, field: input.path, expected: "\(bytes) bytes after the header for \(promised)",
          got: input.bound)
      }
    } else {
      guard bytes <= limit else {
        throw GANError(
          .memory, input.path,
          "header promises \(promised), \(bytes) bytes, above option limit of \(limit) for compressed data")
      }
      guard bytes <= input.bound else {
        throw GANError(
          .format, input.path,
          "header promises \(promised), \(bytes) bytes, got compressed data of at most \(input.bound)")
      }
    }
  }

  /// Hands over all elements, piece by piece: first index, bytes, number of elements.
  func forEachPiece(
    _ input: any ByteInput, _ body: (Int, UnsafeRawPointer, Int) throws(GANError) -> Void
  ) throws(GANError) {
    let piece = try Buffer<UInt8>(count: 1 << 18, for: input.path)
    let most = piece.count / element.size
    var first = 0
    while first < shape.count {
      let count = min(most, shape.count - first)
      try readExactly(input, piece.pointer, count * element.size, before: first * element.size)
      try body(first, UnsafeRawPointer(piece.pointer), count)
      first += count
    }
    try readEnd(input)
  }

  /// - Parameter before: bytes of elements that came already.
  func readExactly(
    _ input: any ByteInput, _ target: UnsafeMutableRawPointer, _ count: Int, before: Int
  ) throws(GANError) {
    let got = try input.read(into: target, count: count)
    guard got == count else {
      throw GANError(
        .format, field: input.path, expected: "\(shape.count * element.size) bytes of elements",
        got: "\(before + got)")
    }
  }

  /// For compressed data, whose length nobody knows before; it reads the checksum too.
  func readEnd(_ input: any ByteInput) throws(GANError) {
    guard try input.read(count: 1).isEmpty else {
      throw GANError(
        .format, field: input.path,
        expected: "\(shape.count * element.size) bytes of elements for \(shape)", got: "more")
    }
  }
}
