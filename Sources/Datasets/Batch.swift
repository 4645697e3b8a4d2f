import Graphs

/// Samples that a caller lends for the length of one call: nothing here is owned.
public struct Batch {
  /// Type of the elements at `data`.
  public var elementType: ElementType
  /// N first: `[N, H, W, C]` (or `[N, H, W]`) for images, `[N, D]` for vectors.
  public var shape: Shape
  /// Row-major elements; exactly `shape.count` of them.
  public var data: UnsafeRawBufferPointer
  /// N labels from 0, or nil.
  public var labels: UnsafeBufferPointer<Int32>?

  public init(
    elementType: ElementType, shape: Shape, data: UnsafeRawBufferPointer,
    labels: UnsafeBufferPointer<Int32>? = nil
  ) {
    self.elementType = elementType
    self.shape = shape
    self.data = data
    self.labels = labels
  }

  /// N: the number of samples, 0 for a scalar shape.
  public var count: Int { shape.rank > 0 ? shape[0] : 0 }

  /// Checks extents against bytes, labels against `classes` (nil: any label from 0), and that
  /// floats are finite. After this, reading `shape.count` elements is safe.
  ///
  /// - Parameters:
  ///   - field: what the error's line begins with.
  ///   - sample: when given, the shape of one sample that is expected; `[H, W]` passes for
  ///     `[H, W, 1]`.
  ///   - unlabelled: whether −1 may stand for a sample without a label.
  /// - Throws: `.argument`, naming the part, what was expected and what came.
  public func validate(
    field: String = "batch", sample: Shape? = nil, classes: Int? = nil, unlabelled: Bool = false
  ) throws(GANError) {
    guard (1...8).contains(shape.rank), shape.dimensions.allSatisfy({ $0 > 0 }) else {
      throw GANError(field: field + ".shape", expected: "1 to 8 positive extents, N first", got: shape)
    }
    let (bytes, overflow) = shape.count.multipliedReportingOverflow(by: elementType.size)
    guard !overflow, shape.count < Int.max else {
      throw GANError(field: field + ".shape", expected: "a size that fits in memory", got: shape)
    }
    if let sample { try validate(sample, field) }
    guard let base = data.baseAddress else {
      throw GANError(field: field + ".data", expected: "\(bytes) bytes", got: "a null pointer")
    }
    guard data.count == bytes else {
      throw GANError(
        field: field + ".data", expected: "\(bytes) bytes for \(elementType.name) \(shape)",
        got: "\(data.count) bytes")
    }
    guard Int(bitPattern: base) % elementType.size == 0 else {
      throw GANError(
        field: field + ".data", expected: "an address aligned to \(elementType.size) bytes",
        got: "an unaligned one")
    }
    if elementType == .f32 { try validateFinite(field) }
    if let labels {
      try validateLabels(
        labels, count: count, classes: classes, unlabelled: unlabelled, field: field + ".labels")
    }
  }

  private func validate(_ sample: Shape, _ field: String) throws(GANError) {
    let got = Shape(Array(shape.dimensions.dropFirst()))
    let plain = sample.rank == 3 && sample[2] == 1 ? Shape([sample[0], sample[1]]) : sample
    guard got == sample || got == plain else {
      let expected = ["N"] + sample.dimensions.map(String.init)
      throw GANError(
        field: field + ".shape", expected: "[" + expected.joined(separator: ", ") + "]", got: shape)
    }
  }

  private func validateFinite(_ field: String) throws(GANError) {
    let values = data.assumingMemoryBound(to: Float.self)
    if let place = firstNonFinite(values) {
      throw GANError(
        field: field + ".data", expected: "finite values", got: "\(values[place]) at element \(place)")
    }
  }
}

/// The first element that is NaN or infinite.
package func firstNonFinite(_ values: UnsafeBufferPointer<Float>) -> Int? {
  // A sum of x·0 stays 0 exactly while every x is finite: one pass without a branch per element.
  var start = 0
  while start < values.count {
    let end = min(values.count, start + 4096)
    var sum: Float = 0
    for i in start..<end { sum += values[i] * 0 }
    if !sum.isFinite || sum != 0 {
      for i in start..<end where !values[i].isFinite { return i }
    }
    start = end
  }
  return nil
}

/// The greatest number of classes that labels may name.
let greatestClassCount = 65_536

/// - Parameter unlabelled: whether −1 may stand for a sample without a label.
/// - Returns: the greatest label + 1.
@discardableResult
package func validateLabels(
  _ labels: UnsafeBufferPointer<Int32>, count: Int, classes: Int?, unlabelled: Bool = false, field: String
) throws(GANError) -> Int {
  guard labels.count == count else {
    throw GANError(field: field, expected: "\(count) labels, one a sample", got: labels.count)
  }
  let end = min(classes ?? greatestClassCount, greatestClassCount)
  let least: Int32 = unlabelled ? -1 : 0
  var greatest: Int32 = -1
  for i in 0..<labels.count {
    guard labels[i] >= least, Int(labels[i]) < end else {
      let range = "0…\(end - 1)" + (unlabelled ? ", or -1 for none" : "")
      throw GANError(field: field, expected: range, got: "\(labels[i]) at sample \(i)")
    }
    greatest = max(greatest, labels[i])
  }
  return Int(greatest) + 1
}

extension Batch {
  /// Writes `shape.count` values: bytes of images become −1…1, everything else stays as it is.
  /// The batch must have been validated.
  package func copyValues(as kind: DataKind, into target: UnsafeMutablePointer<Float>) {
    guard let base = data.baseAddress else { return }
    switch elementType {
    case .u8:
      expand(base.assumingMemoryBound(to: UInt8.self), count: shape.count, as: kind, into: target)
    case .f32:
      target.update(from: base.assumingMemoryBound(to: Float.self), count: shape.count)
    case .i32:
      let tokens = base.assumingMemoryBound(to: Int32.self)
      for i in 0..<shape.count { target[i] = Float(tokens[i]) }
    }
  }
}
