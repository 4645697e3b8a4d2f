import Graphs

/// What the extents of an array `[N, …]` mean.
///
/// | array | samples |
/// |---|---|
/// | `[N]` | vectors `[1]` |
/// | `[N, D]` | vectors `[D]` |
/// | `[N, H, W]` | images `[H, W, 1]` |
/// | `[N, H, W, C]`, C of 1, 3 or 4 | images `[H, W, C]` |
///
/// With option `kind` "vectors" any rank is flattened to `[N, D]`; what is not in the table needs it.
struct ArrayLayout {
  let kind: DataKind
  let count: Int
  /// `[H, W, C]` or `[D]`.
  let sampleShape: Shape

  /// - Parameter field: what an error names; the option that helps is named too.
  init(_ shape: Shape, _ options: DatasetOptions, field: String) throws(GANError) {
    guard shape.rank > 0, shape.count > 0, shape.count < Int.max else {
      throw GANError(.format, field, "expected [N, …] with every extent above 0, got \(shape)")
    }
    count = shape[0]
    let isImage = shape.rank == 3 || (shape.rank == 4 && [1, 3, 4].contains(shape[3]))
    switch options.kind ?? (shape.rank <= 2 ? .vectors : .images) {
    case .vectors:
      kind = .vectors
      sampleShape = [shape.count / shape[0]]
      if let name = options.imageOption {
        throw GANError(field: name, expected: "images", got: "vectors \(shape) in \(field)")
      }
    case .images:
      guard isImage else {
        throw GANError(
          .format, field,
          "expected images [N, H, W] or [N, H, W, C] with C of 1, 3 or 4, got \(shape)"
            + (options.kind == nil ? "; option kind \"vectors\" flattens it" : ""))
      }
      kind = .images
      sampleShape = [shape[1], shape[2], shape.rank == 4 ? shape[3] : 1]
    }
  }

  /// Brings an array's values to what a `Dataset` holds: applies `range`, `size` and `channels`.
  ///
  /// - Returns: the shape of one sample and the values.
  func fit(
    _ storage: SampleStorage, _ options: DatasetOptions, field: String
  ) throws(GANError) -> (Shape, SampleStorage) {
    (sampleShape, storage)
  }
}

extension DatasetOptions {
  /// An option set that only images can follow.
  var imageOption: String? {
    if size != nil { return "size" }
    if channels != nil { return "channels" }
    if background != nil { return "background" }
    return range == nil ? nil : "range"
  }
}
