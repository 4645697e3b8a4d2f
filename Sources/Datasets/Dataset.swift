import Graphs

/// Samples in memory, read once and never changed: it may be shared between threads.
public final class Dataset: @unchecked Sendable {
  /// What a sample is.
  public let kind: DataKind
  /// `[H, W, C]` for images, `[D]` for vectors, `[T]` for text, `[T, C]` for series and sounds, `[columns]` for
  /// tables.
  public let sampleShape: Shape
  /// N, at least 1.
  public let count: Int
  /// Labels are 0 ..< classes; 0 without labels.
  public let classes: Int
  /// Empty, or a name for every class.
  public let classNames: [String]
  /// What tokens stand for; of text alone.
  public let vocabulary: Vocabulary?
  /// Frames a second of sounds; nil where nobody said it, and for other kinds.
  public let rate: Int?
  /// Path, or `memory`.
  public let source: String
  /// The reader's name: `png`, `wav`, `idx`, `npy`, `cifar`, `txt`, `csv`, `builtin`, `memory`.
  public let format: String

  /// Samples with a label.
  public let labelledCount: Int

  let storage: SampleStorage
  /// How stored text is read; nil: as it is.
  private let reading: TextReading?
  private let labelBuffer: Buffer<Int32>?

  init(
    kind: DataKind, sampleShape: Shape, storage: SampleStorage, labels: Labels?, source: String,
    format: String, vocabulary: Vocabulary? = nil, reading: TextReading? = nil, rate: Int? = nil
  ) {
    let stride = reading?.length ?? sampleShape.count
    precondition(stride > 0 && storage.count % stride == 0)
    self.kind = kind
    self.sampleShape = sampleShape
    self.storage = storage
    self.count = storage.count / stride
    self.labelBuffer = labels?.values
    self.classes = labels?.classes ?? 0
    self.classNames = labels?.names ?? []
    self.source = source
    self.format = format
    self.vocabulary = vocabulary
    self.reading = reading
    self.rate = rate
    precondition(labelBuffer == nil || labelBuffer?.count == count)
    self.labelledCount = labelBuffer?.elements.count { $0 >= 0 } ?? 0
  }

  /// A table's rows.
  convenience init(_ table: Table, source: String, format: String) {
    self.init(
      kind: .tables, sampleShape: [table.columns.count], storage: .table(table), labels: nil, source: source,
      format: format)
  }

  /// Of kind tables.
  public var table: Table? { if case .table(let table) = storage { table } else { nil } }

  /// Reads what `path` names: a folder of PNG or of WAV files (sub-folders are labels), one WAV file, an IDX
  /// file, a .npy array (both also gzipped), a CIFAR .bin file, lines of text in .txt, or a table as .csv (both
  /// also gzipped); `builtin:ring` and `builtin:grid` are point
  /// sets made on the spot.
  ///
  /// - Throws: `.io` for what the system refuses, `.format` for what the file holds, `.argument`
  ///   for an option, `.memory`; each names the path.
  public static func open(_ path: String, _ options: DatasetOptions = .init()) throws(GANError) -> Dataset {
    try options.validate()
    let dataset: Dataset
    if let builtin = try Builtin(path: path) {
      dataset = try builtin.dataset()
    } else {
      dataset = try readDataset(path, options)
    }
    guard let kept = options.labelled else { return dataset }
    return try dataset.keeping(labels: kept)
  }

  /// Reads a table that has the columns of another, of the same types and writing.
  ///
  /// - Throws: as above; `.unsupported` where the other data are no table.
  package static func open(_ path: String, like other: Dataset, field: String) throws(GANError) -> Dataset {
    guard let table = other.table else {
      throw GANError(
        .unsupported, field: field, expected: "none: it is for tables", got: "'\(path.prefix(80))'")
    }
    return try open(path, table.readingAlike)
  }

  /// The same samples with labels for only the first few of each class, `kept` in all.
  package func keeping(labels kept: Int) throws(GANError) -> Dataset {
    guard let labels, classes > 0, kept % classes == 0, kept > 0 else {
      let expected = labels == nil ? "labels in the data" : "a positive multiple of the \(classes) classes"
      throw GANError(field: "labelled", expected: expected, got: labels == nil ? "none" : "\(kept)")
    }
    let buffer = try Buffer<Int32>(count: count, for: "labels")
    var left = Array(repeating: kept / classes, count: classes)
    for index in 0..<count {
      let label = Int(labels[index])
      let isKept = label >= 0 && left[label] > 0
      buffer.pointer[index] = isKept ? labels[index] : -1
      if isKept { left[label] -= 1 }
    }
    let few = try Labels(buffer, count: count, classes: classes, names: classNames, field: "labelled")
    return Dataset(
      kind: kind, sampleShape: sampleShape, storage: storage, labels: few, source: source, format: format,
      vocabulary: vocabulary, reading: reading, rate: rate)
  }

