import Graphs

/// Words with how often each came, in memory that can fail: open addressing over the words' bytes, which lie
/// one after another.
package final class WordTable: @unchecked Sendable {
  struct Word {
    var start = 0
    var length = 0
    var count = 0
  }

  /// Distinct words.
  package private(set) var count = 0
  private let bytes: TextBuffer
  private var words: Buffer<Word>
  /// Numbers of words + 1; 0 is free. A power of two, at least half of it free.
  private var slots: Buffer<Int32>
  private let purpose: String
  private static let greatestCount = 1 << 26

  init(for purpose: String) throws(GANError) {
    self.purpose = purpose
    bytes = try TextBuffer(for: purpose)
    words = try Buffer(count: 1 << 10, for: purpose)
    slots = try Buffer(count: 1 << 11, for: purpose)
  }

  /// The number of a word, if it came before.
  package func find(_ word: UnsafeRawBufferPointer) -> Int? {
    let slot = slots.pointer[place(of: word)]
    return slot > 0 ? Int(slot) - 1 : nil
  }

  /// How often a word came.
  package func occurrences(of number: Int) -> Int { words.pointer[number].count }

  /// Counts a word, which gets the next number when it is new.
  ///
  /// - Returns: its number.
  @discardableResult
  func add(_ word: UnsafeRawBufferPointer) throws(GANError) -> Int {
    let place = place(of: word)
    if slots.pointer[place] > 0 {
      let number = Int(slots.pointer[place]) - 1
      words.pointer[number].count += 1
      return number
    }
    guard count < Self.greatestCount else {
      throw GANError(.memory, field: purpose, expected: "at most \(Self.greatestCount) words", got: "more")
    }
    if count == words.count {
      let larger = try Buffer<Word>(count: 2 * count, for: purpose)
      larger.pointer.update(from: words.pointer, count: count)
      words = larger
    }
    words.pointer[count] = Word(start: bytes.count, length: word.count, count: 1)
    try bytes.append(word)
    count += 1
    slots.pointer[place] = Int32(count)
    if 2 * count > slots.count { try rehash() }
    return count - 1
  }

  private func rehash() throws(GANError) {
    slots = try Buffer(count: 2 * slots.count, for: purpose)
    for number in 0..<count {
      withBytes(of: number) { slots.pointer[place(of: $0)] = Int32(number + 1) }
    }
  }

  /// The slot that holds a word, or the free one where it belongs.
  private func place(of word: UnsafeRawBufferPointer) -> Int {
    // FNV-1a (Fowler, Noll, Vo).
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: (hash ^ hash >> 32)) & mask
    while slots.pointer[place] > 0 {
      let isSame = withBytes(of: Int(slots.pointer[place]) - 1) { $0.elementsEqual(word) }
      if isSame { break }
      place = (place + 1) & mask
    }
    return place
  }

  package func withBytes<Result>(of number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let word = words.pointer[number]
    return bytes.withBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[word.start..<word.start + word.length]))
    }
  }

  func text(of number: Int) -> String { withBytes(of: number) { String(decoding: $0, as: UTF8.self) } }

  /// Numbers of the words that came at least `least` times, the most frequent first, at most `most`; words
  /// that came as often in the order of their bytes.
  func frequent(least: Int, most: Int) throws(GANError) -> ArraySlice<Int32> {
    let order = try Buffer<Int32>(count: count, for: purpose)
    defer { withExtendedLifetime(order) {} }
    var kept = 0
    for number in 0..<count where words.pointer[number].count >= least {
      order.pointer[kept] = Int32(number)
      kept += 1
    }
    var found = UnsafeMutableBufferPointer(rebasing: order.elements[..<kept])
    found.sort { a, b in
      let (first, second) = (words.pointer[Int(a)].count, words.pointer[Int(b)].count)
      if first != second { return first > second }
      return withBytes(of: Int(a)) { a in withBytes(of: Int(b)) { a.lexicographicallyPrecedes($0) } }
    }
    return ArraySlice(order.elements[..<min(kept, most)])
  }
}
