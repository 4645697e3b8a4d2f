import CGAN
import GAN

/// Structs of the ABI: plain C values that begin with their size.
protocol SizedStruct {
  init()
  var struct_size: UInt32 { get set }
  /// Bytes a caller's struct has at least: fields after these may be missing, and are then zero.
  static var smallestSize: Int { get }
}

/// Greatest plausible `struct_size`: more is a variable that nobody set.
private let greatestSize = 4096

/// A copy of a caller's struct. One from an older header has fewer bytes, the rest is zero; one
/// from a newer header has more, and those fields are unknown here.
func callerStruct<Value: SizedStruct>(
  _ pointer: UnsafePointer<Value>?, _ field: String
) throws(GANError) -> Value {
  let source = UnsafeRawPointer(try required(pointer, field))
  let size = try callerSize(source, of: Value.self, field)
  var value = Value()
  withUnsafeMutableBytes(of: &value) { bytes in
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: source, count: min(size, bytes.count)))
  }
  value.struct_size = UInt32(MemoryLayout<Value>.size)
  return value
}

/// Writes a result into the caller's struct, as much as it has room for; its size stays.
func writeStruct<Value: SizedStruct>(
  _ value: Value, to pointer: UnsafeMutablePointer<Value>, _ field: String
) throws(GANError) {
  let size = try callerSize(UnsafeRawPointer(pointer), of: Value.self, field)
  var value = value
  value.struct_size = UInt32(size)
  withUnsafeBytes(of: &value) { bytes in
    let count = min(size, bytes.count)
    UnsafeMutableRawPointer(pointer).copyMemory(
      from: bytes.baseAddress.unsafelyUnwrapped, byteCount: count)
  }
}

/// The size a caller's struct says it has.
private func callerSize<Value: SizedStruct>(
  _ pointer: UnsafeRawPointer, of type: Value.Type, _ field: String
) throws(GANError) -> Int {
  let size = Int(pointer.loadUnaligned(as: UInt32.self))
  guard (Value.smallestSize...greatestSize).contains(size) else {
    throw GANError(
      field: "\(field)->struct_size",
      expected: "\(MemoryLayout<Value>.size) (sizeof, as its init function sets it)", got: size)
  }
  return size
}

extension gan_batch: SizedStruct {
  static let smallestSize = size(before: \Self.labels)
}

extension gan_sample_options: SizedStruct {
  static let smallestSize = size(before: \Self.labels)
}

extension gan_train_options: SizedStruct {
  static let smallestSize = size(before: \Self.seconds)
}

extension gan_step_stats: SizedStruct {
  static let smallestSize = size(before: \Self.discriminator_loss)
}

private func size<Value>(before field: PartialKeyPath<Value>) -> Int {
  MemoryLayout<Value>.offset(of: field) ?? MemoryLayout<Value>.size
}
