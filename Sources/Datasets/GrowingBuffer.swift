import Graphs

/// A buffer for what comes without its number being known: it doubles when it is full.
final class GrowingBuffer<Element: BitwiseCopyable> {
  private(set) var count = 0
  private var buffer: Buffer<Element>
  private let purpose: String

  init(for purpose: String) throws(GANError) {
    self.purpose = purpose
    buffer = try Buffer(count: 16, for: purpose)
  }

  var pointer: UnsafeMutablePointer<Element> { buffer.pointer }

  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count)
    return buffer.pointer[index]
  }

  func append(_ element: Element) throws(GANError) {
    if count == buffer.count { try grow(to: count + 1) }
    buffer.pointer[count] = element
    count += 1
  }

  func append(contentsOf elements: UnsafeBufferPointer<Element>) throws(GANError) {
    guard let base = elements.baseAddress else { return }
    if count + elements.count > buffer.count { try grow(to: count + elements.count) }
    (buffer.pointer + count).update(from: base, count: elements.count)
    count += elements.count
  }

  /// Keeps the memory.
  func removeAll() { count = 0 }

  private func grow(to least: Int) throws(GANError) {
    let larger = try Buffer<Element>(count: max(least, 2 * buffer.count), for: purpose)
    larger.pointer.update(from: buffer.pointer, count: count)
    buffer = larger
  }
}
