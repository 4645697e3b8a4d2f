import Datasets
import Glibc
import Graphs
import Plans

/// The folder of a training run: `recipe.json`, `stats.jsonl` with one object a report, `samples/` with
/// a picture from the same latents at every interval, `checkpoint.safetensors`, `best.safetensors` where
/// the recipe has metrics to go by, `log.txt`, and `report.html`, which shows all of it.
///
/// Everything but the log and the statistics is written whole or not at all; those two grow by lines.
public final class RunDirectory {
  /// The folder, as given.
  public let path: String
  private var shown = Report()
  private var began = (step: Int64(0), time: 0.0)

  /// Samples in a picture, of this seed.
  private static let pictureCount: Int64 = 64
  private static let pointCount: Int64 = 2000
  /// Of a picture with a column for each class.
  private static let pictureRows = 8
  private static let pictureSeed: UInt64 = 0
  /// Of spectrograms of sounds whose rate nobody said.
  private static let usualRate = 16_000

  /// The checkpoint of the run in the folder `path`.
  public static func checkpoint(in path: String) -> String { path + "/checkpoint.safetensors" }
  /// Where training keeps the checkpoint with the best figure: `TrainOptions.best`.
  public var best: String { path + "/best.safetensors" }
  /// Where `save` writes.
  public var checkpoint: String { Self.checkpoint(in: path) }
  /// Whether there is one to go on from.
  public var hasCheckpoint: Bool { exists(checkpoint) }

  /// Makes the folder where it is not there yet.
  ///
  /// - Throws: `.io`.
  public init(_ path: String) throws(GANError) {
    self.path = path
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw GANError(
        .io, field: "run directory", expected: "a path", got: path.isEmpty ? "none" : "a zero byte")
    }
    try Self.makeFolder(path)
    try Self.makeFolder(path + "/samples")
  }

  private static func makeFolder(_ path: String) throws(GANError) {
    if mkdir(path, 0o777) == 0 { return }
    let reason = systemReason()
    guard isFolder(path) else { throw GANError(.io, path, "cannot make a folder: \(reason)") }
  }

  /// Notes a run's beginning: its recipe, and statistics without lines beyond the model's step, which
  /// a run that was stopped between two checkpoints leaves.
  ///
  /// - Throws: `.io`.
  public func begin(_ model: Model) throws(GANError) {
    try atomicWrite(path + "/recipe.json", text: JSON(encoding: model.recipe).indented)
    let file = path + "/stats.jsonl"
    if exists(file) {
      let bytes = try readFile(file, limit: 1 << 32, mayBeEmpty: true)
      let text = withExtendedLifetime(bytes) { String(decoding: bytes.elements, as: UTF8.self) }
      let kept = text.split(separator: "\n").filter { line in
        guard let report = try? JSON(parsing: String(line)), let step = report["step"]?.integer(Int64.self),
          step <= model.steps
        else { return false }
        shown.note(report)
        return true
      }
      try atomicWrite(file, text: kept.map { $0 + "\n" }.joined())
    }
    try recallEvents(to: model.steps)
    began = (model.steps, now())
    try log(model.steps == 0 ? "begins" : "goes on after step \(model.steps)")
  }

  /// Brings what the log says of a run that goes on back into the report.
  private func recallEvents(to step: Int64) throws(GANError) {
    let file = path + "/log.txt"
    guard exists(file), step > 0 else { return }
    // A log beyond this is not worth the reading.
    guard let bytes = try? readFile(file, limit: 1 << 24, mayBeEmpty: true) else { return }
    let text = withExtendedLifetime(bytes) { String(decoding: bytes.elements, as: UTF8.self) }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, words[1] == "step", words[2].hasSuffix(":"),
        let at = Int64(words[2].dropLast()),
        at <= step
      else { continue }
      shown.note(event: String(words[3]), at: at)
    }
  }

  /// Appends a report to `stats.jsonl`.
  ///
  /// - Throws: `.io`.
  public func report(_ statistics: StepStatistics) throws(GANError) {
    let line = statistics.json
    shown.note(line)
    try append(line.compact + "\n", to: path + "/stats.jsonl")
  }

  /// Notes what happened, for the log and the report.
  ///
  /// - Throws: `.io`.
  public func note(_ line: String, at step: Int64) throws(GANError) {
    shown.note(event: line, at: step)
    try log("step \(step): \(line)")
  }

  /// Writes `report.html`: one page that needs nothing else.
  ///
  /// - Parameter ended: whether the training is over.
  /// - Throws: `.io`, with the last one untouched; `.busy`.
  public func writeReport(_ model: Model, ended: Bool = false) throws(GANError) {
    let rate = Double(model.steps - began.step) / max(1e-9, now() - began.time)
    let speed = rate >= 10 ? "\(Int(rate.rounded())) steps/s" : "\((rate * 100).rounded() / 100) steps/s"
    let data = try shown.data(model, folder: path, state: ended ? "ended" : "running, written", speed: speed)
    let page = Report.page(data, title: Report.title(model.recipe, path))
    try atomicWrite(path + "/report.html", text: page)
  }

  /// Appends a line to `log.txt`.
  ///
  /// - Throws: `.io`.
  public func log(_ line: String) throws(GANError) {
    try append("\(timeStamp()) \(line)\n", to: path + "/log.txt")
  }

  private func append(_ text: String, to file: String) throws(GANError) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw GANError(.io, file, "cannot write: \(systemReason())") }
    defer { close(descriptor) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw GANError(.io, file, "cannot write: \(systemReason())") }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Writes the checkpoint.
  ///
  /// - Throws: `.io`, with the last one untouched; `.busy`.
  public func save(_ model: Model) throws(GANError) { try model.save(to: checkpoint) }

  /// Draws the model's samples as `samples/STEP.png`: a grid of images, of sounds' spectrograms or of
  /// series, or the first two coordinates of vectors; text and tables as rows, `samples/STEP.txt` and `.csv`. Of a conditional model
  /// every column is a class, of InfoGAN a value of its first
  /// categorical code. A classifier has none.
  ///
  /// - Throws: `.io`, `.busy`, `.memory`.
  public func picture(_ model: Model) throws(GANError) {
    guard model.recipe.kind == .gan, let data = model.recipe.data else { return }
    let digits = String(model.steps)
    let name = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
    if data.rows() != nil {
      let rows = try model.sampleRows(SampleOptions(seed: Self.pictureSeed, count: Self.pictureCount))
      return try rows.withBytes { (bytes) throws(GANError) in
        try writeText(bytes, to: "\(path)/samples/\(name).\(data.kind == .tables ? "csv" : "txt")")
      }
    }
    let file = "\(path)/samples/\(name).png"
    let isGrid = data.kind != .vectors
    let columns = isGrid ? model.pictureColumns : nil
    var options = SampleOptions(seed: Self.pictureSeed, count: isGrid ? Self.pictureCount : Self.pointCount)
    if let columns {
      options.count = Int64(columns * Self.pictureRows)
      model.fillColumns(of: &options, columns)
    }
    let values = try Buffer<Float>(count: model.sampleCount(options), for: file)
    defer { withExtendedLifetime(values) {} }
    try model.sample(options, into: values.elements)
    let samples = UnsafeBufferPointer(values.elements)
    let shape = Shape([Int(options.count)] + data.shape)
    switch data.kind {
    case .images: try writeGrid(samples, shape: shape, columns: columns, to: file)
    case .sounds:
      try writeSpectrograms(
        samples, shape: shape, rate: data.rate ?? Self.usualRate, columns: columns, to: file)
    case .series: try writeCurves(samples, shape: shape, columns: columns, to: file)
    case .vectors, .text, .tables: try writeScatter(samples, dimensions: data.shape.first ?? 1, to: file)
    }
  }
}

