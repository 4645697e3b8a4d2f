import Graphs

/// A folder of PNG files: grey, RGB, RGBA, palette, 1 to 16 bits, interlaced. Either the files are
/// in the folder itself, or in sub-folders (to any depth up to 8), which then are the labels, sorted by
/// name. Other files are passed over.
enum PNGFolderReader: Reader {
  static let name = "png"
  static let title = "folder of PNG files"

  static func accepts(_ input: Candidate) -> Bool { input.isFolder }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    if options.kind == .vectors {
      throw GANError(field: "kind", expected: "images for a folder of PNG files", got: "vectors")
    }
    if options.range != nil {
      throw GANError(field: "range", expected: "none for a folder of PNG files", got: "one")
    }
    let folder = try PNGFolder(path)
    let labels = try folder.labels(path, options)
    var files: [PNGFile] = []
    files.reserveCapacity(folder.files.count)
    for file in folder.files {
      let header = try PNGFile(header: file, limit: options.decodedLimit)
      if let first = files.first, options.size == nil { try requireEqualSize(header, first) }
      files.append(header)
    }
    let shape = shape(of: files, options)
    let storage = try decode(files, shape, options, path)
    return Dataset(
      kind: .images, sampleShape: shape, storage: .bytes(storage), labels: labels, source: path, format: name)
  }

  private static func requireEqualSize(_ file: PNGFile, _ first: PNGFile) throws(GANError) {
    guard file.height == first.height, file.width == first.width else {
      throw GANError(
        .format, file.path,
        "expected \(first.height) x \(first.width) pixels (height x width) as \(first.path) has, "
          + "got \(file.height) x \(file.width); option size resizes them all")
    }
  }

  private static func shape(of files: [PNGFile], _ options: DatasetOptions) -> Shape {
    let channels = options.channels ?? (files.allSatisfy(\.isGrey) ? 1 : 3)
    let size = options.size ?? files.first.map { [$0.height, $0.width] } ?? [1, 1]
    return Shape(size + [channels])
  }

  private static func decode(
    _ files: [PNGFile], _ shape: Shape, _ options: DatasetOptions, _ path: String
  ) throws(GANError) -> Buffer<UInt8> {
    let total = Shape([files.count] + shape.dimensions)
    guard total.count <= options.decodedLimit else {
      throw GANError(
        .memory, path,
        "\(total) are \(total.count) bytes, above option limit of \(options.decodedLimit)")
    }
    let images = try Buffer<UInt8>(count: total.count, for: path)
    let fitter = try ImageFitter(to: shape, options, field: path)
    var bytes = try Buffer<UInt8>(count: files.map(\.size).max() ?? 0, for: path)
    let pixels = try Buffer<UInt8>(count: files.map(\.decodedBytes).max() ?? 0, for: path)
    for (index, file) in files.enumerated() {
      let input = try InputFile(file.path)
      if bytes.count < input.size { bytes = try Buffer(count: input.size, for: path) }
      let count = try input.read(into: bytes.pointer, count: bytes.count)
      try file.decode(UnsafeBufferPointer(start: bytes.pointer, count: count), into: pixels.pointer)
      try fitter.fit(
        pixels.pointer, [file.height, file.width, 4], into: images.pointer + index * shape.count,
        field: file.path)
    }
    return images
  }
}

/// The PNG files of a folder in their order, by class.
private struct PNGFolder {
  private(set) var files: [String] = []
  private(set) var classNames: [String] = []
  private var classes: [Int32] = []
  private var other: (count: Int, example: String)?

  private static let greatestDepth = 8

  init(_ path: String) throws(GANError) {
    let listing = try FolderListing(path)
    add(listing.files, of: path)
    let flat = files.first
    for name in (listing.folders + listing.linkedFolders).sorted(by: inByteOrder) {
      let before = files.count
      try descend(path + "/" + name, depth: 1)
      guard files.count > before else { continue }
      if let flat {
        throw GANError(
          .format, field: path, expected: "PNG files in the folder or in its sub-folders",
          got: "both: \(flat) and \(files[before])")
      }
      classes += Array(repeating: Int32(truncatingIfNeeded: classNames.count), count: files.count - before)
      classNames.append(name)
    }
    guard !files.isEmpty else {
      let got = other.map { "\($0.count) other files, like \($0.example)" } ?? "no files"
      throw GANError(.format, field: path, expected: "a folder with PNG files", got: got)
    }
  }

  private mutating func add(_ names: [String], of path: String) {
    for name in names {
      if hasEnding(name, ".png") {
        files.append(path + "/" + name)
      } else {
        other = ((other?.count ?? 0) + 1, other?.example ?? name)
      }
    }
  }

  /// Links to folders are only followed at the top: further down they could lead in circles.
  private mutating func descend(_ path: String, depth: Int) throws(GANError) {
    let listing = try FolderListing(path)
    add(listing.files, of: path)
    guard depth < Self.greatestDepth else { return }
    for name in listing.folders { try descend(path + "/" + name, depth: depth + 1) }
  }

  /// From option `labels`, else from the sub-folders; nil without either.
  func labels(_ path: String, _ options: DatasetOptions) throws(GANError) -> Labels? {
    if let path = options.labels { return try readLabels(path, count: files.count, options) }
    if classNames.isEmpty { return nil }
    let values = try Buffer<Int32>(count: classes.count, for: path)
    for (index, label) in classes.enumerated() { values.pointer[index] = label }
    return try Labels(values, count: files.count, classes: classNames.count, names: classNames, field: path)
  }
}
