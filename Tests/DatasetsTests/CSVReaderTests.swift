import Graphs
import Testing

@testable import Datasets

/// CSV files: RFC 4180, types, and a line for everything that is wrong.
@Suite struct CSVReaderTests {
  let folder = TemporaryFolder()

  private func open(_ text: String, _ set: (inout DatasetOptions) -> Void = { _ in }) throws -> Dataset {
    try open(bytes: Array(text.utf8), set)
  }

  private func open(bytes: [UInt8], name: String = "t.csv", _ set: (inout DatasetOptions) -> Void = { _ in })
    throws -> Dataset
  {
    var options = DatasetOptions()
    set(&options)
    return try Dataset.open(folder.write(name, bytes), options)
  }

  private func column(_ data: Dataset, _ name: String) throws -> TableColumn {
    try #require(data.table?.columns.first { $0.name == name })
  }

  private func texts(_ data: Dataset, _ name: String) throws -> [String] {
    let column = try column(data, name)
    switch column.values {
    case .codes(let codes, let words): return codes.elements.map { $0 < 0 ? "" : words.text(of: Int($0)) }
    case .numbers(let numbers):
      return numbers.elements.map { $0.isNaN ? "" : column.pattern?.text($0) ?? column.format.text($0) }
    }
  }

  @Test func quotesLinesAndMarks() throws {
    let data = try open("\u{FEFF}a,\"b \"\"c\"\"\",d\r\n\"x,\"\"y\r\nz\",1,\r\nü,2,\"\"\r\n\"\",3,v")
    #expect(data.kind == .tables && data.count == 3 && data.format == "csv")
    #expect(data.table?.columns.map(\.name) == ["a", "b \"c\"", "d"])
    #expect(try texts(data, "a") == ["x,\"y\r\nz", "ü", ""])
    #expect(try texts(data, "b \"c\"") == ["1", "2", "3"])
    #expect(try texts(data, "d") == ["", "", "v"])
    #expect(data.table?.dialect.crlf == true)
  }

