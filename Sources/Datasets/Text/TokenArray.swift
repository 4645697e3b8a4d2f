import Graphs

// Arrays of whole numbers as tokens.

extension SampleStorage {
  /// As tokens, with the vocabulary that options `tokens` and `end` tell, or else the greatest token.
  ///
  /// - Throws: `.format` for what is no token, `.memory`.
  func tokens(_ options: DatasetOptions, field: String) throws(GANError) -> (SampleStorage, Vocabulary) {
    let buffer: Buffer<Int32>
    if case .tokens(let known) = self {
      buffer = known
    } else {
      buffer = try Buffer(count: count, for: field)
      for i in 0..<count { buffer.pointer[i] = token(at: i) }
    }
    let size = options.tokens ?? Vocabulary.greatestSize
    var greatest = 0
    for i in 0..<count {
      let token = Int(buffer.pointer[i])
      guard (0..<size).contains(token) else {
        throw GANError(
          .format, field: field, expected: "tokens, whole numbers 0…\(size - 1)",
          got: "\(text(at: i)) at element \(i)")
      }
      greatest = max(greatest, token)
    }
    let vocabulary = Vocabulary(tokens: options.tokens ?? greatest + 1, end: options.end)
    guard vocabulary.size > 1 else {
      throw GANError(.format, field: field, expected: "a vocabulary of at least 2 tokens", got: "only 0")
    }
    try vocabulary.validate("option tokens")
    return (.tokens(buffer), vocabulary)
  }

  /// −1 for what is none.
  private func token(at index: Int) -> Int32 {
    switch self {
    case .bytes(let buffer): Int32(buffer.pointer[index])
    case .tokens(let buffer): buffer.pointer[index]
    case .floats(let buffer):
      Int32(exactly: buffer.pointer[index]) ?? -1
    case .table: -1
    }
  }

  private func text(at index: Int) -> String {
    switch self {
    case .bytes(let buffer): "\(buffer.pointer[index])"
    case .tokens(let buffer): "\(buffer.pointer[index])"
    case .floats(let buffer): "\(buffer.pointer[index])"
    case .table: "a cell"
    }
  }

  /// As values that are no tokens.
  func numbers(_ field: String) throws(GANError) -> SampleStorage {
    guard case .tokens(let tokens) = self else { return self }
    let values = try Buffer<Float>(count: tokens.count, for: field)
    for i in 0..<tokens.count { values.pointer[i] = Float(tokens.pointer[i]) }
    return .floats(values)
  }
}

extension DatasetOptions {
  /// An option set that only lines of text can follow, or only arrays of tokens.
  private var lineOption: String? {
    if level != nil { return "level" }
    if length != nil { return "length" }
    if least != nil { return "least" }
    return words == nil ? nil : "words"
  }

  private var tokenOption: String? { tokens != nil ? "tokens" : end == nil ? nil : "end" }

  /// Refuses what an array cannot follow.
  func refuseText(of kind: DataKind, _ field: String) throws(GANError) {
    if let name = lineOption ?? (kind == .text ? nil : tokenOption) {
      throw GANError(field: name, expected: "text", got: "\(kind.rawValue) in \(field)")
    }
  }

  /// Refuses what lines of text cannot follow.
  func requireText(_ path: String) throws(GANError) {
    if let kind, kind != .text {
      throw GANError(field: "kind", expected: "text for \(path)", got: kind.rawValue)
    }
    if let name = imageOption ?? soundOption ?? tokenOption ?? (labels == nil ? nil : "labels") {
      throw GANError(field: name, expected: "another kind of data", got: "lines of text in \(path)")
    }
  }
}

extension Batch {
  /// Refuses what is no token of a vocabulary; after `validate`.
  ///
  /// - Throws: `.argument` naming the element.
  package func validateTokens(of vocabulary: Vocabulary, _ field: String = "batch") throws(GANError) {
    guard let base = data.baseAddress else { return }
    for index in 0..<shape.count {
      let value: Float =
        switch elementType {
        case .u8: Float(base.assumingMemoryBound(to: UInt8.self)[index])
        case .f32: base.assumingMemoryBound(to: Float.self)[index]
        case .i32: Float(base.assumingMemoryBound(to: Int32.self)[index])
        }
      guard value >= 0, value < Float(vocabulary.size), value == value.rounded() else {
        throw GANError(
          field: field + ".data", expected: "tokens, whole numbers 0…\(vocabulary.size - 1)",
          got: "\(value) at element \(index)")
      }
    }
  }
}
