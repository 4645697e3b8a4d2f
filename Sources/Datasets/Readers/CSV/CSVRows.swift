import Graphs

/// The rows of a CSV file, one at a time: RFC 4180 to the letter, but that lines may also end in a
/// single LF, that a byte order mark is passed over and that text is UTF-8.
final class CSVRows {
  /// Bytes of a row's text: more means that a quote was not closed.
  static let greatestRow = 1 << 20
  static let greatestColumns = 4096

  /// Rows read so far, without the header.
  private(set) var row = -1
  /// Where the row begins, from 1.
  private(set) var line = 1
  /// Whether lines end in CR LF.
  private(set) var endsInCRLF = false
  /// Of the columns, once the header was read.
  private(set) var names: [String] = []

  private let input: any ByteInput
  private let delimiter: UInt8
  private let chunk: Buffer<UInt8>
  private var place = 0
  private var end = 0
  private var nextLine = 1
  private let text: GrowingBuffer<UInt8>
  private let ends: GrowingBuffer<Int>
  private var isASCII = true

  private static let quote = UInt8(ascii: "\"")

  /// Reads the header too.
  ///
  /// - Throws: `.format` naming file, row, line and column; `.io`, `.memory`.
  init(_ input: any ByteInput, delimiter: UInt8) throws(GANError) {
    self.input = input
    self.delimiter = delimiter
    chunk = try Buffer(count: 1 << 16, for: input.path)
    text = try GrowingBuffer(for: input.path)
    ends = try GrowingBuffer(for: input.path)
    try skipMark()
    guard try next() else { throw error("a header, the columns' names", "no text") }
    var names: [String] = []
    for column in 0..<ends.count {
      let name = String(decoding: self[column], as: UTF8.self)
      guard !name.isEmpty, !names.contains(name) else {
        throw error(
          "a name for every column, no two alike",
          name.isEmpty ? "none for column \(column + 1)" : "'\(name)' twice")
      }
      names.append(name)
    }
    self.names = names
  }

  /// A cell of the row that was read last; valid until the next one is.
  subscript(column: Int) -> Cell {
    let start = column == 0 ? 0 : ends[column - 1]
    return Cell(start: text.pointer + start, count: ends[column] - start)
  }

  /// Reads a row; false at the end.
  func next() throws(GANError) -> Bool {
    text.removeAll()
    ends.removeAll()
    isASCII = true
    line = nextLine
    guard var byte = try take() else { return false }
    row += 1
    while true {
      let after = byte == Self.quote ? try quoted() : try plain(from: byte)
      try ends.append(text.count)
      guard ends.count <= Self.greatestColumns else {
        throw error("at most \(Self.greatestColumns) columns", "more")
      }
      guard after == delimiter else { break }
      guard let following = try take() else {
        // The file ends behind a delimiter: an empty cell is left.
        try ends.append(text.count)
        break
      }
      byte = following
    }
    try check()
    return true
  }

  /// The rest of a cell without quotes, and what ended it: delimiter, LF, or 0 for the file's end.
  private func plain(from first: UInt8) throws(GANError) -> UInt8 {
    var byte = first
    while true {
      switch byte {
      case delimiter, UInt8(ascii: "\n"): return ended(by: byte)
      case UInt8(ascii: "\r"): return try lineFeed()
      case Self.quote:
        throw error("quotes around a whole cell, doubled within", "a quote inside a plain one", ends.count)
      default: try append(byte)
      }
      guard let next = try take() else { return 0 }
      byte = next
    }
  }

  /// The rest of a cell after its opening quote.
  private func quoted() throws(GANError) -> UInt8 {
    while true {
      guard let byte = try take() else {
        throw error("a closing quote", "the file's end", ends.count)
      }
      if byte != Self.quote {
        if byte == UInt8(ascii: "\n") { nextLine += 1 }
        try append(byte)
        continue
      }
      guard let after = try take() else { return 0 }
      switch after {
      case Self.quote: try append(byte)
      case delimiter, UInt8(ascii: "\n"): return ended(by: after)
      case UInt8(ascii: "\r"): return try lineFeed()
      default: throw error("a delimiter after a closing quote", Self.name(of: after), ends.count)
      }
    }
  }

  private func ended(by byte: UInt8) -> UInt8 {
    if byte == UInt8(ascii: "\n") { nextLine += 1 }
    return byte
  }

  private func lineFeed() throws(GANError) -> UInt8 {
    let byte = try take()
    guard byte == UInt8(ascii: "\n") else {
      throw error("LF after CR", byte.map(Self.name) ?? "the file's end", ends.count)
    }
    endsInCRLF = true
    return ended(by: UInt8(ascii: "\n"))
  }

  private func append(_ byte: UInt8) throws(GANError) {
    guard byte != 0 else { throw error("text", "a zero byte", ends.count) }
    if byte >= 128 { isASCII = false }
    guard text.count < Self.greatestRow else {
      throw error("at most \(Self.greatestRow) bytes in a row", "more: is a quote left open?")
    }
    try text.append(byte)
  }

  private func check() throws(GANError) {
    if !isASCII {
      for column in 0..<ends.count where String(validating: self[column], as: UTF8.self) == nil {
        throw error("UTF-8", "other bytes", column)
      }
    }
    guard row > 0, ends.count != names.count else { return }
    let isEmpty = ends.count == 1 && ends[0] == 0
    throw error("\(names.count) cells, as the header has", isEmpty ? "an empty line" : "\(ends.count)")
  }

  // MARK: Bytes

  private func take() throws(GANError) -> UInt8? {
    if place == end {
      place = 0
      end = try input.read(into: chunk.pointer, count: chunk.count)
      if end == 0 { return nil }
    }
    defer { place += 1 }
    return chunk.pointer[place]
  }

  private func skipMark() throws(GANError) {
    end = try input.read(into: chunk.pointer, count: chunk.count)
    if end >= 3, Array(chunk.elements[0..<3]) == [0xEF, 0xBB, 0xBF] { place = 3 }
  }

  // MARK: Errors

  /// `file: row 7 (line 8), column 'age': expected …, got …`.
  func error(_ expected: String, _ got: String, _ column: Int? = nil) -> GANError {
    let place = row < 1 ? "header" : "row \(row) (line \(line))"
    let named = column.map { $0 < names.count ? "'\(names[$0])'" : "\($0 + 1)" }
    return GANError(
      .format, field: "\(input.path): \(place)" + (named.map { ", column \($0)" } ?? ""), expected: expected,
      got: got)
  }

  private static func name(of byte: UInt8) -> String {
    (33..<127).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
  }
}