  @Test func typesAreFoundOut() throws {
    let data = try open(
      """
      i,n,c,b,d,z,e,t
      1,1.50,x,yes,2024-02-29,007,,1e-3
      -20,2.25,y,no,1969-12-31,008,,2
      ,3.00,x,,0001-01-01,009,,
      """)
    let columns = try #require(data.table).columns
    #expect(
      columns.map(\.type) == [.integer, .number, .category, .boolean, .date, .category, .category, .number])
    #expect(columns.map(\.nulls) == [1, 0, 0, 1, 0, 0, 3, 1])
    #expect(try texts(data, "n") == ["1.50", "2.25", "3.00"])
    #expect(try texts(data, "d") == ["2024-02-29", "1969-12-31", "0001-01-01"])
    #expect(try texts(data, "z") == ["007", "008", "009"])
    let info = try #require(data.info.columns)
    #expect(
      info[0].least == "-20" && info[0].greatest == "1" && info[2].values == 2
        && info[4].least == "0001-01-01")
  }

  @Test func typesAreOverridden() throws {
    let text = "a,b,c\n1,05/04/2020,N/A\n0,06/04/2020,2\n"
    let data = try open(text) {
      $0.columns = ["a": ColumnRule(.boolean), "b": ColumnRule(.date, pattern: "%d/%m/%Y")]
      $0.nulls = ["N/A"]
    }
    #expect(try #require(data.table).columns.map(\.type) == [.boolean, .date, .integer])
    #expect(try texts(data, "b") == ["05/04/2020", "06/04/2020"])
    #expect(try texts(data, "c") == ["", "2"])
    #expect(try open(text) { $0.ignore = ["a", "b"] }.table?.columns.map(\.name) == ["c"])
    let error = failure { _ = try open(text) { $0.columns = ["c": ColumnRule(.integer)] } }
    #expect(error?.description.contains("row 1 (line 2), column 'c': expected integers") == true)
    #expect(failure { _ = try open(text) { $0.ignore = ["x"] } }?.problem.contains("'x'") == true)
    #expect(try open("a;b\n1;2\n") { $0.delimiter = ";" }.table?.columns.count == 2)
    #expect(try open(bytes: Array("a\tb\n1\t2\n".utf8), name: "t.tsv").table?.columns.count == 2)
    #expect(try open(bytes: compress(Array("a,b\n1,2\n".utf8), gzip: true), name: "t.csv.gz").count == 1)
  }

  @Test(arguments: [
    ("a,b\n1,2\n3\n", "row 2 (line 3): expected 2 cells, as the header has, got 1"),
    ("a,b\n1,2\n\n3,4\n", "row 2 (line 3): expected 2 cells, as the header has, got an empty line"),
    ("a,b\n1,2,3\n", "row 1 (line 2): expected 2 cells, as the header has, got 3"),
    ("a,b\n1,x\"y\n", "row 1 (line 2), column 'b': expected quotes around a whole cell"),
    ("a,b\n\"x\ny\"z,1\n", "row 1 (line 2), column 'a': expected a delimiter after a closing quote, got 'z'"),
    ("a,b\n1,\"x\n", "row 1 (line 2), column 'b': expected a closing quote, got the file's end"),
    ("a,b\n1\r,2\n", "row 1 (line 2), column 'a': expected LF after CR, got ','"),
    ("a,b\n1,x\0y\n", "row 1 (line 2), column 'b': expected text, got a zero byte"),
    ("a,b\n", "expected rows below the header, got none"),
    ("a,a\n1,2\n", "header: expected a name for every column, no two alike, got 'a' twice"),
    ("a,\n1,2\n", "header: expected a name for every column, no two alike, got none for column 2"),
  ])
  func whatIsWrongHasItsPlace(_ text: String, _ expected: String) {
    let error = failure { _ = try open(text) }
    #expect(
      error?.kind == .format && error?.description.contains(expected) == true,
      "\(error?.description ?? "none")")
  }

  @Test func otherBytesThanUTF8() {
    let error = failure {
      _ = try open(bytes: Array("a,b\n1,2\n3,x".utf8) + [0xC3, 0x28] + Array("\n".utf8))
    }
    #expect(
      error?.description.contains("row 2 (line 3), column 'b': expected UTF-8, got other bytes") == true)
    #expect(failure { _ = try open(bytes: []) }?.problem == "expected data, got an empty file")
  }

  @Test func aTypeThatChangesLate() throws {
    let start = "age,name\n" + (1..<900_000).map { "\($0 % 90),n\($0 % 10000)\n" }.joined()
    let error = failure { _ = try open(start + "abc,n1\n") }
    #expect(error?.description.contains("row 900000 (line 900001), column 'age': expected numbers") == true)
    #expect(error?.description.contains("got 'abc'") == true)
    // Early, it is a category; and a whole number may become a broken one at any time.
    #expect(try open("a\n1\n2\nabc\n").table?.columns[0].type == .category)
    let widened = try open(start + "1.5,n1\n")
    #expect(try column(widened, "age").type == .number)
    guard case .codes(_, let words) = try column(widened, "name").values else {
      throw GANError(.internal, "", "")
    }
    #expect(words.count == 10_000)
    // Eight bytes a number, four a code.
    #expect(widened.info.bytes < 900_000 * 12 + 4096)
  }

  @Test func aColumnOfKeys() throws {
    let many = "a\n" + (0..<70_000).map { "v\($0)\n" }.joined()
    #expect(
      failure { _ = try open(many) }?.description.contains(
        "row 65536 (line 65537), column 'a': expected at most 65535")
        == true)
  }

  @Test(arguments: ["12", "-3", "0", "2.50", ".5", "-0.25", "1e-4", "2.5E+3", "123456789012345678", "0.1"])
  func numbers(_ text: String) throws {
    var copy = text
    let number = try #require(copy.withUTF8 { NumberText($0) })
    #expect(number.value == Double(text) ?? Double("0" + text))
  }

  @Test(arguments: ["", "-", "007", "+1", " 1", "1 ", "1.", "1e", "0x1", "inf", "nan", "1e400", "1,5", "--1"])
  func noNumbers(_ text: String) {
    var copy = text
    #expect(copy.withUTF8 { NumberText($0) == nil })
  }

  @Test func everyDayThereIs() throws {
    let pattern = try #require(DatePattern("%d.%m.%Y %H:%M:%S"))
    var day = DatePattern.least
    while day < DatePattern.greatest {
      var text = pattern.text(day + 3661)
      #expect(text.withUTF8 { pattern.parse($0) } == day + 3661)
      day += 86_400 * 97
    }
    #expect(pattern.text(0) == "01.01.1970 00:00:00" && pattern.text(951_782_400) == "29.02.2000 00:00:00")
    for wrong in ["%Y-%m", "%Y-%m-%q", "%Y-%m-%d%d", "%"] { #expect(DatePattern(wrong) == nil) }
    var none = "2023-02-29"
    #expect(none.withUTF8 { DatePattern.known[0].parse($0) } == nil)
  }
}
