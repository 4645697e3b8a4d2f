import Datasets
import Graphs
import Plans

extension SampleDescription {
  /// How samples are written as rows; nil where they are arrays.
  ///
  /// - Parameter asked: of every row of a table.
  func rows(asked: TableRequest = TableRequest()) -> (any RowFormat)? {
    switch kind {
    case .images, .vectors, .series, .sounds: nil
    case .text: vocabulary
    case .tables: table.map { TableRows($0, asked: asked) }
    }
  }

  /// Whether samples are choices, which have to be the same whatever was asked with them.
  var isDiscrete: Bool { rows() != nil }

  /// The data as samples of this kind: text in this vocabulary and length.
  ///
  /// - Throws: `.argument` for what does not fit, `.memory`.
  func read(_ data: Dataset) throws(GANError) -> Dataset {
    guard kind == .text, data.kind == .text, let vocabulary else { return data }
    return try data.translated(to: vocabulary, length: shape[0])
  }
}

extension Model {
  /// Data as this model sees it: text in its vocabulary and length.
  ///
  /// - Throws: `.argument` for text that does not fit, `.memory`.
  public func reading(_ data: Dataset) throws(GANError) -> Dataset {
    try program.recipe.data?.read(data) ?? data
  }
}

extension Model {
  /// Samples at a time: those of text are small.
  private static let rowsOfPiece: Int64 = 1024

  /// Generates samples and writes them as rows, each ended by a new line, after a heading where the kind
  /// has one: lines of text, CSV. The samples are those of `sample`.
  ///
  /// - Throws: `.unsupported` for a model of images, vectors or series; as `sample` otherwise.
  public func sampleRows(_ options: SampleOptions) throws(GANError) -> TextBuffer {
    let asked = try request(options)
    guard let format = program.recipe.data?.rows(asked: asked) else {
      throw GANError(
        .unsupported, field: "model", expected: "one of text or tables",
        got: "one of \(info.data), whose samples are arrays")
    }
    _ = try sampleCount(options)
    return try lock.read { () throws(GANError) in try written(options, as: format) }
  }

  private func written(_ options: SampleOptions, as format: any RowFormat) throws(GANError) -> TextBuffer {
    let width = program.sample.count
    let text = try TextBuffer(for: "rows")
    let values = try Buffer<Float>(
      count: Int(min(options.count, Self.rowsOfPiece)) * width, for: "samples")
    defer { withExtendedLifetime(values) {} }
    if let heading = format.heading { try text.append(heading + "\n") }
    var done: Int64 = 0
    while done < options.count {
      let count = min(Self.rowsOfPiece, options.count - done)
      let piece = options.piece(from: done, count: count, codes: program.conditions.given)
      try sample(piece, into: values.elements)
      for row in 0..<Int(piece.count) {
        try format.append(UnsafeBufferPointer(start: values.pointer + row * width, count: width), to: text)
        try text.append("\n")
      }
      done += piece.count
    }
    return text
  }
}

extension Model {
  /// The same for callers that ask for the length first: what that call wrote is kept for the one that
  /// fetches it.
  ///
  /// - Parameter isQuery: whether only the length is wanted now.
  /// - Throws: as `sampleRows`.
  public func sampleRows(_ options: SampleOptions, isQuery: Bool) throws(GANError) -> TextBuffer {
    let version = weights.version
    if let kept = keptRows.take(options, version) {
      if isQuery { keptRows.keep(kept, options, version) }
      return kept
    }
    let text = try sampleRows(options)
    if isQuery { keptRows.keep(text, options, version) }
    return text
  }
}

/// The rows of a query, until they are fetched or another query comes.
final class KeptRows: @unchecked Sendable {
  // Guarded by `ProcessLock`.
  private var kept: (text: TextBuffer, options: SampleOptions, version: UInt64)?

  func keep(_ text: TextBuffer, _ options: SampleOptions, _ version: UInt64) {
    let former = ProcessLock.locked {
      defer { kept = (text, options, version) }
      return kept
    }
    withExtendedLifetime(former) {}
  }

  /// Those of the same samples of the same weights, if they are there.
  func take(_ options: SampleOptions, _ version: UInt64) -> TextBuffer? {
    let former = ProcessLock.locked {
      defer { kept = nil }
      return kept
    }
    guard let former, former.options == options, former.version == version else { return nil }
    return former.text
  }
}

extension SampleOptions {
  /// The options of some of the samples, from `start` of these.
  fileprivate func piece(from start: Int64, count: Int64, codes width: Int) -> SampleOptions {
    var piece = self
    (piece.first, piece.count) = (first + start, count)
    let range = Int(start)..<Int(start + count)
    piece.labels = labels.map { Array($0[range]) }
    piece.codes = codes.map { Array($0[range.lowerBound * width..<range.upperBound * width]) }
    return piece
  }
}
