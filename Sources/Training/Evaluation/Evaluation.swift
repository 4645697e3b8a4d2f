import Datasets
import Graphs
import Metrics

/// Measures models, or other data, against a fixed set of real samples, as often as wanted: what the real ones
/// look like in the chosen features is computed once. One thread at a time.
///
///     let evaluation = try Evaluation(against: heldOut, options)
///     try model.train(on: data, TrainOptions(reportInterval: 500)) { _ in
///       print((try? evaluation.measure(model))?["coverage"]?.value ?? .nan)
///       return true
///     }
public final class Evaluation {
  private let data: Dataset
  private let options: EvaluationOptions
  private let extractor: any FeatureExtractor
  private let modes: KnownModes?
  /// Numbers of all of the data's samples; the first `real.count` are those compared with.
  private let order: Buffer<Int>
  private let real: Comparison.Side
  private let workers: Workers

  /// Streams of random numbers.
  private static let orderStream: UInt32 = 0x2000
  private static let classStream: UInt32 = 0x2001

  /// - Parameters:
  ///   - data: samples that no training saw.
  ///   - threads: most that it computes on; 0 for as many as the process has. Figures do not depend on them.
  /// - Throws: `.argument` naming an option, `.unsupported` for features that do not fit the data; `.memory`;
  ///   what a checkpoint of features throws.
  public init(against data: Dataset, _ options: EvaluationOptions = .init(), threads: Int = 0)
    throws(GANError)
  {
    try options.validate()
    guard data.kind != .tables else {
      throw GANError(
        .unsupported, "data", "tables have no measures here: expected images, sounds, vectors or series")
    }
    workers = Workers(Execution.pool, most: threads < 1 ? .max : threads)
    self.data = data
    self.options = options
    modes = try Self.knownModes(of: data, options)
    extractor = try Self.extractor(for: data, options, workers)
    order = try shuffled(data.count, RandomState(seed: options.seed), stream: Self.orderStream)
    let available = options.reference ? data.count / 2 : data.count
    guard available >= 2 else {
      throw GANError(
        field: "data", expected: options.reference ? "4 samples or more" : "2 samples or more",
        got: data.count)
    }
    let taken = order
    real = try Comparison.Side(
      count: min(options.count ?? EvaluationOptions.usualCount, available), of: data.sampleShape, extractor,
      keeping: Self.samples(options)
    ) { range, room in data.copySamples(range, in: taken, into: room) }
  }

  private static func knownModes(of data: Dataset, _ options: EvaluationOptions) throws(GANError)
    -> KnownModes?
  {
    if let modes = options.modes { return modes }
    guard let mixture = data.mixture else { return nil }
    return try KnownModes(name: mixture.name, centres: mixture.centres, deviation: mixture.deviation)
  }

  private static func extractor(
    for data: Dataset, _ options: EvaluationOptions, _ workers: Workers
  ) throws(GANError) -> any FeatureExtractor {
    switch options.features ?? (data.kind == .images ? "random" : "raw") {
    case "random": return try RandomFeatures(data.sampleShape, workers)
    case "raw": return RawFeatures(data.sampleShape)
    case let path:
      let classifier = try Model(path: path)
      classifier.threads = workers.most == .max ? 0 : workers.most
      return try ClassifierFeatures(classifier, sample: data.sampleShape)
    }
  }

  private var featuresName: String { options.name ?? extractor.name }

  /// Samples that the chosen metrics want to see.
  private static func samples(_ options: EvaluationOptions) -> Int {
    (options.metrics ?? Metric.all).map(\.samples).max() ?? 0
  }
}

