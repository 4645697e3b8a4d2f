import Graphs

/// How a path is read. In JSON an object with these keys, all of them optional; any other key is
/// refused, as is a value out of range.
public struct DatasetOptions: Codable, Hashable, Sendable {
  /// `[height, width]` that images are resized to, by area averaging. Without it all images must
  /// have one size.
  public var size: [Int]?
  /// With `size`: keep the proportions and cut what stands over, evenly on both sides. Otherwise
  /// images are stretched to `size`.
  public var crop: Bool = false
  /// Of images 1, 3 or 4: without it PNG folders get 1 if all files are grey, else 3; arrays what they have.
  /// Of sounds: 1, the default, mixes those of a WAV file; others must be what the files have, up to 4.
  public var channels: Int?
  /// Colour under transparent pixels unless 4 channels are asked for: `[grey]` or `[r, g, b]`,
  /// 0…255. White by default.
  public var background: [Int]?
  /// File with one label a sample (IDX or .npy). Without it, IDX images take the usual name
  /// beside them (train-images-idx3-ubyte → train-labels-idx1-ubyte). "" for no labels.
  public var labels: String?
  /// Where a label stands in the name of a file, its ending left out: `{label}_*` finds `7` in
  /// `7_jackson_32.wav`. A `*` stands for any text; both take as little as they can.
  public var pattern: String?
  /// Keep this many labels, the first ones of each class and as many of every one; the other samples
  /// count as unlabelled. For semi-supervised models.
  public var labelled: Int?
  /// What the samples of an array are, where its rank does not say what is wanted.
  public var kind: DataKind?
  /// `[low, high]` of an image array's values, mapped to −1…1. By default bytes are 0…255,
  /// booleans 0…1, and other types −1…1 already.
  public var range: [Double]?
  /// What a token of a .txt file is: a word (without it) or a character.
  public var level: Vocabulary.Level?
  /// Tokens of a sample of text: longer lines are cut; without it, as many as the longest line has. Of WAV files
  /// the frames of every clip: shorter ones are followed by silence, longer ones go by `cut`; without it all
  /// must have one length.
  public var length: Int?
  /// Words that come less often count as unknown; 1 without it.
  public var least: Int?
  /// Most words of a text's vocabulary, the most frequent ones; the others count as unknown.
  public var words: Int?
  /// Size of the vocabulary of an array of tokens; without it, one more than the greatest.
  public var tokens: Int?
  /// The token that ends the samples of an array of tokens; none without it.
  public var end: Int?
  /// Frames a second that sounds get, 1…768000, by a windowed sinc. Without it all WAV files must have one
  /// rate; of an array, what it has.
  public var rate: Int?
  /// What becomes of a WAV file that is longer than `length`.
  public var cut = Cut.start
  /// Whether each clip is scaled so that its greatest value is 1 or −1; silence stays.
  public var normalize: Bool = false

  /// Which part of a recording is a clip.
  public enum Cut: String, Codable, Hashable, Sendable, CaseIterable {
    /// Its first frames.
    case start
    /// Those in its middle.
    case centre
    /// One after the other, each a clip; the last one is filled up with silence where it is at least half.
    case pieces
  }

  /// Of a table, what columns hold where that is not to be found out: `{"zip": "category", "born": "date %d/%m/%Y"}`.
  public var columns: [String: ColumnRule]?
  /// Of a table, columns that are left out.
  public var ignore: [String]?
  /// Of a table, texts that stand for no value, as an empty cell always does: `["NA"]`.
  public var nulls: [String]?
  /// Of a table, the character between cells; by default a comma, in .tsv files a tab.
  public var delimiter: String?
  /// Most bytes in memory that sounds, and compressed data (PNG, .gz), may take; 2 GiB by default.
  public var limit: Int?

