import Graphs

/// What the cells of a column could all be, noted in a first pass over its file.
struct ColumnFacts {
  /// So many cells of one type in front make another one later an error rather than a category.
  static let certain = 1000

  private(set) var nulls = 0
  private(set) var values = 0
  private(set) var format = NumberFormat()
  private var integers = Run()
  private var numbers = Run()
  private var dates = Run()
  /// Those that fit every cell so far.
  private var patterns: [DatePattern]
  /// The first few distinct texts.
  private var words: [[UInt8]] = []
  private let rule: ColumnRule?

  /// Cells from the first on that are of a type, up to one that is not.
  private struct Run {
    var count = 0
    var misfit: (row: Int, line: Int, text: String)?

    mutating func note(_ fits: Bool, _ cell: Cell, _ rows: CSVRows) {
      if misfit != nil { return }
      if fits { return count += 1 }
      misfit = (rows.row, rows.line, shortened(cell))
    }
  }

  init(_ rule: ColumnRule?) {
    self.rule = rule
    let asked = rule?.pattern.flatMap { DatePattern($0) }
    patterns = asked.map { [$0] } ?? DatePattern.known
  }

  mutating func noteNull() { nulls += 1 }

  mutating func note(_ cell: Cell, _ rows: CSVRows) {
    values += 1
    if numbers.misfit == nil {
      let number = NumberText(cell)
      numbers.note(number != nil, cell, rows)
      integers.note(number?.isInteger ?? false, cell, rows)
      if let number { note(number) }
    }
    if dates.misfit == nil {
      let fitting = patterns.filter { $0.parse(cell) != nil }
      dates.note(!fitting.isEmpty, cell, rows)
      if !fitting.isEmpty { patterns = fitting }
    }
    if words.count < 3, !words.contains(where: { $0.elementsEqual(cell) }) { words.append(Array(cell)) }
  }

  private mutating func note(_ number: NumberText) {
    if numbers.count == 1 { format.decimals = number.decimals }
    if number.hasExponent { format.isScientific = true }
    if number.decimals != format.decimals { format.isFixed = false }
    format.decimals = max(format.decimals, number.decimals)
  }

  var pattern: DatePattern? { patterns.first }

  /// The type that fits every cell.
  ///
  /// - Parameter column: for errors, `file` and the column's name.
  /// - Throws: `.format` where an option asked for another, or the column changes its type after many rows.
  func type(_ path: String, _ name: String) throws(GANError) -> ColumnType {
    if let rule { return try checked(rule.type, path, name) }
    guard values > 0 else { return .category }
    if isBoolean { return .boolean }
    if integers.misfit == nil { return .integer }
    if numbers.misfit == nil { return .number }
    if dates.misfit == nil { return .date }
    for (run, what) in [(numbers, ColumnType.number), (dates, .date)] where run.count >= Self.certain {
      throw misfit(
        run, path, name,
        "\(what.rawValue)s, as in the \(run.count) cells before (option columns can say otherwise)")
    }
    return .category
  }

  private func checked(_ type: ColumnType, _ path: String, _ name: String) throws(GANError) -> ColumnType {
    let run: Run? =
      switch type {
      case .integer: integers
      case .number: numbers
      case .date: dates
      case .category, .boolean: nil
      }
    if let run, run.misfit != nil {
      throw misfit(run, path, name, "\(type.rawValue)s, as option columns says")
    }
    if type == .boolean && words.count > 2 {
      throw GANError(
        .format, field: "\(path): column '\(name)'", expected: "two words, as option columns says",
        got: "more, such as '\(String(decoding: words[2], as: UTF8.self))'")
    }
    return type
  }

  private func misfit(_ run: Run, _ path: String, _ name: String, _ expected: String) -> GANError {
    let (row, line, text) = run.misfit ?? (0, 0, "")
    return GANError(
      .format, field: "\(path): row \(row) (line \(line)), column '\(name)'", expected: expected,
      got: "'\(text)'")
  }

  private static let pairs = [
    ["true", "false"], ["yes", "no"], ["t", "f"], ["y", "n"],
  ].map { $0.map { Array($0.utf8) } }

  /// One or both words of a known pair, in any case.
  private var isBoolean: Bool {
    let lower = words.map { word in word.map { (65...90).contains($0) ? $0 | 32 : $0 } }
    return Self.pairs.contains { pair in
      lower.count == 2 && lower[0] != lower[1] && lower.allSatisfy(pair.contains)
    }
  }
}

/// The beginning of a cell, for an error.
func shortened(_ cell: Cell) -> String {
  let text = String(decoding: cell.prefix(40), as: UTF8.self)
  return cell.count > 40 ? text + "…" : text
}
