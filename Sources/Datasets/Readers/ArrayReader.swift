import Graphs

/// The rest of an array file, header read, as a dataset.
func readArray(
  _ input: any ByteInput, _ header: ArrayHeader, _ options: DatasetOptions, labelsBeside: String? = nil,
  format: String
) throws(GANError) -> Dataset {
  try header.check(input, limit: options.decodedLimit)
  let layout = try ArrayLayout(header.shape, options, field: input.path)
  let labels = try readLabels(options.labels ?? labelsBeside ?? "", count: layout.count, options)
  // Without another range, an image's true is as bright as bytes can be.
  let one: UInt8 = layout.kind.isRanged && options.range == nil ? 255 : 1
  let values = try header.readValues(input, one: one)
  let fitted = try layout.fit(values, options, field: input.path)
  return Dataset(
    kind: layout.kind, sampleShape: fitted.shape, storage: fitted.storage, labels: labels, source: input.path,
    format: format, vocabulary: fitted.vocabulary, rate: layout.kind == .sounds ? options.rate : nil)
}

/// Labels from an IDX or .npy file `[N]` of integers; nil for an empty path.
func readLabels(_ path: String, count: Int, _ options: DatasetOptions) throws(GANError) -> Labels? {
  if path.isEmpty { return nil }
  let head = try openInput(path, limit: options.decodedLimit).read(count: 16)
  let candidate = Candidate(path: path, isFolder: false, hasSounds: false, head: head)
  let input = try openInput(path, limit: options.decodedLimit)
  let header: ArrayHeader
  if NPYReader.accepts(candidate) {
    header = try NPYReader.header(of: input)
  } else if IDXReader.accepts(candidate) {
    header = try IDXReader.header(of: input)
  } else {
    throw GANError(.format, field: path, expected: "labels as IDX or .npy", got: "another format")
  }
  try header.check(input, limit: options.decodedLimit)
  let isColumn = header.shape.rank == 2 && header.shape[1] == 1
  guard header.element.isInteger, header.shape.rank == 1 || isColumn, header.shape[0] == count else {
    throw GANError(
      .format, field: path, expected: "labels: integers [\(count)], one a sample",
      got: "\(header.element.rawValue) \(header.shape)")
  }
  return try Labels(try header.readLabels(input), count: count, field: path)
}