/// The time in UTC, as `2026-01-31T12:00:00Z`.
func timeStamp() -> String {
  var time = time(nil)
  var parts = tm()
  gmtime_r(&time, &parts)
  var stamp = [CChar](repeating: 0, count: 32)
  strftime(&stamp, stamp.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
  return stamp.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}

extension Model {
  /// More classes than this are not shown.
  private static let greatestColumns = 16

  /// Columns of a picture: classes, or values of the first categorical code; nil where there are
  /// neither.
  fileprivate var pictureColumns: Int? {
    switch program.conditions {
    case .classes(let count): min(count, Self.greatestColumns)
    case .codes(let categorical, _): categorical.first.map { min($0, Self.greatestColumns) }
    case .none, .choices: nil
    }
  }

  /// Gives every column its class, or its value of the first code; the others are drawn, alike in a row.
  fileprivate func fillColumns(of options: inout SampleOptions, _ columns: Int) {
    let samples = 0..<Int(options.count)
    guard case .codes(let categorical, let continuous) = program.conditions else {
      options.labels = samples.map { Int32($0 % columns) }
      return
    }
    let random = RandomState(seed: options.seed, step: .max - 2)
    options.codes = samples.flatMap { sample in
      (0..<categorical.count + continuous).map { place in
        let drawn = random.uniform(UInt64(sample / columns), stream: UInt32(place))
        if place == 0, !categorical.isEmpty { return Float(sample % columns) }
        guard place < categorical.count else { return Float(2 * drawn - 1) }
        return Float(min(categorical[place] - 1, Int(drawn * Double(categorical[place]))))
      }
    }
  }
}
