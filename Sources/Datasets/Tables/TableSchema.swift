import Graphs

/// What a table's columns hold, and how a model sees them: all that it takes to write rows.
public struct TableSchema: Codable, Hashable, Sendable {
  public var columns: [ColumnSchema]
  /// How rows are written.
  public var dialect: CSVDialect

  public init(columns: [ColumnSchema], dialect: CSVDialect = CSVDialect()) {
    self.columns = columns
    self.dialect = dialect
  }

  /// - Throws: `.argument`, naming the column.
  public func validate(_ field: String) throws(GANError) {
    guard (1...4096).contains(columns.count) else {
      throw GANError(field: field + ".columns", expected: "1…4096", got: columns.count)
    }
    guard Set(columns.map(\.name)).count == columns.count else {
      throw GANError(field: field + ".columns", expected: "names, no two alike", got: "one twice")
    }
    for (place, column) in columns.enumerated() { try column.validate("\(field).columns[\(place)]") }
  }
}

/// A column as a model sees it.
public struct ColumnSchema: Codable, Hashable, Sendable {
  public var name: String
  public var type: ColumnType
  /// Cells without a value among those that it was made from.
  public var nulls = 0
  /// Of numbers, integers and dates (seconds since 1970): nothing is written beyond.
  public var least = 0.0
  public var greatest = 0.0
  /// How numbers are written.
  public var format = NumberFormat()
  /// How dates are written.
  public var pattern: String?
  /// Of what varies: every value is near one of these.
  public var modes: [Mode] = []
  /// Of categories and booleans, the most frequent first.
  public var values: [String] = []
  /// How often each value came.
  public var counts: [Int] = []
  /// So many of the values are told apart; those after them, seldom ones, are one to the model, and drawn as
  /// often as they came when rows are written.
  public var own = 0

  /// A mode of a mixture (Xu et al., arXiv 1907.00503, section 4.2), or a single number that is frequent
  /// (Zhao et al., arXiv 2102.08369, section 3.2).
  public struct Mode: Codable, Hashable, Sendable {
    public var mean: Double
    /// 0 of a single number.
    public var deviation: Double
    /// Logarithm of what its density has beside exp(−½ (x − mean)² / deviation²).
    public var level: Double

    public init(mean: Double, deviation: Double, level: Double) {
      self.mean = mean
      self.deviation = deviation
      self.level = level
    }
  }

  public init(name: String, type: ColumnType) {
    self.name = name
    self.type = type
  }

  private enum CodingKeys: String, CodingKey {
    case name, type, nulls, least, greatest, format, pattern, modes, values, counts, own
  }

  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try keys.decode(String.self, forKey: .name), type: try keys.decode(ColumnType.self, forKey: .type)
    )
    nulls = try keys.decodeIfPresent(Int.self, forKey: .nulls) ?? 0
    least = try keys.decodeIfPresent(Double.self, forKey: .least) ?? 0
    greatest = try keys.decodeIfPresent(Double.self, forKey: .greatest) ?? 0
    format = try keys.decodeIfPresent(NumberFormat.self, forKey: .format) ?? NumberFormat()
    pattern = try keys.decodeIfPresent(String.self, forKey: .pattern)
    modes = try keys.decodeIfPresent([Mode].self, forKey: .modes) ?? []
    values = try keys.decodeIfPresent([String].self, forKey: .values) ?? []
    counts = try keys.decodeIfPresent([Int].self, forKey: .counts) ?? []
    own = try keys.decodeIfPresent(Int.self, forKey: .own) ?? values.count
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(name, forKey: .name)
    try keys.encode(type, forKey: .type)
    try keys.encode(nulls, forKey: .nulls)
    if type.isDiscrete {
      try keys.encode(values, forKey: .values)
      try keys.encode(counts, forKey: .counts)
      try keys.encode(own, forKey: .own)
    } else {
      try keys.encode(least, forKey: .least)
      try keys.encode(greatest, forKey: .greatest)
      try keys.encode(format, forKey: .format)
      try keys.encodeIfPresent(pattern, forKey: .pattern)
      try keys.encode(modes, forKey: .modes)
    }
  }

  /// Whether it has more than one number.
  var varies: Bool { !type.isDiscrete && least < greatest }

  /// Whether a model makes a scalar of it, a place within a mode.
  var hasScalar: Bool { modes.contains { $0.deviation > 0 } }

  /// The choices that a model has: modes or values, seldom ones as one, and nothing; 0 where it has none.
  var choices: Int {
    let seldom = own < values.count ? 1 : 0
    let kinds = type.isDiscrete ? own + seldom : varies ? modes.count : hasNumbers ? 1 : 0
    let count = kinds + (nulls > 0 ? 1 : 0)
    return count > 1 ? count : 0
  }

  /// The choice that stands for no value; nil where every cell has one, or none has.
  var nullChoice: Int? { nulls > 0 && choices > 0 ? choices - 1 : nil }

  /// The choice of seldom values.
  var seldomChoice: Int? { own < values.count ? own : nil }

  /// False for a column without any value: its least number is above its greatest.
  var hasNumbers: Bool { least <= greatest }

  private static let greatestCount = 1 << 40
  /// More values than this are a key or free text, nothing that a model of a table could learn.
  static let greatestValues = 65_535

  func validate(_ field: String) throws(GANError) {
    guard (0...Self.greatestCount).contains(nulls),
      counts.allSatisfy({ (1...Self.greatestCount).contains($0) })
    else {
      throw GANError(field: field + ".counts", expected: "counts from 1", got: "others")
    }
    let isDated = type != .date || pattern.flatMap { DatePattern($0) } != nil
    guard isDated else {
      throw GANError(
        field: field + ".pattern", expected: "a date's, such as %Y-%m-%d", got: pattern ?? "none")
    }
    guard values.count == counts.count, values.count <= Self.greatestValues, (0...values.count).contains(own),
      Set(values).count == values.count, own > 0 || values.isEmpty
    else {
      throw GANError(field: field + ".values", expected: "values, each with its count", got: values.count)
    }
    guard abs(least) <= 1e100, abs(greatest) <= 1e100, (0...400).contains(format.decimals) else {
      throw GANError(field: field + ".least", expected: "numbers up to 1e100", got: least)
    }
    // Choices are counted by them: a column of one number has none.
    guard modes.count <= 256, modes.isEmpty != varies,
      modes.allSatisfy({ abs($0.mean) <= 1e100 && (0...1e100).contains($0.deviation) && $0.level.isFinite })
    else { throw GANError(field: field + ".modes", expected: "modes of finite numbers", got: modes.count) }
  }
}
