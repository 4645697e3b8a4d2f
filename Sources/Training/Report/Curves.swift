/// The figures of a run's steps, as at most a thousand means of as many steps each.
struct Curves {
  static let names = [
    "discriminator_loss", "generator_loss", "accuracy", "discriminator_gradient_norm",
    "generator_gradient_norm", "score_real", "score_fake",
  ]
  private static let most = 1000

  private var rows: [Row] = []
  /// Reports that make up a row.
  private var stride = 1

  private struct Row {
    var step: Int64
    var reports = 1
    /// Sum and count of each figure.
    var sums: [Double]
    var counts: [Int]

    mutating func join(_ other: Row) {
      step = other.step
      reports += other.reports
      for place in sums.indices {
        sums[place] += other.sums[place]
        counts[place] += other.counts[place]
      }
    }
  }

  mutating func note(_ report: JSON) {
    guard let step = report["step"]?.integer(Int64.self) else { return }
    let values = Self.names.map { report[$0]?.real }
    let row = Row(step: step, sums: values.map { $0 ?? 0 }, counts: values.map { $0 == nil ? 0 : 1 })
    if let last = rows.last, last.reports < stride {
      rows[rows.count - 1].join(row)
    } else {
      rows.append(row)
    }
    guard rows.count >= Self.most else { return }
    var halved: [Row] = []
    for place in Swift.stride(from: 0, to: rows.count, by: 2) {
      var row = rows[place]
      if place + 1 < rows.count { row.join(rows[place + 1]) }
      halved.append(row)
    }
    rows = halved
    stride *= 2
  }

  /// An array for each figure, null where there is none.
  var json: JSON {
    var members = JSON.Members()
    members["step"] = .array(rows.map { .integer($0.step) })
    for (place, name) in Self.names.enumerated() {
      members[name] = .array(
        rows.map { $0.counts[place] == 0 ? .null : Self.rounded($0.sums[place] / Double($0.counts[place])) })
    }
    return .object(members)
  }

  /// Four digits are more than can be seen.
  static func rounded(_ value: Double) -> JSON {
    guard value.isFinite, value != 0 else { return .real(value == 0 ? 0 : .nan) }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return .real((value * scale).rounded() / scale)
  }
}
