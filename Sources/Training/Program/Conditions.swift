import Glibc
import Graphs

/// What generated samples are conditioned on, beside their latents.
enum Conditions: Hashable, Sendable {
  case none
  /// A class each. Callers give a label, or a weight for every class.
  case classes(Int)
  /// InfoGAN's codes. Callers give a number for each: whole ones below K for a categorical code of K
  /// values, then the continuous ones, −1…1 in training.
  case codes(categorical: [Int], continuous: Int)
  /// A choice of one of a table's discrete columns, each with how often it came. Callers ask for values instead:
  /// see `SampleOptions.conditions`.
  case choices([Choices])

  /// Of one column.
  struct Choices: Hashable, Sendable {
    let counts: [Double]
  }

  static let inputName = "conditions"

  /// Elements of a row as networks take it.
  var width: Int {
    switch self {
    case .none: 0
    case .classes(let count): count
    case .codes(let categorical, let continuous): categorical.reduce(continuous, +)
    case .choices(let columns): columns.reduce(0) { $0 + $1.counts.count }
    }
  }

  /// Numbers that a caller gives for a sample.
  var given: Int {
    switch self {
    case .none, .choices: 0
    case .classes(let count): count
    case .codes(let categorical, let continuous): categorical.count + continuous
    }
  }

  /// Of a batch in training, `[N, width]`: the classes of its data, or codes drawn evenly. Nil where
  /// there are none.
  func draw(_ step: Step) -> Node? {
    switch self {
    case .none: return nil
    case .classes(let count): return oneHot(step.labels, count)
    case .choices: return oneHot(step.labels, width)
    case .codes(let categorical, let continuous):
      var parts = categorical.map { count in
        let even = Node.constant(1 / Double(count), [step.batch, count], in: step.graph)
        return oneHot(randomCategorical(even), count)
      }
      if continuous > 0 {
        parts.append(randomUniform([step.batch, continuous], in: step.graph) * 2 - 1)
      }
      return concatenate(parts, axis: 1)
    }
  }

  /// Of an operation, filled in by the sampler.
  func input(_ step: Step) -> Node? { width == 0 ? nil : step.input(Self.inputName, [width]) }

  /// A sample's row from a label.
  func fill(_ row: UnsafeMutablePointer<Float>, label: Int) {
    row.update(repeating: 0, count: width)
    row[label] = 1
  }

  /// A sample's row from what a caller gave, after `check`.
  func fill(_ row: UnsafeMutablePointer<Float>, given: UnsafePointer<Float>) {
    guard case .codes(let categorical, let continuous) = self else {
      return row.update(from: given, count: width)
    }
    row.update(repeating: 0, count: width)
    var start = 0
    for (code, count) in categorical.enumerated() {
      row[start + Int(given[code])] = 1
      start += count
    }
    (row + start).update(from: given + categorical.count, count: continuous)
  }

  /// The row of a sample that nothing was asked of: classes in turn, so that any K neighbours have one
  /// of each; codes drawn, choices of a column as often as they came, or `balanced` as in training.
  func fill(_ row: UnsafeMutablePointer<Float>, sample index: UInt64, seed: UInt64, balanced: Bool) {
    switch self {
    case .none: break
    case .classes(let count): fill(row, label: Int(index % UInt64(count)))
    case .choices(let columns):
      // As below, no step of training.
      let random = RandomState(seed: seed, step: .max - 2)
      let (column, choice) = (random.uniform(index, stream: 0), random.uniform(index, stream: 1))
      fill(row, label: Self.drawn(columns, column, choice, balanced: balanced))
    case .codes(let categorical, let continuous):
      // No step of training, and not the one that latents are drawn with.
      let random = RandomState(seed: seed, step: .max - 2)
      row.update(repeating: 0, count: width)
      var start = 0
      for (place, count) in categorical.enumerated() {
        let drawn = random.uniform(index, stream: UInt32(place)) * Double(count)
        row[start + min(count - 1, Int(drawn))] = 1
        start += count
      }
      for place in 0..<continuous {
        let drawn = random.uniform(index, stream: UInt32(categorical.count + place))
        row[start + place] = Float(2 * drawn - 1)
      }
    }
  }

  /// A choice among all, from even numbers in 0 ..< 1 for the column and the choice.
  private static func drawn(_ columns: [Choices], _ column: Double, _ choice: Double, balanced: Bool) -> Int {
    let index = min(columns.count - 1, Int(column * Double(columns.count)))
    let first = columns[..<index].reduce(0) { $0 + $1.counts.count }
    let counts = balanced ? columns[index].counts.map { log(1 + $0) } : columns[index].counts
    var rest = choice * counts.reduce(0, +)
    for (place, count) in counts.enumerated() {
      rest -= count
      if rest < 0 { return first + place }
    }
    return first + counts.count - 1
  }

  /// Refuses rows of `given` numbers that mean nothing.
  func check(_ codes: UnsafeBufferPointer<Float>, rows: Int, _ field: String) throws(GANError) {
    guard given > 0 else { throw GANError(.unsupported, field, "this model has no codes") }
    guard codes.count == rows * given else {
      throw GANError(
        field: field, expected: "\(rows * given) numbers, \(given) a sample", got: codes.count)
    }
    for row in 0..<rows {
      try check(UnsafeBufferPointer(rebasing: codes[(row * given)..<((row + 1) * given)]), row, field)
    }
  }

  private func check(_ code: UnsafeBufferPointer<Float>, _ row: Int, _ field: String) throws(GANError) {
    for (place, value) in code.enumerated() {
      // Beyond this nothing that was trained means anything, and activations overflow.
      guard abs(value) <= 1e6 else {
        throw GANError(field: field, expected: "finite numbers up to 1e6", got: "\(value) at sample \(row)")
      }
      guard case .codes(let categorical, _) = self, place < categorical.count else { continue }
      guard value >= 0, value < Float(categorical[place]), value == value.rounded() else {
        throw GANError(
          field: field, expected: "a whole number in 0…\(categorical[place] - 1) as code \(place)",
          got: "\(value) at sample \(row)")
      }
    }
  }
}

/// `[N]` classes → `[N, count]`, 1 at each one's place and 0 elsewhere; all 0 for −1.
func oneHot(_ labels: Node, _ count: Int) -> Node {
  let batch = labels.shape[0]
  let positions = iota([batch, count], axis: 1, in: labels.graph)
  return equal(positions, labels.reshaped(to: [batch, 1]).broadcast(to: positions.shape))
}
