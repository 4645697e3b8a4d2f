import Graphs

/// Rows of values in memory that can fail: features, class probabilities or samples, one after another.
/// Filled by who makes it, then only read.
public final class Rows: @unchecked Sendable {
  public let count: Int
  /// Values of a row.
  public let width: Int
  private let buffer: Buffer<Float>

  /// - Throws: `.memory`, naming `purpose`.
  public init(count: Int, width: Int, for purpose: String) throws(GANError) {
    guard let elements = checkedProduct(count, width), count >= 0, width > 0 else {
      throw GANError(.memory, purpose, "\(count) rows of \(width) values are too many")
    }
    self.count = count
    self.width = width
    buffer = try Buffer(count: elements, for: purpose)
  }

  public subscript(row: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + row * width }

  public var elements: UnsafeMutableBufferPointer<Float> { buffer.elements }

  /// - Throws: `.diverged` for a value that is not finite: no figure over it would mean anything.
  func checkFinite(_ field: String) throws(GANError) {
    if let place = buffer.elements.firstIndex(where: { !$0.isFinite }) {
      throw GANError(
        .diverged, field: field, expected: "finite values",
        got: "\(buffer.elements[place]) in row \(place / width)")
    }
  }
}

/// Rows in double precision, followed by rows of zeros up to a multiple of four.
struct DoubleRows {
  let buffer: Buffer<Double>
  let count: Int
  let width: Int

  /// Zeros.
  init(count: Int, width: Int, for purpose: String) throws(GANError) {
    self.count = count
    self.width = width
    guard let elements = checkedProduct((count + 3) / 4 * 4, width) else {
      throw GANError(.memory, purpose, "\(count) rows of \(width) values are too many")
    }
    buffer = try Buffer(count: elements, for: purpose)
  }

  /// `count` of the rows, those at `place(0)`, `place(1)`, ….
  init(_ rows: Rows, count: Int, place: (Int) -> Int, for purpose: String) throws(GANError) {
    try self.init(count: count, width: rows.width, for: purpose)
    for row in 0..<count {
      let source = rows[place(row)]
      let target = self[row]
      for column in 0..<width { target[column] = Double(source[column]) }
    }
  }

  init(_ rows: Rows, for purpose: String) throws(GANError) {
    try self.init(rows, count: rows.count, place: { $0 }, for: purpose)
  }

  subscript(row: Int) -> UnsafeMutablePointer<Double> { buffer.pointer + row * width }
}
