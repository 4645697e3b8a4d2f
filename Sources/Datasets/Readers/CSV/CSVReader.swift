import Graphs

/// CSV with a header, also gzipped: a table. The file is read twice, first to see what its columns hold, then
/// into memory of the size that takes, so that nothing but columns of numbers and codes is ever held.
enum CSVReader: Reader {
  static let name = "csv"
  static let title = "CSV"

  static func accepts(_ input: Candidate) -> Bool {
    !input.isFolder && [".csv", ".tsv", ".csv.gz", ".tsv.gz"].contains { hasEnding(input.path, $0) }
  }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    let usual = hasEnding(path, ".tsv") || hasEnding(path, ".tsv.gz") ? "\t" : ","
    let source = Source(path: path, options: options, delimiter: options.delimiter ?? usual)
    let facts = try source.survey()
    let table = try source.load(facts)
    return Dataset(table, source: path, format: name)
  }

  private struct Source {
    let path: String
    let options: DatasetOptions
    let delimiter: String

    private func open() throws(GANError) -> CSVRows {
      try CSVRows(openInput(path, limit: options.decodedLimit), delimiter: delimiter.utf8.first ?? 44)
    }

    private func isNull(_ cell: Cell) -> Bool {
      cell.isEmpty || (options.nulls ?? []).contains { $0.utf8.elementsEqual(cell) }
    }

    struct Survey {
      let names: [String]
      /// Nil for columns that are left out.
      var facts: [ColumnFacts?]
      var rows = 0
      var crlf = false
    }

    func survey() throws(GANError) -> Survey {
      let rows = try open()
      try check(rows.names)
      var survey = Survey(
        names: rows.names,
        facts: rows.names.map { name in
          options.ignore?.contains(name) == true ? nil : ColumnFacts(options.columns?[name])
        })
      while try rows.next() {
        for column in survey.names.indices {
          let cell = rows[column]
          if isNull(cell) { survey.facts[column]?.noteNull() } else { survey.facts[column]?.note(cell, rows) }
        }
      }
      guard rows.row > 0 else {
        throw GANError(.format, field: path, expected: "rows below the header", got: "none")
      }
      survey.rows = rows.row
      survey.crlf = rows.endsInCRLF
      return survey
    }

    private func check(_ names: [String]) throws(GANError) {
      let asked = (options.columns.map { $0.keys.sorted() } ?? []) + (options.ignore ?? [])
      for name in asked where !names.contains(name) {
        throw GANError(field: "columns", expected: "names that \(path) has", got: "'\(name)'")
      }
      guard names.contains(where: { options.ignore?.contains($0) != true }) else {
        throw GANError(field: "ignore", expected: "a column that is left", got: "none")
      }
    }

    func load(_ survey: Survey) throws(GANError) -> Table {
      var columns: [TableColumn?] = []
      for (name, facts) in zip(survey.names, survey.facts) {
        guard let facts else {
          columns.append(nil)
          continue
        }
        let type = try facts.type(path, name)
        let purpose = "\(path): column '\(name)'"
        let values: TableColumn.Values =
          if type.isDiscrete {
            .codes(try Buffer(count: survey.rows, for: purpose), try WordTable(for: purpose))
          } else {
            .numbers(try Buffer(count: survey.rows, for: purpose))
          }
        columns.append(
          TableColumn(
            name: name, type: type, nulls: facts.nulls, values: values, format: facts.format,
            pattern: type == .date ? facts.pattern : nil))
      }
      try fill(columns, survey.rows)
      var dialect = CSVDialect()
      dialect.delimiter = delimiter
      dialect.crlf = survey.crlf
      return Table(rows: survey.rows, columns: columns.compactMap { $0 }, dialect: dialect, options: options)
    }

    private func fill(_ columns: [TableColumn?], _ count: Int) throws(GANError) {
      let rows = try open()
      while try rows.next() {
        guard rows.row <= count, rows.names.count == columns.count else { break }
        for (place, column) in columns.enumerated() {
          guard let column else { continue }
          let cell = rows[place]
          switch column.values {
          case .numbers(let values):
            values.pointer[rows.row - 1] = try isNull(cell) ? .nan : number(cell, column, rows, place)
          case .codes(let codes, let table):
            codes.pointer[rows.row - 1] =
              try isNull(cell) ? -1 : Int32(table.add(UnsafeRawBufferPointer(cell)))
            guard table.count <= ColumnSchema.greatestValues else {
              throw rows.error(
                "at most \(ColumnSchema.greatestValues) different values (option ignore leaves a column out)",
                "more",
                place)
            }
          }
        }
      }
      guard rows.row == count else { throw changed }
    }

    private func number(_ cell: Cell, _ column: TableColumn, _ rows: CSVRows, _ place: Int) throws(GANError)
      -> Double
    {
      let value = if let pattern = column.pattern { pattern.parse(cell) } else { NumberText(cell)?.value }
      guard let value else { throw changed }
      return value
    }

    private var changed: GANError { GANError(.io, path, "was changed while it was read") }
  }
}
