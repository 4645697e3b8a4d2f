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
/// With option `kind` "vectors" any rank is flattened to `[N, D]`; what is not in the table needs it. With
/// "series" or "sounds", `[N, T]` and `[N, T, C]` are sequences `[T, C]`; with "text", `[N, T]` are tokens `[T]`.
struct ArrayLayout {
  let kind: DataKind
  let count: Int
  /// `[H, W, C]`, `[D]`, `[T]` or `[T, C]`.
  let sampleShape: Shape

  /// - Parameter field: what an error names; the option that helps is named too.
  init(_ shape: Shape, _ options: DatasetOptions, field: String) throws(GANError) {
    guard shape.rank > 0, shape.count > 0, shape.count < Int.max else {
      throw GANError(.format, field, "expected [N, …] with every extent above 0, got \(shape)")
    }
    count = shape[0]
    if options.pattern != nil {
      throw GANError(field: "pattern", expected: "files with names", got: "an array, \(field)")
    }
    let isImage = shape.rank == 3 || (shape.rank == 4 && [1, 3, 4].contains(shape[3]))
    switch options.kind ?? (shape.rank <= 2 ? .vectors : .images) {
    case .vectors:
      kind = .vectors
      sampleShape = [shape.count / shape[0]]
    case .text:
      guard shape.rank == 2 else { throw Self.wrong(field, "tokens [N, T]", shape) }
      kind = .text
      sampleShape = [shape[1]]
    case .series:
      guard (2...3).contains(shape.rank) else { throw Self.wrong(field, "series [N, T] or [N, T, C]", shape) }
      kind = .series
      sampleShape = [shape[1], shape.rank == 3 ? shape[2] : 1]
    case .sounds:
      guard shape.rank == 2 || (shape.rank == 3 && shape[2] <= 4) else {
        throw Self.wrong(field, "sounds [N, T] or [N, T, C] with C of 1 to 4", shape)
      }
      kind = .sounds
      sampleShape = [shape[1], shape.rank == 3 ? shape[2] : 1]
    case .tables:
      throw GANError(field: "kind", expected: "what an array may hold, such as vectors", got: "tables")
    case .images:
      try options.checkImageChannels()
      guard isImage else {
        throw GANError(
          .format, field,
          "expected images [N, H, W] or [N, H, W, C] with C of 1, 3 or 4, got \(shape)"
            + (options.kind == nil ? "; option kind \"vectors\" flattens it" : ""))
      }
      kind = .images
      sampleShape = [shape[1], shape[2], shape.rank == 4 ? shape[3] : 1]
    }
    var others = options
    if kind == .sounds { (others.range, others.rate) = (nil, nil) }
    let got = "\(kind.rawValue) \(shape) in \(field)"
    if kind != .images { try others.refuse(others.imageOption, "images", for: got) }
    try others.refuse(others.soundOption, kind == .sounds ? "WAV files" : "sounds", for: got)
    try options.refuseText(of: kind, field)
  }

  private static func wrong(_ field: String, _ expected: String, _ shape: Shape) -> GANError {
    GANError(.format, field: field, expected: expected, got: shape)
  }

  /// Brings an array's values to what a `Dataset` holds: applies `range`, `size` and `channels`.
  ///
  /// - Returns: the shape of one sample, the values, and of tokens their vocabulary.
  func fit(
    _ storage: SampleStorage, _ options: DatasetOptions, field: String
  ) throws(GANError) -> (shape: Shape, storage: SampleStorage, vocabulary: Vocabulary?) {
    if kind == .text {
      let (tokens, vocabulary) = try storage.tokens(options, field: field)
      return (sampleShape, tokens, vocabulary)
    }
    guard kind.isRanged else { return (sampleShape, try storage.numbers(field), nil) }
    let (shape, storage) = try fitImages(storage.numbers(field), options, field)
    return (shape, storage, nil)
  }

  private func fitImages(
    _ storage: SampleStorage, _ options: DatasetOptions, _ field: String
  ) throws(GANError) -> (Shape, SampleStorage) {
    let ranged = try mapRange(storage, options, field)
    if kind == .sounds { return (sampleShape, ranged) }
    let size = options.size ?? [sampleShape[0], sampleShape[1]]
    let target = Shape(size + [options.channels ?? sampleShape[2]])
    if target == sampleShape { return (target, ranged) }
    let total = Shape([count] + target.dimensions)
    guard total.count < Int.max else {
      throw GANError(.memory, field, "\(total) does not fit in memory")
    }
    let fitter = try ImageFitter(to: target, options, field: field)
    let source = sampleShape.count
    switch ranged {
    case .bytes(let images):
      let result = try Buffer<UInt8>(count: total.count, for: field)
      for i in 0..<count {
        try fitter.fit(
          images.pointer + i * source, sampleShape, into: result.pointer + i * target.count, field: field)
      }
      return (target, .bytes(result))
    case .floats(let images):
      let result = try Buffer<Float>(count: total.count, for: field)
      for i in 0..<count {
        try fitter.fit(
          images.pointer + i * source, sampleShape, into: result.pointer + i * target.count, field: field)
      }
      return (target, .floats(result))
    case .tokens, .table: return (target, ranged)
    }
  }

  /// Values of images and sounds as −1…1, or as bytes that stand for it.
  private func mapRange(
    _ storage: SampleStorage, _ options: DatasetOptions, _ field: String
  ) throws(GANError) -> SampleStorage {
    let low = options.range?.first ?? -1
    let high = options.range?.last ?? 1
    let values: Buffer<Float>
    switch storage {
    case .bytes where options.range == nil || options.range == [0, 255]: return storage
    case .bytes(let bytes):
      values = try Buffer(count: bytes.count, for: field)
      for i in 0..<bytes.count { values.pointer[i] = Float(bytes.pointer[i]) }
    case .floats(let floats): values = floats
    case .tokens, .table: return storage
    }
    // Room for the rounding of whoever scaled the values before.
    let room = (high - low) * 1e-3
    for i in 0..<values.count {
      let value = Double(values.pointer[i])
      guard value >= low - room, value <= high + room else {
        throw GANError(
          .format, field,
          "expected \(kind == .images ? "image" : "sound") values \(low)…\(high), got \(value) in sample \(i / sampleShape.count); "
            + "option range [low, high] says what \(kind == .images ? "black and white" : "the extremes") are"
        )
      }
      if options.range != nil { values.pointer[i] = Float((value - low) / (high - low) * 2 - 1) }
    }
    return .floats(values)
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

  /// An option set that only sounds can follow; text has a length too.
  var soundOption: String? {
    if rate != nil { return "rate" }
    if cut != .start { return "cut" }
    return normalize ? "normalize" : nil
  }

  func refuse(_ option: String?, _ kind: String, for data: String) throws(GANError) {
    if let option { throw GANError(field: option, expected: kind, got: data) }
  }

  func checkImageChannels() throws(GANError) {
    if channels == 2 { throw GANError(field: "channels", expected: "1, 3 or 4", got: 2) }
  }
}
