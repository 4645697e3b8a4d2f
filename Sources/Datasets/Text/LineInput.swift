import Graphs

/// The lines of a file, one at a time: without their ends, checked to be UTF-8, empty ones left out.
final class LineInput {
  /// Of the line that came last, from 1.
  private(set) var number = 0
  private let input: any ByteInput
  private let piece: Buffer<UInt8>
  private var (start, end) = (0, 0)
  private let line: TextBuffer
  private static let greatestLine = 1 << 20

  init(_ input: any ByteInput) throws(GANError) {
    self.input = input
    piece = try Buffer(count: 1 << 18, for: input.path)
    line = try TextBuffer(for: input.path)
  }

  /// Runs `body` on every line that is not empty.
  func forEach(_ body: (UnsafeRawBufferPointer) throws(GANError) -> Void) throws(GANError) {
    while try next() {
      try line.withBytes { (bytes) throws(GANError) in
        var bytes = bytes[...]
        // A byte order mark is no part of the text.
        if number == 1, bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        guard !bytes.isEmpty else { return }
        let text = UnsafeRawBufferPointer(rebasing: bytes)
        guard isUTF8(text) else {
          throw GANError(
            .format, field: "\(input.path): line \(number)", expected: "UTF-8", got: "bytes that are not")
        }
        try body(text)
      }
    }
  }

  /// Reads on to the next line's end; false at the end of the file.
  private func next() throws(GANError) -> Bool {
    line.removeAll()
    var hasAny = false
    while true {
      if start == end {
        (start, end) = (0, try input.read(into: piece.pointer, count: piece.count))
        if end == 0 { break }
      }
      hasAny = true
      var stop = start
      while stop < end, piece.pointer[stop] != UInt8(ascii: "\n") { stop += 1 }
      guard line.count + stop - start <= Self.greatestLine else {
        throw GANError(
          .format, field: "\(input.path): line \(number + 1)",
          expected: "at most \(Self.greatestLine) bytes", got: "more")
      }
      try line.append(UnsafeRawBufferPointer(start: piece.pointer + start, count: stop - start))
      let isWhole = stop < end
      start = isWhole ? stop + 1 : stop
      if isWhole { break }
    }
    if hasAny { number += 1 }
    return hasAny
  }
}

/// Whether bytes are well-formed UTF-8 (Unicode 15, table 3-7).
private func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  if bytes.allSatisfy({ $0 < 0x80 }) { return true }
  return String(validating: bytes, as: UTF8.self) != nil
}
