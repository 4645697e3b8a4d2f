import Graphs

/// How often runs of n tokens come in any one of several texts at most: the greatest count, which text has it,
/// and the greatest among the others. Memory that can fail; open addressing.
final class NGramTable {
  struct Entry {
    var first: Int32 = 0
    var owner: Int32 = -1
    var most: Int32 = 0
    var second: Int32 = 0
  }

  let order: Int
  private let texts: TokenTexts
  private let entries: Buffer<Entry>
  private let mask: Int

  init(order: Int, _ texts: TokenTexts) throws(GANError) {
    (self.order, self.texts) = (order, texts)
    guard texts.tokens.count <= Int(Int32.max) else {
      throw GANError(.memory, "bleu", "\(texts.count) texts of \(texts.width) tokens are too many")
    }
    var runs = 0
    for length in texts.lengths.elements { runs += max(0, Int(length) - order + 1) }
    var size = 16
    while size < 2 * runs { size *= 2 }
    mask = size - 1
    entries = try Buffer(count: size, for: "bleu")
    for text in 0..<texts.count {
      texts.forEachRun(of: text, order: order) { note($0, times: $1, in: Int32(text)) }
    }
  }

  private func note(_ run: UnsafePointer<Int32>, times: Int32, in text: Int32) {
    let entry = entries.pointer + place(of: run)
    if entry.pointee.most == 0 { entry.pointee.first = Int32(run - UnsafePointer(texts.tokens.pointer)) }
    // A text comes once with each of its runs.
    if times > entry.pointee.most {
      entry.pointee.second = entry.pointee.most
      (entry.pointee.most, entry.pointee.owner) = (times, text)
    } else {
      entry.pointee.second = max(entry.pointee.second, times)
    }
  }

  /// The most that a run comes in one text, in others than `text` where one is given.
  func most(_ run: UnsafePointer<Int32>, without text: Int?) -> Int32 {
    let entry = entries.pointer[place(of: run)]
    return entry.owner == text.map(Int32.init) ?? -2 ? entry.second : entry.most
  }

  private func place(of run: UnsafePointer<Int32>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for place in 0..<order { hash = (hash ^ UInt64(UInt32(bitPattern: run[place]))) &* 0x0000_0100_0000_01b3 }
    var place = Int(truncatingIfNeeded: (hash ^ hash >> 29) &* 0x9e37_79b9_7f4a_7c15 >> 16) & mask
    while entries.pointer[place].most > 0 {
      let known = texts.tokens.pointer + Int(entries.pointer[place].first)
      if (0..<order).allSatisfy({ known[$0] == run[$0] }) { break }
      place = (place + 1) & mask
    }
    return place
  }
}