extension Evaluation {
  /// Figures of a model's samples: of classes as the real ones have them, where the model takes labels.
  ///
  /// - Parameter averaged: of its averaged weights, where it has them.
  /// - Throws: `.argument` for a model of other samples, `.unsupported` for one that generates nothing or for
  ///   a metric that does not fit; `.diverged` for samples that are not finite; `.busy`, `.memory`.
  public func measure(_ model: Model, averaged: Bool = true) throws(GANError) -> EvaluationReport {
    if let made = model.program.recipe.data {
      try check(data, kind: made.kind, model.program.sample, "as the model makes them")
    }
    let fake = try Comparison.Side(
      count: options.count ?? real.count, of: data.sampleShape, extractor, keeping: Self.samples(options)
    ) { range, room throws(GANError) in
      var wanted = SampleOptions(
        seed: options.seed, first: Int64(range.lowerBound), count: Int64(range.count))
      wanted.averaged = averaged
      if model.program.isConditional { wanted.labels = labels(range, classes: model.program.recipe.classes) }
      let room = UnsafeMutableBufferPointer(start: room, count: range.count * data.sampleShape.count)
      try model.sample(wanted, into: room)
    }
    var report = try report(fake)
    report.step = model.steps
    return report
  }

  /// Figures of other data, such as samples that were written to files.
  ///
  /// - Throws: as `measure(_:averaged:)`.
  public func measure(_ other: Dataset) throws(GANError) -> EvaluationReport {
    try check(other, kind: data.kind, data.sampleShape, "as the real ones are")
    guard other.count >= 2 else {
      throw GANError(field: "data", expected: "2 samples or more", got: other.count)
    }
    let order = try shuffled(other.count, RandomState(seed: options.seed), stream: Self.orderStream)
    let fake = try Comparison.Side(
      count: min(options.count ?? EvaluationOptions.usualCount, other.count), of: data.sampleShape, extractor,
      keeping: Self.samples(options)
    ) { range, room in other.copySamples(range, in: order, into: room) }
    return try report(fake)
  }

  private func check(_ data: Dataset, kind: DataKind, _ sample: Shape, _ why: String) throws(GANError) {
    guard data.kind == kind, data.sampleShape == sample else {
      throw GANError(
        field: "data", expected: "\(kind.rawValue) \(sample), \(why)",
        got: "\(data.kind.rawValue) \(data.sampleShape)")
    }
  }

  private func report(_ fake: Comparison.Side) throws(GANError) -> EvaluationReport {
    let found = try figures(of: fake)
    var report = EvaluationReport(
      figures: found.figures, leftOut: found.leftOut, features: featuresName, count: fake.count,
      realCount: real.count, seed: options.seed)
    if options.reference { report.reference = try figures(of: others()).figures }
    return report
  }

  /// Real samples that are not among those compared with.
  private func others() throws(GANError) -> Comparison.Side {
    try Comparison.Side(
      count: real.count, of: data.sampleShape, extractor, keeping: Self.samples(options)
    ) { range, room in
      let next = range.lowerBound + real.count..<range.upperBound + real.count
      data.copySamples(next, in: order, into: room)
    }
  }

  private func figures(of fake: Comparison.Side) throws(GANError) -> (
    figures: [MetricValue], leftOut: [EvaluationReport.LeftOut]
  ) {
    let comparison = try Comparison(
      real: real, fake: fake, features: featuresName, kind: data.kind, shape: data.sampleShape, modes: modes,
      endToken: data.vocabulary?.end, seed: options.seed, neighbours: options.neighbours, workers: workers)
    var figures: [MetricValue] = []
    var leftOut: [EvaluationReport.LeftOut] = []
    for metric in options.metrics ?? Metric.all {
      if options.metrics == nil, let lack = metric.lack(in: comparison) {
        leftOut.append(.init(metric: metric.name, reason: "needs \(lack)"))
      } else {
        figures += try metric.values(of: comparison)
      }
    }
    return (figures, leftOut)
  }

  /// Classes of generated samples: those of the real ones, or drawn evenly where these have none that the
  /// model knows.
  private func labels(_ range: Range<Int>, classes: Int) -> [Int32] {
    range.map { index in
      let label = data.label(of: order.pointer[index % real.count])
      if label >= 0, label < classes { return label }
      let place = RandomState(seed: options.seed).uniform(UInt64(index), stream: Self.classStream)
      return Int32(place * Double(classes))
    }
  }
}

extension Dataset {
  /// Writes the samples at places `range` of an order.
  fileprivate func copySamples(
    _ range: Range<Int>, in order: Buffer<Int>, into room: UnsafeMutablePointer<Float>
  ) {
    for (place, index) in range.enumerated() {
      copySample(order.pointer[index], into: room + place * sampleShape.count)
    }
  }
}
