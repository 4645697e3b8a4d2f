import Datasets
import Graphs

/// What a model gave: dense float values with their shape, results first. Immutable, and shared by
/// copies.
public struct Samples: RandomAccessCollection, Sendable {
  /// `[N, H, W, C]`, `[N, D]` or `[N, T, C]` of samples, `[N]` of scores, `[N, K]` of class probabilities.
  public let shape: Shape
  private let values: Buffer<Float>

  /// - Throws: `.memory`.
  init(_ shape: Shape, filling: (UnsafeMutableBufferPointer<Float>) throws(GANError) -> Void) throws(GANError)
  {
    self.shape = shape
    values = try Buffer(count: shape.count, for: "samples")
    try filling(values.elements)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { values.count }

  /// The value at a place of the row-major order.
  public subscript(place: Int) -> Float {
    precondition(indices.contains(place), "index out of range")
    return values.pointer[place]
  }

  /// The values of one result, such as an image `[H, W, C]`.
  public subscript(sample index: Int) -> Swift.Slice<Samples> {
    let width = shape[0] > 0 ? values.count / shape[0] : 0
    return self[(index * width)..<((index + 1) * width)]
  }

  /// Lends the values, in row-major order.
  public func withUnsafeBufferPointer<Result, Failure>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(values) {} }
    return try body(UnsafeBufferPointer(values.elements))
  }

  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result? {
    defer { withExtendedLifetime(values) {} }
    return try body(UnsafeBufferPointer(values.elements))
  }
}

extension Model {
  /// Generates samples: images `[count, H, W, C]` of −1…1, vectors `[count, D]`. Sample i of a seed
  /// depends on the model, the seed and i alone.
  ///
  /// - Throws: `.argument` naming an option, `.unsupported` for a model that generates nothing;
  ///   `.busy`, `.memory`.
  public func sample(_ options: SampleOptions) throws(GANError) -> Samples {
    let count = try sampleCount(options)
    let row = Shape(info.sampleShape)
    return try Samples(Shape([row.count > 0 ? count / row.count : 0] + row.dimensions)) {
      (out) throws(GANError) in try sample(options, into: out)
    }
  }

  /// Runs a part of the model on samples or latents: see `apply(_:_:into:)` for what there is.
  ///
  /// - Throws: as `apply(_:_:into:)`.
  public func apply(_ operation: String, _ input: Batch) throws(GANError) -> Samples {
    let count = try applyCount(operation, input)
    let width = input.count > 0 ? count / input.count : 0
    let row: Shape
    switch operation {
    case "generate", "reconstruct": row = Shape(info.sampleShape)
    case "discriminate": row = []
    default: row = [width]
    }
    return try Samples(Shape([input.count] + row.dimensions)) { (out) throws(GANError) in
      try apply(operation, input, into: out)
    }
  }

  /// The same on an array of samples `[N, …]`, or of latents `[N, Z]`.
  ///
  /// - Throws: as `apply(_:_:into:)`.
  public func apply<Element: BatchElement>(
    _ operation: String, _ values: [Element], shape: Shape, labels: [Int32]? = nil
  ) throws(GANError) -> Samples {
    try Batch.lending(values, shape: shape, labels: labels) { (batch) throws(GANError) in
      try apply(operation, batch)
    }
  }

  /// One step on an array of samples `[N, …]`: see `trainStep(_:)`.
  ///
  /// - Throws: as `trainStep(_:)`.
  @discardableResult
  public func trainStep<Element: BatchElement>(
    _ values: [Element], shape: Shape, labels: [Int32]? = nil
  ) throws(GANError) -> StepStatistics {
    try Batch.lending(values, shape: shape, labels: labels) { (batch) throws(GANError) in
      try trainStep(batch)
    }
  }
}
