import Graphs

/// Lines of text, `.txt`, also gzipped: every line that is not empty is a sample of as many tokens as the
/// longest has, or as option `length` says. Read twice: to count the words, and to number them.
enum TextReader: Reader {
  static let name = "txt"
  static let title = "lines of text (.txt)"

  private static let greatestLength = 1024

  static func accepts(_ input: Candidate) -> Bool {
    !input.isFolder && [".txt", ".txt.gz"].contains { hasEnding(input.path, $0) }
  }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    try options.requireText(path)
    let level = options.level ?? .word
    let found = try count(path, level, options)
    let length = options.length ?? found.longest
    guard length <= greatestLength else {
      throw GANError(
        .format, field: "\(path): line \(found.longestLine)",
        expected: "at most \(greatestLength) tokens (option length cuts lines)", got: length)
    }
    let kept = try found.words.frequent(least: options.least ?? 1, most: options.words ?? mostWords)
    guard kept.count > 1 else {
      throw GANError(
        .format, field: path, expected: "a vocabulary of at least 2 words",
        got: "\(kept.count) of the "
          + "\(found.words.count) different words")
    }
    let vocabulary = Vocabulary(level, words: kept.map { found.words.text(of: Int($0)) })
    let (cells, overflow) = found.lines.multipliedReportingOverflow(by: length)
    guard !overflow else { throw GANError(.memory, path, "\(found.lines) lines do not fit in memory") }
    // A word's number in the order of its coming → its token.
    let tokens = try Buffer<Int32>(count: found.words.count, for: path)
    tokens.elements.update(repeating: Int32(Vocabulary.unknownToken))
    for (place, number) in kept.enumerated() {
      tokens.pointer[Int(number)] = Int32(place + Vocabulary.marks)
    }
    let values = try Buffer<Int32>(count: cells, for: path)
    try number(path, level, options, found, tokens, length, into: values)
    return Dataset(
      kind: .text, sampleShape: [length], storage: .tokens(values), labels: nil, source: path,
      format: name, vocabulary: vocabulary)
  }

  private static let mostWords = Vocabulary.greatestSize - Vocabulary.marks

  private struct Found {
    let words: WordTable
    var lines = 0
    var longest = 0
    var longestLine = 0
  }

  private static func count(_ path: String, _ level: Vocabulary.Level, _ options: DatasetOptions)
    throws(GANError) -> Found
  {
    var found = Found(words: try WordTable(for: path))
    let input = try LineInput(openInput(path, limit: options.decodedLimit))
    try input.forEach { (line) throws(GANError) in
      var length = 0
      try forEachToken(of: line, level) { (word) throws(GANError) in
        length += 1
        guard word.count <= Vocabulary.greatestWord else {
          throw GANError(
            .format, field: "\(path): line \(input.number)",
            expected: "words of at most \(Vocabulary.greatestWord) bytes", got: word.count)
        }
        try found.words.add(word)
      }
      if length > 0 { found.lines += 1 }
      if length > found.longest { (found.longest, found.longestLine) = (length, input.number) }
    }
    guard found.lines > 0 else {
      throw GANError(.format, field: path, expected: "lines of text", got: "none")
    }
    return found
  }

  private static func number(
    _ path: String, _ level: Vocabulary.Level, _ options: DatasetOptions, _ found: Found,
    _ tokens: Buffer<Int32>, _ length: Int, into values: Buffer<Int32>
  ) throws(GANError) {
    let changed = GANError(.io, field: path, expected: "the same lines twice", got: "others: it was changed")
    var row = 0
    try LineInput(openInput(path, limit: options.decodedLimit)).forEach { (line) throws(GANError) in
      var place = 0
      guard row < found.lines else { throw changed }
      let target = values.pointer + row * length
      try forEachToken(of: line, level) { (word) throws(GANError) in
        guard let number = found.words.find(word) else { throw changed }
        if place < length { target[place] = tokens.pointer[number] }
        place += 1
      }
      // The rest stays 0, the mark of the end.
      if place > 0 { row += 1 }
    }
    guard row == found.lines else { throw changed }
  }

  /// Runs `body` on what a line consists of: words without the spaces between, or characters.
  private static func forEachToken(
    of line: UnsafeRawBufferPointer, _ level: Vocabulary.Level,
    _ body: (UnsafeRawBufferPointer) throws(GANError) -> Void
  ) throws(GANError) {
    var start = 0
    while start < line.count {
      var end = start + 1
      if level == .character {
        while end < line.count, line[end] & 0xc0 == 0x80 { end += 1 }
      } else {
        if isSpace(line[start]) {
          start += 1
          continue
        }
        while end < line.count, !isSpace(line[end]) { end += 1 }
      }
      try body(UnsafeRawBufferPointer(rebasing: line[start..<end]))
      start = end
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