  /// Samples as they are.
  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case size, crop, channels, background, labels, pattern, labelled, kind, range, level, length, least, words
    case tokens, end, rate, cut, normalize, columns, ignore, nulls, delimiter, limit
  }

  /// Refuses unknown keys and values out of range, as errors that name the key.
  public init(from decoder: any Decoder) throws {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where CodingKeys(stringValue: key.stringValue) == nil {
      let known = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
      let path = (decoder.codingPath + [key]).map(\.stringValue).joined(separator: ".")
      throw GANError(.argument, path, "unknown key; known are \(known)")
    }
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    size = try keys.decodeIfPresent([Int].self, forKey: .size)
    crop = try keys.decodeIfPresent(Bool.self, forKey: .crop) ?? false
    channels = try keys.decodeIfPresent(Int.self, forKey: .channels)
    background = try keys.decodeIfPresent([Int].self, forKey: .background)
    labels = try keys.decodeIfPresent(String.self, forKey: .labels)
    labelled = try keys.decodeIfPresent(Int.self, forKey: .labelled)
    pattern = try keys.decodeIfPresent(String.self, forKey: .pattern)
    kind = try keys.decodeIfPresent(DataKind.self, forKey: .kind)
    rate = try keys.decodeIfPresent(Int.self, forKey: .rate)
    length = try keys.decodeIfPresent(Int.self, forKey: .length)
    cut = try keys.decodeIfPresent(Cut.self, forKey: .cut) ?? .start
    normalize = try keys.decodeIfPresent(Bool.self, forKey: .normalize) ?? false
    range = try keys.decodeIfPresent([Double].self, forKey: .range)
    if let name = try keys.decodeIfPresent(String.self, forKey: .level) {
      guard let known = Vocabulary.Level(rawValue: name), known != .token else {
        throw GANError(field: "level", expected: "word or character", got: "'\(name.prefix(40))'")
      }
      level = known
    }
    length = try keys.decodeIfPresent(Int.self, forKey: .length)
    least = try keys.decodeIfPresent(Int.self, forKey: .least)
    words = try keys.decodeIfPresent(Int.self, forKey: .words)
    tokens = try keys.decodeIfPresent(Int.self, forKey: .tokens)
    end = try keys.decodeIfPresent(Int.self, forKey: .end)
    columns = try keys.decodeIfPresent([String: ColumnRule].self, forKey: .columns)
    ignore = try keys.decodeIfPresent([String].self, forKey: .ignore)
    nulls = try keys.decodeIfPresent([String].self, forKey: .nulls)
    delimiter = try keys.decodeIfPresent(String.self, forKey: .delimiter)
    limit = try keys.decodeIfPresent(Int.self, forKey: .limit)
    try validate()
  }

  /// - Throws: `.argument`, naming the option.
  public func validate() throws(GANError) {
    if let size, size.count != 2 || !size.allSatisfy({ (1...16_384).contains($0) }) {
      throw GANError(field: "size", expected: "[height, width], each 1…16384", got: size)
    }
    if crop && size == nil {
      throw GANError(field: "crop", expected: "option size beside it", got: "none")
    }
    if let channels, !(1...4).contains(channels) {
      throw GANError(field: "channels", expected: "1, 3 or 4, of sounds 1…4", got: channels)
    }
    if let rate, !(1...WAVFile.greatestRate).contains(rate) {
      throw GANError(field: "rate", expected: "1…\(WAVFile.greatestRate) Hz", got: rate)
    }
    if let pattern { _ = try LabelPattern(pattern) }
    if let background,
      ![1, 3].contains(background.count) || !background.allSatisfy({ (0...255).contains($0) })
    {
      throw GANError(field: "background", expected: "1 or 3 numbers 0…255", got: background)
    }
    if let range,
      range.count != 2 || !range.allSatisfy({ $0.isFinite && abs($0) < 1e30 }) || !(range[0] < range[1])
    {
      throw GANError(field: "range", expected: "[low, high], low < high", got: range)
    }
    if let labelled, labelled < 1 {
      throw GANError(field: "labelled", expected: "a positive number of labels", got: labelled)
    }
    for (name, value, range) in textBounds {
      if let value, !range.contains(value) {
        throw GANError(field: name, expected: "\(range.lowerBound)…\(range.upperBound)", got: value)
      }
    }
    if let delimiter { try CSVDialect.check(delimiter, "delimiter") }
    if let limit, limit < 1 {
      throw GANError(field: "limit", expected: "a positive number of bytes", got: limit)
    }
  }

  private var textBounds: [(String, Int?, ClosedRange<Int>)] {
    [
      ("length", length, 1...1 << 24), ("least", least, 1...1 << 31),
      ("words", words, 2...Vocabulary.greatestSize - Vocabulary.marks),
      ("tokens", tokens, 2...Vocabulary.greatestSize), ("end", end, 0...Vocabulary.greatestSize - 1),
    ]
  }

  var decodedLimit: Int { limit ?? 2 << 30 }

  /// Red, green, blue under transparent pixels.
  var backgroundColour: (UInt8, UInt8, UInt8) {
    guard let background, let first = background.first else { return (255, 255, 255) }
    let values = background.count == 3 ? background : [first, first, first]
    return (UInt8(clamping: values[0]), UInt8(clamping: values[1]), UInt8(clamping: values[2]))
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
