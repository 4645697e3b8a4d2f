import Graphs

/// A model's rows as CSV, in the columns, types and writing of the table that it learnt from.
public struct TableRows: RowFormat {
  private let schema: TableSchema
  private let places: [TableLayout.Column?]
  private let patterns: [DatePattern?]
  /// Of each column the place of the value that is asked for.
  private let asked: [Int?]

  /// - Parameter asked: what every row has: it decides between seldom values.
  public init(_ schema: TableSchema, asked: TableRequest = TableRequest()) {
    self.schema = schema
    let layout = TableLayout(schema)
    places = schema.columns.indices.map { index in layout.columns.first { $0.index == index } }
    patterns = schema.columns.map { $0.pattern.flatMap { DatePattern($0) } }
    self.asked = schema.columns.enumerated().map { index, column in
      asked.value(of: index).flatMap(column.values.firstIndex)
    }
  }

  private var lineEnd: String { schema.dialect.crlf ? "\r" : "" }

  public var heading: String? {
    schema.columns.map { written($0.name) }.joined(separator: schema.dialect.delimiter) + lineEnd
  }

  public func append(_ sample: UnsafeBufferPointer<Float>, to text: TextBuffer) throws(GANError) {
    for index in schema.columns.indices {
      if index > 0 { try text.append(schema.dialect.delimiter) }
      try text.append(written(cell(index, of: sample)))
    }
    if schema.dialect.crlf { try text.append(lineEnd) }
  }

  /// Quoted where RFC 4180 wants it.
  private func written(_ cell: String) -> String {
    let delimiter = schema.dialect.delimiterByte
    guard cell.utf8.contains(where: { $0 == delimiter || $0 == 34 || $0 == 10 || $0 == 13 }) else {
      return cell
    }
    return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// What a cell holds.
  enum Value {
    case none
    /// As it is written: rounded and within the column's bounds.
    case number(Double)
    /// A place among the column's values.
    case word(Int)
  }

  /// Of a column of the schema; empty for no value.
  func cell(_ index: Int, of sample: UnsafeBufferPointer<Float>) -> String {
    switch value(index, of: sample) {
    case .none: ""
    case .number(let number): schema.columns[index].text(number, patterns[index])
    case .word(let place): schema.columns[index].values[place]
    }
  }

  func value(_ index: Int, of sample: UnsafeBufferPointer<Float>) -> Value {
    let column = schema.columns[index]
    func number(_ value: Double) -> Value { .number(column.written(value, patterns[index])) }
    guard let place = places[index] else {
      if column.type.isDiscrete { return column.values.isEmpty ? .none : .word(0) }
      return column.hasNumbers ? number(column.least) : .none
    }
    let choice = place.choices.isEmpty ? 0 : Self.choice(sample, place.choices)
    if choice == column.nullChoice { return .none }
    if column.type.isDiscrete {
      guard choice == column.seldomChoice else { return .word(choice) }
      return .word(asked[index] ?? column.seldom(Self.drawn(from: sample, index)))
    }
    guard column.varies else { return number(column.least) }
    let mode = column.modes[choice]
    let scalar = place.scalar.map { Double(sample[$0]) } ?? 0
    return number(mode.deviation > 0 ? mode.mean + 4 * mode.deviation * scalar : mode.mean)
  }

  /// The greatest of some values.
  static func choice(_ sample: UnsafeBufferPointer<Float>, _ range: Range<Int>) -> Int {
    var best = range.lowerBound
    for place in range where sample[place] > sample[best] { best = place }
    return best - range.lowerBound
  }

  /// An even number in 0 ..< 1 that follows from a sample's values and nothing else.
  private static func drawn(from sample: UnsafeBufferPointer<Float>, _ stream: Int) -> Double {
    var random: UInt64 = 0
    for value in sample {
      random = CounterRandom(seed: random, stream: UInt64(stream))[UInt64(value.bitPattern)]
    }
    return Double(random >> 11) * 0x1p-53
  }
}

extension ColumnSchema {
  /// A number as the column writes it, within its bounds.
  func text(_ value: Double, _ pattern: DatePattern?) -> String {
    let number = written(value, pattern)
    return pattern?.text(number) ?? format.text(number)
  }

  /// The number that stands in what is written.
  func written(_ value: Double, _ pattern: DatePattern?) -> Double {
    let bounded = value.isFinite ? min(max(value, least), greatest) : least
    if let pattern { return (bounded / pattern.unit).rounded() * pattern.unit }
    return min(max(format.rounded(bounded), least), greatest)
  }

  /// One of the values that are one to the model, as often as each came.
  fileprivate func seldom(_ drawn: Double) -> Int {
    var rest = drawn * counts[own...].reduce(0.0) { $0 + Double($1) }
    for place in own..<values.count {
      rest -= Double(counts[place])
      if rest < 0 { return place }
    }
    return values.count - 1
  }
}
