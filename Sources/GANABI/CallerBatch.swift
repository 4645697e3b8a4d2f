import CGAN
import GAN

extension gan_batch {
  /// The batch as the library's own type, its pointers still the caller's. Checks what the struct
  /// says of itself; `Batch.validate` checks the values.
  func borrowed(_ field: String) throws(GANError) -> Batch {
    guard let elementType = ElementType(code: element_type) else {
      throw GANError(
        field: "\(field)->element_type", expected: "GAN_U8 (1), GAN_F32 (2) or GAN_I32 (3)",
        got: element_type)
    }
    guard (1...8).contains(rank) else {
      throw GANError(field: "\(field)->rank", expected: "1 to 8", got: rank)
    }
    let extents = withUnsafeBytes(of: shape) { bytes in
      bytes.bindMemory(to: Int64.self).prefix(Int(rank)).map { Int($0) }
    }
    guard data_bytes >= 0 else {
      throw GANError(field: "\(field)->data_bytes", expected: "0 or more", got: data_bytes)
    }
    let start = try required(data, "\(field)->data")
    return Batch(
      elementType: elementType, shape: Shape(extents),
      data: UnsafeRawBufferPointer(start: start, count: Int(data_bytes)),
      labels: try callerLabels(labels, label_count, field))
  }
}

extension ElementType {
  fileprivate init?(code: Int32) {
    switch Int(code) {
    case GAN_U8: self = .u8
    case GAN_F32: self = .f32
    case GAN_I32: self = .i32
    default: return nil
    }
  }
}

/// A caller's labels, nil for none. Their values are checked by who knows the classes.
func callerLabels(
  _ labels: UnsafePointer<Int32>?, _ count: Int64, _ field: String
) throws(GANError) -> UnsafeBufferPointer<Int32>? {
  guard count >= 0 else {
    throw GANError(field: "\(field)->label_count", expected: "0 or more", got: count)
  }
  guard let labels else {
    guard count == 0 else {
      throw GANError(field: "\(field)->labels", expected: "\(count) labels", got: "NULL")
    }
    return nil
  }
  guard Int(bitPattern: labels) % MemoryLayout<Int32>.alignment == 0 else {
    throw GANError(field: "\(field)->labels", expected: "an address aligned to 4 bytes", got: "another")
  }
  return UnsafeBufferPointer(start: labels, count: Int(count))
}

/// Where a caller wants an array of floats: the two-call size query of `TextOutput`, in elements.
struct ArrayOutput {
  let buffer: UnsafeMutableBufferPointer<Float>?
  let count: UnsafeMutablePointer<Int64>

  init(
    _ out: UnsafeMutablePointer<Float>?, _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?
  ) throws(GANError) {
    count?.pointee = 0
    self.count = try required(count, "out_count")
    let capacity = try callerCapacity(capacity, hasBuffer: out != nil, "out")
    guard Int(bitPattern: out) % MemoryLayout<Float>.alignment == 0 else {
      throw GANError(field: "out", expected: "an address aligned to 4 bytes", got: "another")
    }
    buffer = out.map { UnsafeMutableBufferPointer(start: $0, count: capacity) }
  }

  /// Says how many elements there are, and runs `body` with room for exactly those. Without a
  /// buffer only the count is given; with one that is too small the count, and `.argument`.
  func write(
    _ needed: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws(GANError) -> Int
  ) throws(GANError) {
    guard let buffer else {
      count.pointee = Int64(needed)
      return
    }
    guard buffer.count >= needed else {
      count.pointee = Int64(needed)
      throw GANError(field: "capacity", expected: "at least \(needed)", got: buffer.count)
    }
    count.pointee = Int64(try body(UnsafeMutableBufferPointer(rebasing: buffer[..<needed])))
  }
}
