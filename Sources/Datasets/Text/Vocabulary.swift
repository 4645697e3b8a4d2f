import Graphs

/// What the numbers in samples of text stand for. A sample has a fixed length: after the token that ends
/// it, all others are that token too.
public struct Vocabulary: Codable, Hashable, Sendable {
  /// What a token is.
  public enum Level: String, Codable, Hashable, Sendable, CaseIterable {
    /// What spaces part.
    case word
    /// A Unicode scalar.
    case character
    /// A number that means something to the caller alone.
    case token
  }

  /// Of texts: the end of a sample, and everything that is not in the vocabulary.
  static let endToken = 0
  static let unknownToken = 1
  static let marks = 2
  public static let greatestSize = 65_536
  /// Bytes of a word.
  static let greatestWord = 256

  public let level: Level
  /// Tokens are 0 ..< size.
  public let size: Int
  /// The token that ends a sample, nil where samples are always of full length.
  public let end: Int?
  /// What the tokens from 2 on stand for; empty where tokens are mere numbers.
  public let words: [String]

  /// Of lines: 0 ends a sample, 1 stands for what is not among the words.
  init(_ level: Level, words: [String]) {
    self.level = level
    self.words = words
    size = words.count + Self.marks
    end = Self.endToken
  }

  /// Of mere numbers.
  public init(tokens size: Int, end: Int? = nil) {
    level = .token
    self.size = size
    self.end = end
    words = []
  }

  private enum CodingKeys: String, CodingKey { case level, size, end, words }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let name = try values.decodeIfPresent(String.self, forKey: .level) ?? Level.token.rawValue
    guard let level = Level(rawValue: name) else {
      let known = Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw GANError(field: "level", expected: "one of \(known)", got: "'\(name.prefix(40))'")
    }
    self.level = level
    words = try values.decodeIfPresent([String].self, forKey: .words) ?? []
    let given = try values.decodeIfPresent(Int.self, forKey: .size)
    size = given ?? (level == .token ? 0 : words.count + Self.marks)
    end = try values.decodeIfPresent(Int.self, forKey: .end) ?? (level == .token ? nil : Self.endToken)
    try validate("")
  }

  /// - Throws: `.argument` naming the part that does not fit.
  public func validate(_ field: String) throws(GANError) {
    let part = field.isEmpty ? "" : field + "."
    guard (2...Self.greatestSize).contains(size) else {
      throw GANError(field: part + "size", expected: "2…\(Self.greatestSize) tokens", got: size)
    }
    if let end, !(0..<size).contains(end) {
      throw GANError(field: part + "end", expected: "a token, 0…\(size - 1)", got: end)
    }
    guard level != .token else {
      guard words.isEmpty else {
        throw GANError(field: part + "words", expected: "none at level token", got: words.count)
      }
      return
    }
    guard words.count == size - Self.marks, end == Self.endToken else {
      throw GANError(
        field: field, expected: "\(size - Self.marks) words for \(size) tokens, of which 0 ends a sample",
        got: "\(words.count) words, end \(end.map(String.init) ?? "none")")
    }
    for word in words where word.isEmpty || word.utf8.count > Self.greatestWord || word.contains("\n") {
      throw GANError(
        field: part + "words", expected: "words of 1…\(Self.greatestWord) bytes in one line",
        got: "'\(word.prefix(40))'")
    }
  }
}

extension Vocabulary: RowFormat {
  /// A sample's words, up to where it ends.
  public func append(_ sample: UnsafeBufferPointer<Float>, to text: TextBuffer) throws(GANError) {
    var isFirst = true
    for value in sample {
      let token = Int(max(0, min(value, Float(size - 1))))
      if token == end { break }
      if !isFirst, level != .character { try text.append(" ") }
      isFirst = false
      try text.append(self.text(of: token))
    }
  }

  /// What a token is written as.
  public func text(of token: Int) -> String {
    switch level {
    case .token: String(token)
    case .word, .character:
      switch token {
      case Self.endToken: ""
      case Self.unknownToken: level == .word ? "<unk>" : "\u{FFFD}"
      default: words[token - Self.marks]
      }
    }
  }
}
