import Glibc
import Graphs

/// A table's rows as a schema's choices and scalars, and where the rows of each condition are.
package final class EncodedTable: @unchecked Sendable {
  package let schema: TableSchema
  package let layout: TableLayout
  package let rows: Int
  /// Of each column of the layout.
  private let choices: [Buffer<UInt16>?]
  private let scalars: [Buffer<Float>?]
  /// Rows by condition: those of condition c are at `starts[c] ..< starts[c + 1]`.
  let starts: Buffer<Int>
  let order: Buffer<UInt32>

  /// - Parameter among: the rows that are taken; nil for all.
  /// - Throws: `.argument` for a table whose columns or values are not those of the schema; `.memory`.
  package init(_ table: Table, _ schema: TableSchema, among: Buffer<UInt32>? = nil) throws(GANError) {
    let layout = TableLayout(schema)
    try schema.check(table, "data")
    let rows = among?.count ?? table.rows
    guard table.rows <= Int(UInt32.max) else {
      throw GANError(.unsupported, "data", "expected at most \(UInt32.max) rows, got \(table.rows)")
    }
    var choices: [Buffer<UInt16>?] = []
    var scalars: [Buffer<Float>?] = []
    for column in layout.columns {
      let name = schema.columns[column.index].name
      choices.append(column.choices.isEmpty ? nil : try Buffer(count: rows, for: "column '\(name)'"))
      scalars.append(column.scalar == nil ? nil : try Buffer(count: rows, for: "column '\(name)'"))
      try schema.columns[column.index].encode(
        table.columns[column.index], column.index, choices.last ?? nil, scalars.last ?? nil, among)
    }
    self.schema = schema
    self.layout = layout
    self.rows = rows
    self.choices = choices
    self.scalars = scalars
    (starts, order) = try Self.index(layout, choices, rows)
  }

  private static func index(_ layout: TableLayout, _ choices: [Buffer<UInt16>?], _ rows: Int) throws(GANError)
    -> (Buffer<Int>, Buffer<UInt32>)
  {
    let discrete = zip(layout.columns, choices).compactMap { column, choices in
      column.conditions.flatMap { range in choices.map { (range.lowerBound, $0) } }
    }
    let starts = try Buffer<Int>(count: layout.conditions + 1, for: "rows by condition")
    let order = try Buffer<UInt32>(count: max(1, discrete.count * rows), for: "rows by condition")
    for (first, choices) in discrete {
      for choice in choices.elements { starts.pointer[first + Int(choice) + 1] += 1 }
    }
    for condition in 0..<layout.conditions { starts.pointer[condition + 1] += starts.pointer[condition] }
    let next = try Buffer<Int>(count: layout.conditions + 1, for: "rows by condition")
    next.pointer.update(from: starts.pointer, count: starts.count)
    for (first, choices) in discrete {
      for row in 0..<rows {
        let condition = first + Int(choices.pointer[row])
        order.pointer[next.pointer[condition]] = UInt32(row)
        next.pointer[condition] += 1
      }
    }
    return (starts, order)
  }

  /// Writes a row's `layout.width` values.
  package func copy(_ row: Int, into target: UnsafeMutablePointer<Float>) {
    target.update(repeating: 0, count: layout.width)
    for (place, column) in layout.columns.enumerated() {
      if let scalar = column.scalar, let values = scalars[place] { target[scalar] = values.pointer[row] }
      if let codes = choices[place] { target[column.choices.lowerBound + Int(codes.pointer[row])] = 1 }
    }
  }
}

extension TableSchema {
  /// Refuses a table of other columns.
  ///
  /// - Throws: `.argument`.
  package func check(_ table: Table, _ field: String) throws(GANError) {
    guard table.columns.map(\.name) == columns.map(\.name) else {
      throw GANError(
        field: field, expected: "columns \(columns.map(\.name).joined(separator: ", "))",
        got: table.columns.map(\.name).joined(separator: ", "))
    }
  }
}

