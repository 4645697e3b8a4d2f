import CMemory

/// Memory whose size depends on a recipe, a file or a caller: zeroed, aligned to 64 bytes, and
/// able to fail. Freed with its last reference.
public final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int

  /// Throws `.memory`, naming `purpose`, when there is not enough.
  public init(count: Int, for purpose: String) throws(GANError) {
    guard let raw = gan_memory_allocate(Int64(count), Int64(MemoryLayout<Element>.stride)) else {
      throw GANError(
        .memory, purpose,
        "not enough memory for \(count) elements of \(MemoryLayout<Element>.stride) bytes")
    }
    self.pointer = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { gan_memory_free(pointer) }

  public var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
