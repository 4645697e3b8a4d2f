import Graphs

extension TableSchema {
  /// More values of a category are seldom ones to a model, whose width grows with them.
  static let greatestOwn = 1000
  /// Rows that a mixture is fitted on, evenly spread over all.
  static let fittedRows = 20_000
  /// Numbers as frequent as this share are choices of their own.
  static let frequent = 0.05
  /// Of a column with no more different numbers than this all are: grades, ratings, numbers of rooms.
  static let fewNumbers = 32
  /// Rows that it takes, of few numbers on average: the number of one row is no choice.
  static let leastRows = 5.0
  /// Least weight of a mode.
  static let leastWeight = 0.005

  /// What the columns of a table hold, with mixtures fitted to its numbers. A function of the table alone.
  ///
  /// - Throws: `.memory`.
  public init(fitting table: Table) throws(GANError) {
    var columns: [ColumnSchema] = []
    for column in table.columns {
      var schema = ColumnSchema(name: column.name, type: column.type)
      schema.nulls = column.nulls
      switch column.values {
      case .codes(_, let values): schema.take(values)
      case .numbers(let values): try schema.fit(values, column)
      }
      columns.append(schema)
    }
    self.init(columns: columns, dialect: table.dialect)
  }
}

extension ColumnSchema {
  fileprivate mutating func take(_ table: WordTable) {
    let order = (0..<table.count).sorted { a, b in
      let (first, second) = (table.occurrences(of: a), table.occurrences(of: b))
      return first == second ? a < b : first > second
    }
    values = order.map { table.text(of: $0) }
    counts = order.map { table.occurrences(of: $0) }
    own = min(values.count, TableSchema.greatestOwn)
  }

  fileprivate mutating func fit(_ numbers: Buffer<Double>, _ column: TableColumn) throws(GANError) {
    format = column.format
    pattern = column.pattern?.text
    (least, greatest) = (1, 0)
    for value in numbers.elements where !value.isNaN {
      if !hasNumbers { (least, greatest) = (value, value) }
      (least, greatest) = (min(least, value), max(greatest, value))
    }
    guard varies else { return }
    let points = try weighted(numbers)
    let total = points.elements.reduce(0.0) { $0 + $1.count }
    let few = points.count <= TableSchema.fewNumbers && total >= TableSchema.leastRows * Double(points.count)
    let others = try Buffer<WeightedValue>(count: points.count, for: "mixture")
    var count = 0
    for point in points.elements {
      if few || point.count >= max(TableSchema.leastRows, TableSchema.frequent * total) {
        modes.append(Mode(mean: point.value, deviation: 0, level: 0))
      } else {
        others.pointer[count] = point
        count += 1
      }
    }
    if count > 0 { try fitMixture(others, count) }
  }

  /// Distinct numbers of evenly spread rows, in order.
  private func weighted(_ numbers: Buffer<Double>) throws(GANError) -> Buffer<WeightedValue> {
    let rows = numbers.count
    let sample = min(rows, TableSchema.fittedRows)
    let sorted = try Buffer<Double>(count: sample + 2, for: "mixture")
    // The ends are among them in any case.
    (sorted.pointer[0], sorted.pointer[1]) = (least, greatest)
    var count = sample < rows ? 2 : 0
    for place in 0..<sample {
      let value = numbers.pointer[place * rows / sample]
      guard !value.isNaN else { continue }
      sorted.pointer[count] = value
      count += 1
    }
    var filled = UnsafeMutableBufferPointer(start: sorted.pointer, count: count)
    filled.sort()
    var distinct = 0
    for place in 0..<count where place == 0 || sorted.pointer[place] != sorted.pointer[place - 1] {
      distinct += 1
    }
    let points = try Buffer<WeightedValue>(count: distinct, for: "mixture")
    var last = -1
    for place in 0..<count {
      let value = sorted.pointer[place]
      if last < 0 || points.pointer[last].value != value {
        last += 1
        points.pointer[last] = WeightedValue(value: value, count: 0)
      }
      points.pointer[last].count += 1
    }
    return points
  }

  /// On values of mean 0 and variance 1, so that a unit of measurement makes no difference.
  private mutating func fitMixture(_ values: Buffer<WeightedValue>, _ count: Int) throws(GANError) {
    let points = try Buffer<WeightedValue>(count: count, for: "mixture")
    let total = values.elements[0..<count].reduce(0.0) { $0 + $1.count }
    let mean = values.elements[0..<count].reduce(0.0) { $0 + $1.value * ($1.count / total) }
    let variance = values.elements[0..<count].reduce(0.0) {
      $0 + ($1.value - mean) * ($1.value - mean) * ($1.count / total)
    }
    let scale = variance > 0 ? variance.squareRoot() : 1
    for place in 0..<count {
      let point = values.pointer[place]
      points.pointer[place] = WeightedValue(value: (point.value - mean) / scale, count: point.count)
    }
    let settings = Mixture.Settings()
    let mixture = try Mixture(points, start: clusters(of: points, settings.modes), settings)
    let levels = mixture.levels
    for (mode, weight) in mixture.weights.enumerated() where weight > TableSchema.leastWeight {
      modes.append(
        Mode(
          mean: mean + scale * mixture.means[mode], deviation: scale * mixture.variances[mode].squareRoot(),
          level: levels[mode]))
    }
  }
}
