import CMemory

/// The limit of the process on all its `Buffer`s together.
public enum MemoryLimit {
  /// Bytes that may still be taken; nil without a limit.
  public static var left: Int? {
    let limit = gan_memory_limit()
    return limit > 0 ? Int(max(0, limit - gan_memory_held())) : nil
  }

  public static var bytes: Int { Int(gan_memory_limit()) }
}

/// Memory whose size depends on a recipe, a file or a caller: zeroed, aligned to 64 bytes, and
/// able to fail. Freed with its last reference.
public final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int

  /// Throws `.memory`, naming `purpose`, when there is not enough.
  public init(count: Int, for purpose: String) throws(GANError) {
    guard let raw = gan_memory_allocate(Int64(count), Int64(MemoryLayout<Element>.stride)) else {
      let left = MemoryLimit.left.map { "; the memory limit leaves \($0) bytes" } ?? ""
      throw GANError(
        .memory, purpose,
        "not enough memory for \(count) elements of \(MemoryLayout<Element>.stride) bytes\(left)")
    }
    self.pointer = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { gan_memory_free(pointer) }

  /// Bytes that a buffer takes of the limit; `Int.max` when it never fits.
  public static func byteCount(_ count: Int) -> Int {
    Int(gan_memory_size(Int64(count), Int64(MemoryLayout<Element>.stride)))
  }

  public var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
