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
  private let sight: Sight
  /// Of tables: some of the rows that models were trained on.
  private let training: Table?
  private let modes: KnownModes?
  /// Numbers of all of the data's samples; the first `real.count` are those compared with.
  private let order: Buffer<Int>
  private let real: Comparison.Side
  private let workers: Workers

  /// Streams of random numbers.
  private static let orderStream: UInt32 = 0x2000
  private static let classStream: UInt32 = 0x2001
  /// Rows of a model that are made at a time.
  private static let rowsOfPiece = 1024

  /// - Parameters:
  ///   - data: samples that no training saw.
  ///   - training: of tables, the rows that models were trained on, for metrics that look for copies.
  ///   - threads: most that it computes on; 0 for as many as the process has. Figures do not depend on them.
  /// - Throws: `.argument` naming an option, `.unsupported` for features that do not fit the data; `.memory`;
  ///   what a checkpoint of features throws.
  public convenience init(
    against data: Dataset, _ options: EvaluationOptions = .init(), training: Dataset? = nil, threads: Int = 0
  ) throws(GANError) {
    try self.init(against: data, options, training: training.map { Look.Items($0) }, threads: threads)
  }

  init(
    against data: Dataset, _ options: EvaluationOptions, training: Look.Items?, threads: Int
  ) throws(GANError) {
    try options.validate()
    workers = Workers(Execution.pool, most: threads < 1 ? .max : threads)
    self.data = data
    self.options = options
    modes = try Self.knownModes(of: data, options)
    sight = try Sight(of: data, options, workers)
    let named = try options.training.map { (path) throws(GANError) in
      Look.Items(try Dataset.open(path, like: data, field: "training"))
    }
    self.training = try Self.rows(of: training ?? named, beside: data)
    order = try shuffled(data.count, RandomState(seed: options.seed), stream: Self.orderStream)
    let available = options.reference ? data.count / 2 : data.count
    guard available >= 2 else {
      throw GANError(
        field: "data", expected: options.reference ? "4 samples or more" : "2 samples or more",
        got: data.count)
    }
    let count = min(options.count ?? EvaluationOptions.usualCount, available)
    real = try sight.side(of: data, order, 0..<count, keeping: Self.samples(options))
  }

  /// Evenly some of the rows of training; nil where there are none, and for data of other kinds.
  private static func rows(of training: Look.Items?, beside data: Dataset) throws(GANError) -> Table? {
    guard let training, let own = data.table else { return nil }
    guard let table = training.data.table else {
      throw GANError(
        field: "training", expected: "tables, as the data is", got: training.data.kind.rawValue)
    }
    let count = min(training.count, Metric.greatestRecords)
    let rows = try table.rows((0..<count).map { training[$0 * training.count / count] })
    _ = try TableFeatures(own).side(of: rows)
    return rows
  }

  private static func knownModes(of data: Dataset, _ options: EvaluationOptions) throws(GANError)
    -> KnownModes?
  {
    if let modes = options.modes { return modes }
    guard let mixture = data.mixture else { return nil }
    return try KnownModes(name: mixture.name, centres: mixture.centres, deviation: mixture.deviation)
  }

  private var featuresName: String { options.name ?? sight.name }

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
    let count = options.count ?? real.count
    let fake: Comparison.Side
    switch sight {
    case .samples(let extractor):
      if let made = model.program.recipe.data {
        try check(data, kind: made.kind, model.program.sample, "as the model makes them")
      }
      fake = try Comparison.Side(
        count: count, of: data.sampleShape, extractor, keeping: Self.samples(options)
      ) { range, room throws(GANError) in try sample(model, range, averaged: averaged, into: room) }
    case .rows(let features):
      fake = try features.side(of: rows(of: model, count, averaged: averaged))
    }
    var report = try report(fake)
    report.step = model.steps
    return report
  }

  private func sample(
    _ model: Model, _ range: Range<Int>, averaged: Bool, into room: UnsafeMutablePointer<Float>
  ) throws(GANError) {
    var wanted = SampleOptions(
      seed: options.seed, first: Int64(range.lowerBound), count: Int64(range.count))
    wanted.averaged = averaged
    if model.program.isConditional { wanted.labels = labels(range, classes: model.program.recipe.classes) }
    let count = range.count * model.program.sample.count
    try model.sample(wanted, into: UnsafeMutableBufferPointer(start: room, count: count))
  }

  /// A model's rows, as it would write them.
  private func rows(of model: Model, _ count: Int, averaged: Bool) throws(GANError) -> Table {
    guard let schema = model.program.recipe.data?.table else {
      throw GANError(
        field: "data", expected: "\(model.info.data), as the model makes them", got: data.kind.rawValue)
    }
    let rows = try DecodedTable(schema, count: count)
    let width = model.program.sample.count
    let room = try Buffer<Float>(count: min(count, Self.rowsOfPiece) * width, for: "samples")
    defer { withExtendedLifetime(room) {} }
    for first in stride(from: 0, to: count, by: Self.rowsOfPiece) {
      let range = first..<min(count, first + Self.rowsOfPiece)
      try sample(model, range, averaged: averaged, into: room.pointer)
      for row in 0..<range.count {
        rows.append(UnsafeBufferPointer(start: room.pointer + row * width, count: width))
      }
    }
    return rows.table
  }

  /// Figures of other data, such as samples that were written to files.
  ///
  /// - Throws: as `measure(_:averaged:)`.
  public func measure(_ other: Dataset) throws(GANError) -> EvaluationReport {
    if data.table == nil || other.table == nil {
      try check(other, kind: data.kind, data.sampleShape, "as the real ones are")
    }
    guard other.count >= 2 else {
      throw GANError(field: "data", expected: "2 samples or more", got: other.count)
    }
    let order = try shuffled(other.count, RandomState(seed: options.seed), stream: Self.orderStream)
    let count = min(options.count ?? EvaluationOptions.usualCount, other.count)
    return try report(sight.side(of: other, order, 0..<count, keeping: Self.samples(options)))
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
    try sight.side(of: data, order, real.count..<2 * real.count, keeping: Self.samples(options))
  }

  private func figures(of fake: Comparison.Side) throws(GANError) -> (
    figures: [MetricValue], leftOut: [EvaluationReport.LeftOut]
  ) {
    let comparison = try Comparison(
      real: real, fake: fake, features: featuresName, kind: data.kind, shape: data.sampleShape, modes: modes,
      endToken: data.vocabulary?.end, training: training, seed: options.seed, neighbours: options.neighbours,
      workers: workers)
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
