import Glibc
import Graphs
import Testing

@testable import Datasets

/// What a model sees of a table, and rows written again.
@Suite struct TableTests {
  let folder = TemporaryFolder()

  private func table(_ text: String) throws -> Table {
    try #require(Dataset.open(folder.write("t.csv", Array(text.utf8))).table)
  }

  /// 500 rows of every type, with a constant and an empty column.
  private var mixed: String {
    "n,i,c,b,d,k,e,q\n"
      + (0..<500).map { row in
        let x = sin(Double(row)) + (row % 3 == 0 ? 5 : 0)
        let cents = Int((x * 100).rounded())
        let number =
          row % 7 == 0
          ? "" : (cents < 0 ? "-" : "") + "\(abs(cents) / 100).\(abs(cents) % 100 / 10)\(abs(cents) % 10)"
        let name = ["red", "green", "blue", ""][row % 4]
        return
          "\(number),\(row % 10 == 0 ? 0 : row),\(name),\(row % 2 == 0 ? "yes" : "no"),2024-01-\(row % 20 + 10),7,,\"a,\(row % 2)\""
      }.joined(separator: "\n") + "\n"
  }

  @Test func rowsAreWrittenAsTheyWereRead() throws {
    let table = try table(mixed)
    let schema = try TableSchema(fitting: table)
    try schema.validate("table")
    let layout = TableLayout(schema)
    let encoded = try EncodedTable(table, schema)
    // Nothing of what does not vary; three colours or none, two words, two texts to ask for.
    #expect(layout.columns.map(\.index) == [0, 1, 2, 3, 4, 7] && layout.conditions == 8)
    let rows = TableRows(schema)
    let text = try TextBuffer(for: "test")
    var values = Array(repeating: Float.nan, count: layout.width)
    var worst = 0.0
    for (row, line) in mixed.split(separator: "\n").dropFirst().enumerated() {
      values.withUnsafeMutableBufferPointer { encoded.copy(row, into: $0.baseAddress!) }
      #expect(values.allSatisfy { abs($0) <= 1 })
      text.removeAll()
      try values.withUnsafeBufferPointer { try rows.append($0, to: text) }
      let written = text.withBytes { String(decoding: $0, as: UTF8.self) }
      let (got, wanted) = (
        written.split(separator: ",", omittingEmptySubsequences: false),
        line.split(separator: ",", omittingEmptySubsequences: false)
      )
      // All but the scalars of the first two is exact.
      #expect(got.dropFirst(2) == wanted.dropFirst(2))
      #expect(got[0].isEmpty == wanted[0].isEmpty && (got[0].isEmpty || got[0].suffix(3).first == "."))
      if let a = Double(got[0]), let b = Double(wanted[0]) { worst = max(worst, abs(a - b)) }
    }
    #expect(worst < 0.011)
    #expect(rows.heading == "n,i,c,b,d,k,e,q")
  }

  @Test func aFrequentNumberIsAChoice() throws {
    let schema = try TableSchema(fitting: table(mixed))
    let single = schema.columns[1].modes.filter { $0.deviation == 0 }
    #expect(single.map(\.mean) == [0] && schema.columns[1].hasScalar)
  }

  @Test func fewNumbersAreChoices() throws {
    let grades = "g,x\n" + (0..<400).map { "\(1 + $0 % 16 * $0 % 17),\($0)\n" }.joined()
    let columns = try TableSchema(fitting: table(grades)).columns
    #expect(columns[0].modes.allSatisfy { $0.deviation == 0 } && !columns[0].hasScalar)
    #expect(columns[0].choices == Set((0..<400).map { 1 + $0 % 16 * $0 % 17 }).count)
    #expect(columns[1].modes.allSatisfy { $0.deviation > 0 })
    // Too few rows to tell: nobody's number is to become a choice of its own.
    let short = try TableSchema(fitting: table("g,x\n" + (0..<20).map { "\($0),\($0 % 7)\n" }.joined()))
    #expect(short.columns[0].hasScalar)
  }

  /// One far value does not blur the modes of the others.
  @Test func modesAreNarrowBesideAFarOne() throws {
    let gains = (0..<2000).map { row in
      row % 40 == 0 ? 99_999 : (row % 2 == 0 ? 3_000 : 7_500) + row % 397
    }
    let schema = try TableSchema(fitting: table("g,x\n" + gains.map { "\($0),0\n" }.joined()))
    for centre in [3_198.0, 7_698.0] {
      #expect(schema.columns[0].modes.contains { abs($0.mean - centre) < 200 && $0.deviation < 500 })
    }
  }

