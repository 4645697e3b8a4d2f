import Graphs

/// A folder of PNG files (see `SampleFolder`): grey, RGB, RGBA, palette, 1 to 16 bits, interlaced.
enum PNGFolderReader: Reader {
  static let name = "png"
  static let title = "folder of PNG files"

  static func accepts(_ input: Candidate) -> Bool { input.isFolder }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    if let kind = options.kind, kind != .images {
      throw GANError(field: "kind", expected: "images for a folder of PNG files", got: kind.rawValue)
    }
    try options.refuse(options.soundOption, "sounds", for: "a folder of PNG files")
    try options.refuseText(of: .images, path)
    try options.checkImageChannels()
    if options.range != nil {
      throw GANError(field: "range", expected: "none for a folder of PNG files", got: "one")
    }
    let folder = try SampleFolder(path, ending: ".png", title: "PNG files")
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
