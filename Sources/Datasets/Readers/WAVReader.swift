import Graphs

/// A folder of WAV files (see `SampleFolder`), or one such file: clips `[T, C]` of one rate and length.
enum WAVReader: Reader {
  static let name = "wav"
  static let title = "folder of WAV files or one WAV file"

  static func accepts(_ input: Candidate) -> Bool { input.hasSounds || WAVFile.accepts(input.head) }

  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
    if let kind = options.kind, kind != .sounds {
      throw GANError(field: "kind", expected: "sounds for WAV files", got: kind.rawValue)
    }
    try options.refuseOthers(path)
    let isFile = WAVFile.accepts((try? InputFile(path).read(count: 12)) ?? [])
    let folder =
      isFile
      ? SampleFolder(file: path, ending: ".wav") : try SampleFolder(path, ending: ".wav", title: "WAV files")
    var files: [WAVFile] = []
    files.reserveCapacity(folder.files.count)
    for file in folder.files {
      let header = try WAVFile(header: file)
      if let first = files.first { try requireLikeness(of: header, to: first, options) }
      files.append(header)
    }
    let clips = Clips(files, options)
    let labels = try folder.labels(path, options)
    return Dataset(
      kind: .sounds, sampleShape: clips.shape, storage: .floats(try clips.read(path)),
      labels: try labels.map { (labels) throws(GANError) in try clips.spread(labels, path) }, source: path,
      format: name, rate: clips.rate)
  }

  private static func requireLikeness(
    of file: WAVFile, to first: WAVFile, _ options: DatasetOptions
  ) throws(GANError) {
    guard options.rate != nil || file.rate == first.rate else {
      throw GANError(
        .format, file.path,
        "expected \(first.rate) Hz as \(first.path) has, got \(file.rate); option rate resamples them all")
    }
    let frames = { (file: WAVFile) in
      options.rate.map { Resampler.count(file.frames, file.rate, $0) } ?? file.frames
    }
    guard options.length != nil || frames(file) == frames(first) else {
      throw GANError(
        .format, file.path,
        "expected \(frames(first)) frames as \(first.path) has, got \(frames(file)); option length cuts or fills "
          + "them all")
    }
  }
}

/// How files become clips.
private struct Clips {
  let files: [WAVFile]
  let options: DatasetOptions
  let rate: Int
  /// `[T, C]`.
  let shape: Shape
  /// Clips of each file.
  private let counts: [Int]

  init(_ files: [WAVFile], _ options: DatasetOptions) {
    self.files = files
    self.options = options
    let rate = options.rate ?? files[0].rate
    let frames = files.map { Resampler.count($0.frames, $0.rate, rate) }
    let length = options.length ?? frames[0]
    self.rate = rate
    shape = [length, options.channels ?? 1]
    counts = frames.map { options.cut == .pieces ? max(1, ($0 + length / 2) / length) : 1 }
  }

  /// All clips one after the other.
  func read(_ path: String) throws(GANError) -> Buffer<Float> {
    let count = counts.reduce(0, +)
    let total = Shape([count] + shape.dimensions)
    guard total.count <= options.decodedLimit / 4 else {
      throw GANError(
        .memory, path,
        "\(total) are \(total.count) values of 4 bytes, above option limit of \(options.decodedLimit)")
    }
    let clips = try Buffer<Float>(count: total.count, for: path)
    var next = clips.pointer
    for (file, count) in zip(files, counts) {
      try read(file, count, into: next)
      next += count * shape.count
    }
    return clips
  }

  private func read(
    _ file: WAVFile, _ count: Int, into clips: UnsafeMutablePointer<Float>
  ) throws(GANError) {
    let channels = shape[1]
    let (values, overflow) = file.frames.multipliedReportingOverflow(by: channels * 4)
    guard !overflow, values <= options.decodedLimit else {
      throw GANError(
        .memory, file.path, "\(file.frames) frames are above option limit of \(options.decodedLimit) bytes")
    }
    var sound = try Buffer<Float>(count: file.frames * channels, for: file.path)
    try file.decode(channels: channels, into: sound.pointer)
    var frames = file.frames
    if file.rate != rate {
      let resampler = Resampler(from: file.rate, to: rate)
      frames = resampler.count(of: frames)
      let (size, isTooLarge) = frames.multipliedReportingOverflow(by: channels * 4)
      guard !isTooLarge, size <= options.decodedLimit else {
        throw GANError(
          .memory, file.path, "\(frames) frames are above option limit of \(options.decodedLimit) bytes")
      }
      let resampled = try Buffer<Float>(count: frames * channels, for: file.path)
      resampler.resample(sound.pointer, frames: file.frames, channels: channels, into: resampled.pointer)
      sound = resampled
    }
    let spare = max(0, frames - shape[0])
    let first = options.cut == .centre ? spare / 2 : 0
    for clip in 0..<count {
      let start = first + clip * shape[0]
      let clipped = min(shape[0], frames - start)
      let target = clips + clip * shape.count
      target.update(from: sound.pointer + start * channels, count: clipped * channels)
      try level(UnsafeMutableBufferPointer(start: target, count: clipped * channels), file.path)
    }
  }

  /// Scales a clip where that is wanted, and cuts what stands out a little: resampling goes beyond a peak.
  private func level(_ clip: UnsafeMutableBufferPointer<Float>, _ path: String) throws(GANError) {
    let peak = clip.reduce(0) { max($0, abs($1)) }
    if options.normalize {
      // Below this a sound is its own rounding.
      if peak > 1e-6 { for i in clip.indices { clip[i] = max(-1, min(1, clip[i] / peak)) } }
    } else if peak > 1 {
      guard peak <= 2 else {
        throw GANError(
          .format, path, "expected values -1…1, got \(peak); option normalize scales every clip")
      }
      for i in clip.indices { clip[i] = max(-1, min(1, clip[i])) }
    }
  }

  /// A file's label for each of its clips.
  func spread(_ labels: Labels, _ path: String) throws(GANError) -> Labels {
    let all = try Buffer<Int32>(count: counts.reduce(0, +), for: path)
    var next = 0
    for (file, count) in counts.enumerated() {
      for _ in 0..<count {
        all.pointer[next] = labels.values.pointer[file]
        next += 1
      }
    }
    return try Labels(all, count: all.count, classes: labels.classes, names: labels.names, field: path)
  }
}

extension DatasetOptions {
  /// Refuses what only images or text can follow; sounds have channels and a length too.
  fileprivate func refuseOthers(_ path: String) throws(GANError) {
    var other = self
    (other.channels, other.length) = (nil, nil)
    try refuse(other.imageOption, "images", for: "WAV files")
    try other.refuseText(of: .sounds, path)
  }
}
