import CMemory
import Graphs
import Testing

@testable import Datasets

@Suite struct TextReaderTests {
  let folder = TemporaryFolder()

  private func open(
    _ text: String, named name: String = "a.txt", _ change: (inout DatasetOptions) -> Void = { _ in }
  ) throws -> Dataset {
    var options = DatasetOptions()
    change(&options)
    return try Dataset.open(folder.write(name, Array(text.utf8)), options)
  }

  private func rows(_ data: Dataset) throws -> [String] {
    try (0..<data.count).map { index in
      let text = try TextBuffer(for: "test")
      try data.values(index).withUnsafeBufferPointer { try data.vocabulary!.append($0, to: text) }
      return text.withBytes { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test func linesBecomeTokens() throws {
    let data = try open("the cat\n\n  a\tcat saw the cat \r\nthe end")
    #expect(data.kind == .text && data.count == 3 && data.sampleShape == [5])
    // cat and the came three times each, in the order of their bytes; then those that came once.
    #expect(data.vocabulary?.words == ["cat", "the", "a", "end", "saw"])
    #expect(data.values(0) == [3, 2, 0, 0, 0])
    #expect(data.values(1) == [4, 2, 6, 3, 2])
    #expect(try rows(data) == ["the cat", "a cat saw the cat", "the end"])
    #expect(data.info.elementType == "i32" && data.info.format == "txt" && data.vocabulary?.size == 7)
  }

  @Test func optionsLimitVocabularyAndLength() throws {
    let data = try open("a b a c\na b d") {
      $0.length = 3
      $0.least = 2
    }
    #expect(data.vocabulary?.words == ["a", "b"])
    #expect(try rows(data) == ["a b a", "a b <unk>"])
    let few = try open("a b a c\na b d") { $0.words = 2 }
    #expect(few.vocabulary?.words == ["a", "b"] && few.sampleShape == [4])
  }

  @Test func characters() throws {
    let data = try open("añ€\nñ a𝄞") { $0.level = .character }
    #expect(data.sampleShape == [4] && data.vocabulary?.words.count == 5)
    #expect(try rows(data) == ["añ€", "ñ a𝄞"])
  }

  @Test func compressedTextAndByteOrderMark() throws {
    let bytes = compress([0xef, 0xbb, 0xbf] + Array("x y\n".utf8), gzip: true)
    let data = try Dataset.open(folder.write("a.txt.gz", bytes))
    #expect(data.vocabulary?.words == ["x", "y"])
  }

  @Test func manyWordsAreFoundAgain() throws {
    let text = (0..<5000).map { "w\($0 % 3001) v\($0)" }.joined(separator: "\n")
    let data = try open(text)
    #expect(data.vocabulary?.size == 3001 + 5000 + 2)
    #expect(try rows(data)[4321] == "w1320 v4321")
  }

  @Test func anotherVocabularyReadsTheSameText() throws {
    let own = try open("a b c")
    let other = try open("c a x\na", named: "b.txt").translated(to: own.vocabulary!, length: 2)
    #expect(try rows(other) == ["c a", "a"])
    let longer = try open("c a x", named: "c.txt").translated(to: own.vocabulary!, length: 4)
    #expect(try rows(longer) == ["c a <unk>"] && longer.sampleShape == [4])
    #expect(failure { _ = try own.translated(to: Vocabulary(tokens: 9), length: 3) }?.field == "data")
  }

  @Test func badTexts() throws {
    let bad = folder.write("bad.txt", Array("fine\nnot ".utf8) + [0xff, 0x41] + Array("\n".utf8))
    let error = failure { _ = try Dataset.open(bad) }
    #expect(error?.kind == .format && error?.field == bad + ": line 2" && error!.problem.contains("UTF-8"))
    #expect(failure { _ = try self.open("one one\none") }?.problem.contains("at least 2 words") == true)
    #expect(failure { _ = try self.open("\n \n") }?.problem.contains("lines of text") == true)
    #expect(failure { _ = try self.open("") }?.problem.contains("empty") == true)
    let long = String(repeating: "a b ", count: 600)
    #expect(failure { _ = try self.open(long) }?.problem.contains("option length") == true)
    let word = String(repeating: "a", count: 300)
    #expect(failure { _ = try self.open("x \(word)") }?.problem.contains("256 bytes") == true)
    let line = String(repeating: "a ", count: 1 << 20)
    #expect(failure { _ = try self.open(line) }?.problem.contains("1048576 bytes") == true)
    #expect(failure { _ = try self.open("a b") { $0.size = [2, 2] } }?.field == "size")
    #expect(failure { _ = try self.open("a b") { $0.length = 0 } }?.field == "length")
  }

  @Test func arraysOfTokens() throws {
    let tokens: [Int32] = [0, 4, 2, 1, 3, 3]
    let data = try Dataset.copying(tokens, shape: [2, 3])
    #expect(data.kind == .text && data.vocabulary == Vocabulary(tokens: 5) && data.values(1) == [1, 3, 3])
    #expect(try rows(data) == ["0 4 2", "1 3 3"])
    var options = DatasetOptions()
    (options.tokens, options.end) = (9, 3)
    let ended = try Dataset.copying(tokens, shape: [2, 3], options)
    #expect(ended.vocabulary?.size == 9)
    #expect(try rows(ended) == ["0 4 2", "1"])
    options.tokens = 4
    let outside = failure { _ = try Dataset.copying(tokens, shape: [2, 3], options) }
    #expect(outside?.problem == "expected tokens, whole numbers 0…3, got 4 at element 1")
    #expect(
      failure { _ = try Dataset.copying([-1, 0] as [Int32], shape: [1, 2]) }?.problem.contains("-1") == true)
    var text = DatasetOptions()
    text.kind = .text
    #expect(failure { _ = try Dataset.copying([0.5, 1] as [Float], shape: [1, 2], text) } != nil)
    #expect(
      failure { _ = try Dataset.copying([0, 0] as [Int32], shape: [1, 2]) }?.problem.contains("2") == true)
  }

  @Test func arraysOfSeries() throws {
    var options = DatasetOptions()
    options.kind = .series
    let data = try Dataset.copying([1, 2, 3, 4, 50, 6] as [Float], shape: [1, 3, 2], options)
    #expect(data.kind == .series && data.sampleShape == [3, 2] && data.values(0)[4] == 50)
    #expect(try Dataset.copying([1, 2] as [Float], shape: [1, 2], options).sampleShape == [2, 1])
    options.size = [2, 2]
    #expect(failure { _ = try Dataset.copying([1, 2] as [Float], shape: [1, 2], options) }?.field == "size")
  }

  @Test func aVocabularyInJSONIsChecked() throws {
    for words in [["a", ""], ["a", "b\nc"]] {
      #expect(failure { try Vocabulary(.word, words: words).validate("v") }?.field == "v.words")
    }
    #expect(failure { try Vocabulary(tokens: 1).validate("v") }?.field == "v.size")
    #expect(failure { try Vocabulary(tokens: 4, end: 4).validate("v") }?.field == "v.end")
  }
}