  /// The same text, read as another vocabulary's tokens of another length.
  func with(_ vocabulary: Vocabulary, length: Int, _ translation: Buffer<Float>?) -> Dataset {
    let reading = TextReading(
      length: sampleShape.count, padding: Float(vocabulary.end ?? 0), translation: translation)
    return Dataset(
      kind: kind, sampleShape: [length], storage: storage, labels: nil, source: source, format: format,
      vocabulary: vocabulary, reading: reading)
  }

  /// Copies samples out of a caller's memory. The kind follows from the rank as for .npy files
  /// (see `ArrayLayout`) unless `options.kind` says it.
  ///
  /// - Throws: `.argument` for a wrong shape or value, `.memory`.
  public convenience init(copying batch: Batch, _ options: DatasetOptions = .init()) throws(GANError) {
    try options.validate()
    if options.labels != nil {
      throw GANError(field: "labels", expected: "labels in the batch itself", got: "a file's name")
    }
    try batch.validate(unlabelled: true)
    var options = options
    if batch.elementType == .i32 { options.kind = options.kind ?? .text }
    let layout = try ArrayLayout(batch.shape, options, field: "batch.shape")
    let storage: SampleStorage
    switch batch.elementType {
    case .u8:
      let buffer = try Buffer<UInt8>(count: batch.shape.count, for: "data set")
      UnsafeMutableRawBufferPointer(buffer.elements).copyMemory(from: batch.data)
      storage = .bytes(buffer)
    case .f32:
      let buffer = try Buffer<Float>(count: batch.shape.count, for: "data set")
      UnsafeMutableRawBufferPointer(buffer.elements).copyMemory(from: batch.data)
      storage = .floats(buffer)
    case .i32:
      let buffer = try Buffer<Int32>(count: batch.shape.count, for: "data set")
      UnsafeMutableRawBufferPointer(buffer.elements).copyMemory(from: batch.data)
      storage = .tokens(buffer)
    }
    var labels: Labels?
    if let given = batch.labels {
      let buffer = try Buffer<Int32>(count: given.count, for: "labels")
      if let base = given.baseAddress { buffer.pointer.update(from: base, count: given.count) }
      labels = try Labels(buffer, count: batch.count, field: "batch.labels")
    }
    let fitted = try layout.fit(storage, options, field: "batch")
    self.init(
      kind: layout.kind, sampleShape: fitted.shape, storage: fitted.storage, labels: labels, source: "memory",
      format: "memory", vocabulary: fitted.vocabulary, rate: layout.kind == .sounds ? options.rate : nil)
  }

  /// One label a sample, in 0 ..< classes, or −1 for a sample without; nil without labels. Valid as long as the dataset.
  public var labels: UnsafeBufferPointer<Int32>? {
    labelBuffer.map { UnsafeBufferPointer($0.elements) }
  }

  /// Label of a sample in 0 ..< count; −1 without one.
  public func label(of index: Int) -> Int32 {
    precondition(index >= 0 && index < count)
    return labelBuffer?.pointer[index] ?? -1
  }

  /// Writes the `sampleShape.count` values of a sample in 0 ..< count; images −1…1, others as they are;
  /// of a row of a table numbers (dates as seconds since 1970, 0 for none) and the places of
  /// categories among their values (−1 for none).
  ///
  /// - Parameter flipped: mirrors an image left to right; vectors stay.
  public func copySample(_ index: Int, flipped: Bool = false, into target: UnsafeMutablePointer<Float>) {
    precondition(index >= 0 && index < count)
    let size = sampleShape.count
    if let reading { return reading.copy(storage, index, length: size, into: target) }
    storage.copy(from: index * size, count: size, as: kind, into: target)
    if flipped && kind == .images { mirror(target, sampleShape) }
  }

  /// All of it as a value that encodes to JSON.
  public var info: DatasetInfo {
    DatasetInfo(
      kind: kind, source: source, format: format, count: count, sampleShape: sampleShape.dimensions,
      rate: rate,
      classes: classes, labelled: labelledCount, classNames: classNames,
      elementType: storage.elementType.name, bytes: storage.bytes + (labelBuffer?.count ?? 0) * 4,
      vocabulary: vocabulary, columns: table?.columns.map(DatasetInfo.Column.init))
  }
}

/// One label a sample.
struct Labels {
  let values: Buffer<Int32>
  let classes: Int
  var names: [String] = []

  /// Checks that there are `count` labels from 0, or −1 for a sample without; `classes` nil: one more
  /// than the greatest.
  init(
    _ values: Buffer<Int32>, count: Int, classes: Int? = nil, names: [String] = [], field: String
  ) throws(GANError) {
    let found = try validateLabels(
      UnsafeBufferPointer(values.elements), count: count, classes: classes, unlabelled: true, field: field)
    self.values = values
    self.classes = classes ?? found
    self.names = names
  }
}
