import Graphs

/// Where the columns lie in the vectors that networks see: of each its scalar, then its choices, one-hot. The
/// choices of discrete columns are also what rows can be asked for by, all in one vector.
public struct TableLayout: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    /// Of the schema.
    public let index: Int
    public let scalar: Int?
    public let choices: Range<Int>
    /// Where its choices are among the conditions; nil for one that cannot be asked for.
    public let conditions: Range<Int>?
  }

  /// Those that vary.
  public let columns: [Column]
  public let width: Int
  public let conditions: Int

  public init(_ schema: TableSchema) {
    var columns: [Column] = []
    var (width, conditions) = (0, 0)
    for (index, column) in schema.columns.enumerated() {
      let start = width
      width += (column.hasScalar ? 1 : 0) + column.choices
      guard width > start else { continue }
      let first = conditions
      if column.type.isDiscrete { conditions += column.choices }
      columns.append(
        Column(
          index: index, scalar: column.hasScalar ? start : nil, choices: width - column.choices..<width,
          conditions: conditions > first ? first..<conditions : nil))
    }
    self.columns = columns
    self.width = width
    self.conditions = conditions
  }
}

extension ColumnSchema {
  /// How often each choice of a discrete column came.
  public var choiceCounts: [Double] {
    var counts = self.counts[..<own].map(Double.init)
    if seldomChoice != nil { counts.append(self.counts[own...].reduce(0.0) { $0 + Double($1) }) }
    if nullChoice != nil { counts.append(Double(nulls)) }
    return counts
  }
}