extension ColumnSchema {
  fileprivate func encode(
    _ column: TableColumn, _ index: Int, _ choices: Buffer<UInt16>?, _ scalars: Buffer<Float>?,
    _ among: Buffer<UInt32>?
  ) throws(GANError) {
    if column.nulls > 0 && nulls == 0 {
      throw GANError(
        field: "data, column '\(name)'", expected: "a value in every row", got: "\(column.nulls) without")
    }
    switch column.values {
    case .codes(let codes, let table):
      guard type.isDiscrete else { throw mismatch(column) }
      let known = try self.choices(of: table)
      guard let choices else { return }
      for row in 0..<choices.count {
        let code = codes.pointer[among.map { Int($0.pointer[row]) } ?? row]
        choices.pointer[row] = code < 0 ? UInt16(nullChoice ?? 0) : known.pointer[Int(code)]
      }
    case .numbers(let numbers):
      guard !type.isDiscrete else { throw mismatch(column) }
      encode(numbers, random: CounterRandom(seed: 0, stream: UInt64(index)), choices, scalars, among)
    }
  }

  private func mismatch(_ column: TableColumn) -> GANError {
    GANError(field: "data, column '\(name)'", expected: type.rawValue, got: column.type.rawValue)
  }

  /// Of each of the table's values.
  private func choices(of table: WordTable) throws(GANError) -> Buffer<UInt16> {
    var places: [String: Int] = [:]
    for (place, value) in values.enumerated() { places[value] = place }
    let known = try Buffer<UInt16>(count: max(1, table.count), for: "column '\(name)'")
    for code in 0..<table.count {
      let text = table.text(of: code)
      guard let place = places[text] ?? seldomChoice else {
        throw GANError(
          field: "data, column '\(name)'", expected: "values that the model knows",
          got: "'\(text.prefix(40))'")
      }
      known.pointer[code] = UInt16(min(place, own))
    }
    return known
  }

  /// Each number's mode is drawn once, by how likely each is (section 4.2, step 2).
  private func encode(
    _ numbers: Buffer<Double>, random: CounterRandom, _ choices: Buffer<UInt16>?, _ scalars: Buffer<Float>?,
    _ among: Buffer<UInt32>?
  ) {
    var likely = Array(repeating: 0.0, count: modes.count)
    for row in 0..<(choices?.count ?? scalars?.count ?? 0) {
      let source = among.map { Int($0.pointer[row]) } ?? row
      let value = numbers.pointer[source]
      guard !value.isNaN else {
        choices?.pointer[row] = UInt16(nullChoice ?? 0)
        continue
      }
      let drawn = Double(random[UInt64(source)] >> 11) * 0x1p-53
      let mode = mode(of: value, drawn, &likely)
      choices?.pointer[row] = UInt16(mode)
      guard let scalars, modes[mode].deviation > 0 else { continue }
      let place = (value - modes[mode].mean) / (4 * modes[mode].deviation)
      scalars.pointer[row] = Float(min(max(place, -0.99), 0.99))
    }
  }

  private func mode(of value: Double, _ drawn: Double, _ likely: inout [Double]) -> Int {
    if let single = modes.firstIndex(where: { $0.deviation == 0 && $0.mean == value }) { return single }
    guard hasScalar else {
      return modes.indices.min { abs(modes[$0].mean - value) < abs(modes[$1].mean - value) } ?? 0
    }
    var greatest = -Double.infinity
    for (place, mode) in modes.enumerated() where mode.deviation > 0 {
      let distance = (value - mode.mean) / mode.deviation
      likely[place] = mode.level - 0.5 * distance * distance
      greatest = max(greatest, likely[place])
    }
    var sum = 0.0
    for (place, mode) in modes.enumerated() where mode.deviation > 0 {
      likely[place] = exp(likely[place] - greatest)
      sum += likely[place]
    }
    var rest = drawn * sum
    var last = 0
    for (place, mode) in modes.enumerated() where mode.deviation > 0 && likely[place] > 0 {
      rest -= likely[place]
      last = place
      if rest < 0 { break }
    }
    return last
  }
}
