import Graphs

/// An element that Swift arrays of samples may have: `UInt8`, `Float` or `Int32`.
public protocol BatchElement: BitwiseCopyable, Sendable {
  /// The type as a batch names it.
  static var elementType: ElementType { get }
}

extension UInt8: BatchElement {
  public static var elementType: ElementType { .u8 }
}

extension Float: BatchElement {
  public static var elementType: ElementType { .f32 }
}

extension Int32: BatchElement {
  public static var elementType: ElementType { .i32 }
}

extension Batch {
  /// Runs `body` with a batch that lends arrays; it is not to be used afterwards.
  ///
  /// - Parameters:
  ///   - values: row-major elements: bytes 0…255 of images, or floats as they are.
  ///   - shape: `[N, H, W, C]` (or `[N, H, W]`) for images, `[N, D]` for vectors.
  ///   - labels: N classes from 0, or nil.
  /// - Throws: what `body` throws; a batch whose parts do not fit is refused by whoever takes it.
  public static func lending<Element: BatchElement, Result>(
    _ values: [Element], shape: Shape, labels: [Int32]? = nil,
    _ body: (Batch) throws(GANError) -> Result
  ) throws(GANError) -> Result {
    let result = values.withUnsafeBytes { data in
      (labels ?? []).withUnsafeBufferPointer { given in
        Swift.Result { () throws(GANError) in
          try body(
            Batch(
              elementType: Element.elementType, shape: shape, data: data,
              labels: labels == nil ? nil : given))
        }
      }
    }
    return try result.get()
  }
}

extension Dataset {
  /// Copies samples out of an array: bytes 0…255 of images `[N, H, W, C]` (or `[N, H, W]`), or floats
  /// as they are, images of −1…1 or vectors `[N, D]`.
  ///
  /// - Parameter labels: N classes from 0, or nil.
  /// - Throws: `.argument` for a wrong shape or value, `.unsupported` for tokens, `.memory`.
  public static func copying<Element: BatchElement>(
    _ values: [Element], shape: Shape, labels: [Int32]? = nil, _ options: DatasetOptions = .init()
  ) throws(GANError) -> Dataset {
    try Batch.lending(values, shape: shape, labels: labels) { (batch) throws(GANError) in
      try Dataset(copying: batch, options)
    }
  }
}
