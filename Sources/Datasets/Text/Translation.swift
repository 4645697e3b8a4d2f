import Graphs

extension Dataset {
  /// The same text in another vocabulary's tokens and with another length: a word that is not in that
  /// vocabulary is unknown there, what is too long is cut.
  ///
  /// - Throws: `.argument` where the vocabularies are of different levels or the numbers do not fit,
  ///   `.memory`.
  public func translated(to target: Vocabulary, length: Int) throws(GANError) -> Dataset {
    guard let vocabulary, vocabulary != target || sampleShape != [length] else { return self }
    guard vocabulary.level == target.level else {
      throw GANError(
        field: "data", expected: "text at level \(target.level.rawValue), as the model's",
        got: vocabulary.level.rawValue)
    }
    if target.level == .token {
      guard vocabulary.size <= target.size, vocabulary.end == nil || vocabulary.end == target.end,
        length <= sampleShape.count || target.end != nil
      else {
        throw GANError(
          field: "data", expected: "\(length) tokens 0…\(target.size - 1) a sample, as the model's",
          got: "\(sampleShape.count) of a vocabulary of \(vocabulary.size)")
      }
      return with(target, length: length, nil)
    }
    let table = try WordTable(for: "vocabulary")
    for word in target.words { try table.add(word) }
    let translation = try Buffer<Float>(count: vocabulary.size, for: "vocabulary")
    translation.pointer[Vocabulary.unknownToken] = Float(Vocabulary.unknownToken)
    for (index, word) in vocabulary.words.enumerated() {
      let found = table.find(word).map { $0 + Vocabulary.marks } ?? Vocabulary.unknownToken
      translation.pointer[index + Vocabulary.marks] = Float(found)
    }
    return with(target, length: length, translation)
  }
}

/// How text that is stored in one vocabulary and length is read in another.
struct TextReading {
  /// Tokens of a sample as stored.
  let length: Int
  let padding: Float
  /// By a token as stored, the token that it is.
  let translation: Buffer<Float>?

  func copy(
    _ storage: SampleStorage, _ index: Int, length wanted: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let count = min(length, wanted)
    storage.copy(from: index * length, count: count, as: .text, into: target)
    if let translation {
      for i in 0..<count { target[i] = translation.pointer[Int(target[i])] }
    }
    for i in count..<wanted { target[i] = padding }
  }
}

extension WordTable {
  func add(_ word: String) throws(GANError) {
    var word = word
    let result = word.withUTF8 { bytes in
      Result { () throws(GANError) in try add(UnsafeRawBufferPointer(bytes)) }
    }
    _ = try result.get()
  }

  fileprivate func find(_ word: String) -> Int? {
    var word = word
    return word.withUTF8 { find(UnsafeRawBufferPointer($0)) }
  }
}