  @Test func seldomValuesAreOne() throws {
    let text = "c,x\n" + (0..<4000).map { "v\($0 % 2 == 0 ? 0 : $0 % 1500),\($0)\n" }.joined()
    let table = try table(text)
    let schema = try TableSchema(fitting: table)
    let column = schema.columns[0]
    #expect(column.values.count == 751 && column.own == 751)
    let many = try self.table("c,x\n" + (0..<4000).map { "v\($0 % 2 == 0 ? 0 : $0 % 3000),\($0)\n" }.joined())
    let wide = try TableSchema(fitting: many).columns[0]
    #expect(
      wide.values.count == 1501 && wide.own == 1000 && wide.choices == 1001 && wide.seldomChoice == 1000)
    // Written as often as they came.
    let layout = TableLayout(try TableSchema(fitting: many))
    var seen: Set<String> = []
    for try_ in 0..<200 {
      var values = Array(repeating: Float(0), count: layout.width)
      values[layout.columns[0].choices.lowerBound + 1000] = 1
      values[layout.width - 1] = Float(try_) / 200
      let cell = values.withUnsafeBufferPointer {
        TableRows(TableSchema(columns: [wide, schema.columns[1]])).cell(0, of: $0)
      }
      #expect(wide.values[1000...].contains(cell))
      seen.insert(cell)
    }
    #expect(seen.count > 100)
    let asked = try TableRequest(
      [ColumnValue(column: "c", value: wide.values[1200])], of: TableSchema(columns: [wide]))
    #expect(asked.condition == 1000)
  }

  @Test func trainingBySampling() throws {
    // b is one in a hundred: its logarithm's share of the draws of this column is much larger.
    let table = try table("c,x\n" + (0..<1000).map { "\($0 % 100 == 0 ? "b" : "a"),\($0)\n" }.joined())
    let encoded = try EncodedTable(table, TableSchema(fitting: table))
    let source = try BatchSource(encoded, batch: 4000, seed: 3)
    let first = try source.next()
    let labels = try #require(first.labels)
    let share = Double(labels.count { $0 == 1 }) / 4000
    let expected = log(11.0) / (log(11.0) + log(991.0))
    #expect(abs(share - expected) < 4 * (expected * (1 - expected) / 4000).squareRoot())
    // A row has what it was drawn by.
    let width = encoded.layout.width
    let choices = encoded.layout.columns[0].choices
    for row in 0..<4000 { #expect(first.values[row * width + choices.lowerBound + Int(labels[row])] == 1) }
    let later = try source.next().values.prefix(width).map { $0 }
    let again = try BatchSource(encoded, batch: 4000, seed: 3)
    try again.seek(toBatch: 1)
    #expect(try again.next().values.prefix(width).map { $0 } == later)
  }

  @Test func anotherTableIsRefused() throws {
    let schema = try TableSchema(fitting: table("c,x\na,1\nb,2\n"))
    for (text, expected) in [
      ("c,y\na,1\n", "expected columns c, x, got c, y"),
      ("c,x\nz,1\n", "expected values that the model knows, got 'z'"),
      ("c,x\na,\n", "expected a value in every row, got 1 without"),
      ("c,x\na,q\n", "expected integer, got category"),
    ] {
      let error = failure { _ = try EncodedTable(table(text), schema) }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "none")")
    }
  }

  @Test func whatIsAskedHasToBeThere() throws {
    let schema = try TableSchema(fitting: table("c,x,d\na,1,2020-01-01\nb,2.5,2020-01-05\n,9,2020-01-09\n"))
    for (column, value, expected) in [
      ("q", "1", "one of the columns c, x, d"), ("c", "z", "one of 'a', 'b'"), ("x", "10", "number in 1…9"),
      ("x", "", "a value: no cell is without"), ("d", "2020-02-30", "%Y-%m-%d in 2020-01-01…2020-01-09"),
      ("x", "2.55", "number in"),
    ] {
      let error = failure { _ = try TableRequest([ColumnValue(column: column, value: value)], of: schema) }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "none")")
    }
    #expect(try TableRequest([ColumnValue(column: "c", value: nil)], of: schema).condition == 2)
    let twice = [ColumnValue(column: "c", value: "a"), ColumnValue(column: "c", value: "b")]
    #expect(failure { _ = try TableRequest(twice, of: schema) }?.problem.contains("several") == true)
  }
}
