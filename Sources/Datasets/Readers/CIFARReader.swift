import Graphs

/// The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): records of one label byte (two
/// in CIFAR-100, the coarse one first; the fine one is taken) and 3 × 32 × 32 bytes, plane by plane.
enum CIFARReader: Reader {
  static let name = "cifar"
  static let title = "CIFAR .bin"

  private static let side = 32
  private static let plane = side * side
  private static let pixels = 3 * plane
  private static let names = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  static func accepts(_ input: Candidate) -> Bool { !input.isFolder && hasEnding(input.path, ".bin") }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    let input = try openInput(path, limit: options.decodedLimit)
    guard let file = input as? InputFile else {
      throw GANError(.unsupported, field: path, expected: "a CIFAR .bin file", got: "a gzipped one")
    }
    let labelBytes: Int
    switch (file.size % (pixels + 1), file.size % (pixels + 2)) {
    case (0, _): labelBytes = 1
    case (_, 0): labelBytes = 2
    default:
      throw GANError(
        .format, field: path, expected: "records of 3073 (CIFAR-10) or 3074 (CIFAR-100) bytes",
        got: "\(file.size) bytes")
    }
    let count = file.size / (pixels + labelBytes)
    let layout = try ArrayLayout([count, side, side, 3], options, field: path)
    let images = try Buffer<UInt8>(count: count * pixels, for: path)
    let found = try Buffer<Int32>(count: count, for: path)
    let record = try Buffer<UInt8>(count: pixels + labelBytes, for: path)
    for index in 0..<count {
      guard try file.read(into: record.pointer, count: record.count) == record.count else {
        throw GANError(.format, field: path, expected: "\(count) records", got: index)
      }
      found.pointer[index] = Int32(record.pointer[labelBytes - 1])
      interleave(record.pointer + labelBytes, into: images.pointer + index * pixels)
    }
    let labels: Labels?
    if let other = options.labels {
      labels = try readLabels(other, count: count, options)
    } else {
      let isTen = labelBytes == 1
      labels = try Labels(
        found, count: count, classes: isTen ? 10 : 100, names: isTen ? names : [], field: path)
    }
    let fitted = try layout.fit(.bytes(images), options, field: path)
    return Dataset(
      kind: layout.kind, sampleShape: fitted.shape, storage: fitted.storage, labels: labels, source: path,
      format: name)
  }

  /// `[3, 32, 32]` → `[32, 32, 3]`.
  private static func interleave(
    _ planes: UnsafePointer<UInt8>, into image: UnsafeMutablePointer<UInt8>
  ) {
    for pixel in 0..<plane {
      for channel in 0..<3 { image[pixel * 3 + channel] = planes[channel * plane + pixel] }
    }
  }
}
