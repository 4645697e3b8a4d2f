import ArgumentParser
import GAN

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract:
      "Draws samples: .png (a grid), .wav, .npy, .txt (lines), .csv (rows), or a folder with one file a sample."
  )

  @Argument(help: "A run directory or a checkpoint.")
  var model: String
  @Option(
    help:
      "x.png (of sounds their spectrograms), x.wav (one after the other), x.npy, x.txt, x.csv, or a folder.")
  var out: String
  @Option(help: "How many.")
  var count: Int64 = 64
  @Option(help: "Sample i of a seed is always the same.")
  var seed: UInt64 = 0
  @Option(help: "The first sample's index.")
  var first: Int64 = 0
  @Option(parsing: .unconditional, help: "A class, for models that have them; -1 for all in turn.")
  var label: Int32 = -1
  @Option(
    name: .customLong("label-to"),
    help: "From the class of --label to this one: the samples go evenly from the one to the other.")
  var labelTo: Int32?
  @Option(
    name: .customLong("code"), parsing: .unconditional,
    help:
      "InfoGAN's codes, 3,0.5,-0.5: categorical ones as numbers from 0, then continuous ones. Of models with classes their weights."
  )
  var code: String?
  @Option(
    name: .customLong("where"),
    help: "column=value, of tables: every row has it; nothing behind the = for no value. Repeatable.")
  var conditions: [String] = []
  @Flag(help: "Of tables: rare values come more often, as in training.")
  var balanced = false
  @Option(help: "Latents are drawn within this many times their spread: below 1 for typical samples.")
  var truncation = 1.0
  @Option(help: "Of sounds: frames a second, where the model does not know it.")
  var rate: Int?
  @Option(help: "For text: below 1 for likelier words.")
  var temperature = 1.0

  func run() throws {
    let loaded = try Model(path: model)
    var options = SampleOptions(seed: seed, first: first, count: count)
    (options.label, options.truncation, options.temperature) = (label, truncation, temperature)
    try condition(&options, of: loaded.info)
    options.conditions = try conditions.map(columnValue)
    options.balanced = balanced
    if try writesRows(loaded.info) {
      try loaded.sampleRows(options).withBytes { (bytes) throws(GANError) in try writeText(bytes, to: out) }
      return Terminal.say("\(count) samples in \(out)")
    }
    let values = try Buffer<Float>(count: loaded.sampleCount(options), for: "count")
    defer { withExtendedLifetime(values) {} }
    try loaded.sample(options, into: values.elements)
    try write(UnsafeBufferPointer(values.elements), of: loaded.info)
    Terminal.say("\(count) samples in \(out)")
  }

  private func columnValue(_ text: String) throws -> ColumnValue {
    // A column's name may have an equals sign in it, a value is likelier to: the first one parts them.
    guard let equals = text.firstIndex(of: "=") else {
      throw GANError(field: "where", expected: "column=value", got: "'\(text)'")
    }
    return ColumnValue(column: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
  }

  /// Whether samples go out as lines, which those of text and tables do unless they are wanted as an array.
  private func writesRows(_ info: ModelInfo) throws -> Bool {
    let ending = [DataKind.text.rawValue: ".txt", DataKind.tables.rawValue: ".csv"][info.data]
    let isNamed = [".txt", ".csv"].contains { out.hasSuffix($0) }
    guard ending.map({ out.hasSuffix($0) || out.hasSuffix(".npy") }) ?? !isNamed else {
      throw GANError(
        field: "out",
        expected: ending.map { "a name ending in \($0) or .npy" } ?? "another ending for \(info.data)",
        got: out)
    }
    return isNamed
  }

  private func condition(_ options: inout SampleOptions, of info: ModelInfo) throws {
    guard code != nil || labelTo != nil else { return }
    let most = Int64(1 << 24 / max(1, info.codes))
    guard (1...most).contains(count) else {
      throw GANError(field: "count", expected: "1…\(most) with codes or classes between", got: count)
    }
    if let code {
      let numbers = code.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
      guard numbers.count == info.codes, !numbers.contains(nil) else {
        throw GANError(field: "code", expected: "\(info.codes) numbers with commas between", got: "'\(code)'")
      }
      options.codes = (0..<Int(count)).flatMap { _ in numbers.compactMap { $0 } }
    }
    guard let end = labelTo else { return }
    guard info.conditional, code == nil else {
      throw GANError(
        field: "label-to", expected: "a model with classes, and no --code", got: "\(info.family)")
    }
    let classes = 0..<Int32(info.classes)
    guard classes.contains(label), classes.contains(end) else {
      throw GANError(
        field: "label-to", expected: "--label and --label-to in 0…\(info.classes - 1)",
        got: "\(label) and \(end)")
    }
    options.label = -1
    options.codes = (0..<Int(count)).flatMap { index in
      let share = Float(index) / Float(max(1, count - 1))
      return classes.map { ($0 == label ? 1 - share : 0) + ($0 == end ? share : 0) }
    }
  }

  /// A column for each class, where all are drawn in turn.
  private func columns(of info: ModelInfo) -> Int? {
    let areInTurn = info.conditional && label == -1 && code == nil && labelTo == nil && first == 0
    return areInTurn && info.classes <= 16 ? info.classes : nil
  }

  private func write(_ samples: UnsafeBufferPointer<Float>, of info: ModelInfo) throws {
    let shape = Shape([Int(count)] + info.sampleShape)
    if out.hasSuffix(".npy") { return try writeArray(samples, shape: shape, to: out) }
    let kind = DataKind(rawValue: info.data) ?? .vectors
    if out.hasSuffix(".png") { return try draw(samples, shape, kind, info) }
    if kind == .sounds, out.hasSuffix(".wav") {
      let frames = shape.count / max(1, shape[-1])
      return try writeSound(samples, shape: [frames, shape[-1]], rate: rate(of: info), to: out)
    }
    let ending = kind == .images ? "png" : kind == .sounds ? "wav" : "npy"
    guard let name = out.split(separator: "/").last, !name.contains(".") || out.hasSuffix("/") else {
      let files = kind == .sounds ? ".png, .wav or .npy" : ".png or .npy"
      throw GANError(field: "out", expected: "a name ending in \(files), or a folder", got: out)
    }
    try makeFolder(out)
    let size = samples.count / max(1, Int(count))
    for index in 0..<Int(count) {
      let digits = String(first + Int64(index))
      let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      let sample = UnsafeBufferPointer(rebasing: samples[(index * size)..<((index + 1) * size)])
      let (path, shape) = ("\(out)/\(name).\(ending)", Shape(info.sampleShape))
      switch kind {
      case .images: try writeImage(sample, shape: shape, to: path)
      case .sounds: try writeSound(sample, shape: shape, rate: rate(of: info), to: path)
      default: try writeArray(sample, shape: shape, to: path)
      }
    }
  }

  private func draw(
    _ samples: UnsafeBufferPointer<Float>, _ shape: Shape, _ kind: DataKind, _ info: ModelInfo
  ) throws {
    let columns = columns(of: info)
    switch kind {
    case .images: try writeGrid(samples, shape: shape, columns: columns, to: out)
    case .sounds:
      try writeSpectrograms(samples, shape: shape, rate: rate(of: info), columns: columns, to: out)
    case .series: try writeCurves(samples, shape: shape, columns: columns, to: out)
    default: try writeScatter(samples, dimensions: info.sampleShape.first ?? 1, to: out)
    }
  }

  private func rate(of info: ModelInfo) throws(GANError) -> Int {
    if let rate = rate ?? info.recipe.data?.rate { return rate }
    throw GANError(
      field: "rate", expected: "--rate, since the model does not know its sounds' rate", got: "none")
  }
}
