import Graphs

/// A model's samples as a table, row by row: what `TableRows` writes, without the text.
package final class DecodedTable {
  private let schema: TableSchema
  private let rows: TableRows
  private let values: [TableColumn.Values]
  private let count: Int
  private var filled = 0

  /// For `count` rows.
  ///
  /// - Throws: `.memory`.
  package init(_ schema: TableSchema, count: Int) throws(GANError) {
    var values: [TableColumn.Values] = []
    for column in schema.columns {
      let purpose = "column '\(column.name)'"
      guard column.type.isDiscrete else {
        values.append(.numbers(try Buffer(count: count, for: purpose)))
        continue
      }
      let words = try WordTable(for: purpose)
      for value in column.values { try words.add(value) }
      values.append(.codes(try Buffer(count: count, for: purpose), words))
    }
    (self.schema, self.values, self.count) = (schema, values, count)
    rows = TableRows(schema)
  }

  /// The next row, from a sample's values.
  package func append(_ sample: UnsafeBufferPointer<Float>) {
    precondition(filled < count)
    for (index, values) in values.enumerated() {
      switch (rows.value(index, of: sample), values) {
      case (.number(let number), .numbers(let numbers)): numbers.pointer[filled] = number
      case (.word(let place), .codes(let codes, _)): codes.pointer[filled] = Int32(place)
      case (_, .numbers(let numbers)): numbers.pointer[filled] = .nan
      case (_, .codes(let codes, _)): codes.pointer[filled] = -1
      }
    }
    filled += 1
  }

  /// All rows, once they are there.
  package var table: Table {
    precondition(filled == count)
    let columns = zip(schema.columns, values).map { column, values in
      let nulls =
        switch values {
        case .numbers(let numbers): numbers.elements.count { $0.isNaN }
        case .codes(let codes, _): codes.elements.count { $0 < 0 }
        }
      return TableColumn(
        name: column.name, type: column.type, nulls: nulls, values: values, format: column.format,
        pattern: column.pattern.flatMap { DatePattern($0) })
    }
    return Table(rows: count, columns: columns, dialect: schema.dialect)
  }
}
