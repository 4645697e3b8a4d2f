import Datasets
import Graphs
import Plans
import Synchronization

/// A model: networks with their weights, and everything needed to train them on.
///
/// Sampling, applying, saving and asking may go on from many threads at once. Training is alone: a
/// conflict throws `.busy`, except that the thread that trains may use the model from `onStep`.
public final class Model: @unchecked Sendable {
  let program: TrainingProgram
  let weights: Weights
  let sampler: Sampler
  let lock = AccessLock()
  let keptRows = KeptRows()
  private let share = ThreadShare()
  /// Set by any thread, or by a signal handler.
  private let cancelled = Atomic(false)
  /// Steps made and the run's length, as other threads may see them while it is being trained.
  private let shownStep: Atomic<Int64>
  private let totalSteps: Atomic<Int64>
  // Guarded by `lock`.
  private var counters: Counters
  var rateFactor: Double { counters.rateFactor }
  private var trainers: [Trainer] = []
  var watch: HealthWatch
  /// What evaluations have found.
  var progress = EvaluationProgress()

  /// A new model with weights drawn from the recipe's seed.
  ///
  /// - Parameter data: fills in what the recipe leaves to the data.
  ///
  /// Under a memory limit, what training at the recipe's batch takes is counted and taken at once, so that
  /// a model that could not be trained is refused here.
  ///
  /// - Throws: `.argument` naming a key of the recipe, `.memory`, `.unsupported`.
  public init(recipe: Recipe, data: Dataset? = nil) throws(GANError) {
    program = try TrainingProgram(recipe.resolved(for: data))
    try program.recipe.precision.validate()
    let compiled = try Self.compileWithinLimit(program)
    weights = try Weights(program.groups)
    weights.initialize(program.groups, seed: program.recipe.seed)
    sampler = Sampler(program, weights, share)
    counters = Counters()
    watch = HealthWatch(program, HealthMonitor())
    shownStep = Atomic(0)
    totalSteps = Atomic(program.recipe.steps)
    if let compiled {
      trainers = [try Trainer(program, weights, share, batch: program.recipe.batch, compiled)]
    }
  }

  /// The plans of training, where there is a limit that they have to keep.
  ///
  /// - Throws: `.memory` when they and the weights would not, saying how much they need.
  private static func compileWithinLimit(_ program: TrainingProgram) throws(GANError) -> [Trainer.Compiled]? {
    guard let left = MemoryLimit.left else { return nil }
    let weights = Weights.byteCount(program.groups)
    try refuse("weights and moments", weights, left)
    let batch = program.recipe.batch
    let compiled = try Trainer.compile(program, batch: batch, program.allParts)
    let training =
      Trainer.byteCount(program, batch: batch, compiled) + HealthWatch.byteCount(program, weights)
    let parts = "weights and moments \(weights), training at batch \(batch) \(training)"
    try refuse(parts, weights + training, left)
    return compiled
  }

  private static func refuse(_ parts: String, _ needed: Int, _ left: Int) throws(GANError) {
    guard needed > left else { return }
    throw GANError(
      .memory, "model",
      "needs \(needed) bytes (\(parts)), the memory limit of \(MemoryLimit.bytes) leaves \(left)")
  }

  /// A saved model: a checkpoint file, or a run directory with one.
  ///
  /// - Throws: `.io`, `.memory`, `.format` naming the path and the part.
  public init(path: String) throws(GANError) {
    let file = isFolder(path) ? RunDirectory.checkpoint(in: path) : path
    let checkpoint = try Checkpoint(reading: file)
    program = try checkpoint.program()
    weights = try Weights(program.groups, from: checkpoint)
    sampler = Sampler(program, weights, share)
    counters = checkpoint.counters
    watch = HealthWatch(program, checkpoint.monitor)
    progress = checkpoint.progress
    shownStep = Atomic(checkpoint.counters.step)
    totalSteps = Atomic(program.recipe.steps)
  }

  /// The complete recipe; its steps are those of the last training.
  public var recipe: Recipe {
    var recipe = program.recipe
    recipe.steps = totalSteps.load(ordering: .relaxed)
    return recipe
  }

  /// Steps made so far.
  public var steps: Int64 { shownStep.load(ordering: .relaxed) }

  /// Writes a checkpoint, atomically.
  ///
  /// - Throws: `.io`, with what was at `path` untouched; `.busy`.
  public func save(to path: String) throws(GANError) {
    try lock.read { () throws(GANError) in
      try weights.complete()
      guard weights.areFinite else {
        throw GANError(
          .diverged, "weights", "expected finite numbers to save, got others; \(path) is as it was")
      }
      try Checkpoint.write(weights, recipe, counters, watch.monitor, progress, to: path)
      // A run that goes on from this file can only go back to it, and both are to do the same.
      watch.snapshotIsDue.store(true, ordering: .relaxed)
    }
  }

  /// Most threads that one call of this model computes on, from 1; 0 for as many as the process has
  /// (see `Execution`). With 1, a call computes on its own thread and never waits for other callers.
  /// May be changed at any time; results do not depend on it, and it is not saved.
  public var threads: Int {
    get { share.most.load(ordering: .relaxed) == .max ? 0 : share.most.load(ordering: .relaxed) }
    set { share.most.store(newValue < 1 ? .max : newValue, ordering: .relaxed) }
  }

  /// Makes a training that runs stop after its step, with `.cancelled`; from any thread.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }
}

// MARK: - Training

extension Model {
  /// One step on the caller's samples: the discriminator learns from them, and every k-th time the
  /// generator follows. The batch may be of any size.
  ///
  /// - Throws: `.argument` for samples that do not fit; `.busy`; `.diverged` when too many steps in a
  ///   row had numbers that were not finite. The weights are never touched by those.
  public func trainStep(_ batch: Batch) throws(GANError) -> StepStatistics {
    guard program.recipe.data?.table == nil else {
      throw GANError(
        .unsupported, "batch", "a model of tables draws its rows from a data set: expected training on one")
    }
    return try lock.train { () throws(GANError) in
      try check(batch)
      let trainer = try trainer(batch: batch.count)
      let kind = program.recipe.data?.kind ?? .vectors
      batch.copyValues(as: kind, into: trainer.sampleValues)
      for index in 0..<batch.count { trainer.setLabel(batch.labels?[index] ?? -1, at: index) }
      try watch.begin(batch, beforeStep: counters.step + 1)
      defer { watch.end() }
      try watch.prepare(weights, counters)
      return try step(trainer)
    }
  }

  private func check(_ batch: Batch) throws(GANError) {
    let classes = program.recipe.data?.classes ?? 0
    let need = program.family.labels
    try batch.validate(
      sample: program.sample, classes: classes > 0 ? classes : nil, unlabelled: need == .some)
    try Bounds.check(batch.count, 1...Bounds.batch, "batch.shape[0]")
    if let vocabulary = program.recipe.data?.vocabulary { try batch.validateTokens(of: vocabulary) }
    if need == .all && batch.labels == nil {
      throw GANError(field: "batch.labels", expected: "\(batch.count) labels", got: "none")
    }
  }

  private func step(_ trainer: Trainer) throws(GANError) -> StepStatistics {
    guard counters.step < Bounds.steps else {
      throw GANError(field: "steps", expected: "at most \(Bounds.steps)", got: counters.step)
    }
    var statistics = try trainer.step(&counters, of: totalSteps.load(ordering: .relaxed))
    shownStep.store(counters.step, ordering: .relaxed)
    try watch.follow(&statistics, sampler, weights, &counters)
    return statistics
  }

  private func trainer(batch: Int) throws(GANError) -> Trainer {
    if let known = trainers.first(where: { $0.batch == batch }) { return known }
    let made = try Trainer(program, weights, share, batch: batch)
    // Two sizes are usual, a full batch and a caller's last one; more would only hold memory.
    if trainers.count >= 2 { trainers.removeFirst() }
    trainers.append(made)
    return made
  }

  /// Trains up to a step. Batches follow from the recipe's seed, so that training in pieces gives
  /// bit for bit what training in one gives.
  ///
  /// - Parameter onStep: called on this thread every `reportInterval` steps and after the last;
  ///   false stops.
  /// - Throws: `.cancelled` when stopped by `onStep` or `cancel`; `.argument` when the data does not
  ///   fit; `.busy`; `.diverged`. What was learnt until then stays.
  public func train(
    on data: Dataset, _ options: TrainOptions, onStep: ((StepStatistics) -> Bool)? = nil
  ) throws(GANError) {
    try options.validate()
    _ = try program.recipe.resolved(for: data)
    let data = try reading(data)
    try checkLabels(data)
    var options = options
    options.heldOut = try options.heldOut.map { (other) throws(GANError) in
      try program.recipe.data?.read(other) ?? other
    }
    try check(heldOut: options.heldOut)
    try lock.train { () throws(GANError) in
      cancelled.store(false, ordering: .relaxed)
      if options.steps > 0 { totalSteps.store(options.steps, ordering: .relaxed) }
      let total = totalSteps.load(ordering: .relaxed)
      let recipe = program.recipe
      let trainer = try trainer(batch: recipe.batch)
      let parts = options.heldOut == nil ? try recipe.evaluation.partition(data, seed: recipe.seed) : nil
      let heldOut = options.heldOut ?? parts?.heldOut
      let source = try source(data, recipe, among: parts?.training)
      try source.seek(toBatch: counters.batches)
      let end = options.seconds > 0 ? now() + options.seconds : .infinity
      let items = Look.Items(data, among: parts?.training)
      let evaluation = try evaluation(against: heldOut, training: items)
      try watch.begin(items, heldOut: heldOut)
      defer { watch.end() }
      while counters.step < total {
        try watch.prepare(weights, counters)
        load(try source.next(), into: trainer)
        counters.batches += 1
        var statistics = try step(trainer)
        if let evaluation { try evaluate(evaluation, &statistics, bestAt: options.best) }
        let isLast = counters.step == total || now() >= end || statistics.endsEarly
        if isLast || counters.step % options.reportInterval == 0, onStep?(statistics) == false {
          throw GANError(.cancelled, "training", "stopped by its caller after step \(counters.step)")
        }
        if cancelled.load(ordering: .relaxed) {
          throw GANError(.cancelled, "training", "cancelled after step \(counters.step)")
        }
        if isLast { break }
      }
    }
  }

  /// Nil where the recipe asks for none.
  private func evaluation(against heldOut: Dataset?, training: Look.Items) throws(GANError) -> Evaluation? {
    let plan = program.recipe.evaluation
    guard plan.every > 0, program.recipe.kind == .gan else { return nil }
    guard let heldOut else {
      throw GANError(
        field: "evaluation.held-out", expected: "samples to measure by, beside `every`", got: "none")
    }
    return try Evaluation(against: heldOut, plan.options, training: training, threads: threads)
  }

  /// Measures where it is time to, and keeps the best.
  private func evaluate(
    _ evaluation: Evaluation, _ statistics: inout StepStatistics, bestAt path: String?
  ) throws(GANError) {
    let plan = program.recipe.evaluation
    guard counters.step % plan.every == 0 else { return }
    let report: EvaluationReport
    do throws(GANError) {
      report = try evaluation.measure(self)
    } catch {
      // Samples of a run that diverges can be infinite: there is nothing to measure, and nothing better.
      guard error.kind == .diverged else { throw error }
      return
    }
    statistics.evaluation = report
    guard let first = report.figures.first else { return }
    statistics.isBest = progress.note(first, step: counters.step)
    if statistics.isBest, let path { try save(to: path) }
    statistics.endsEarly = plan.patience > 0 && progress.worse >= plan.patience
  }

  private func check(heldOut: Dataset?) throws(GANError) {
    guard let heldOut else { return }
    let kind = program.recipe.data?.kind
    if let schema = program.recipe.data?.table, let table = heldOut.table {
      return try schema.check(table, "held-out data")
    }
    guard heldOut.sampleShape == program.sample, heldOut.kind == kind else {
      throw GANError(
        field: "held-out data", expected: "samples like the model's, \(program.sample)",
        got: "\(heldOut.kind.rawValue) of \(heldOut.sampleShape)")
    }
    guard heldOut.classes <= max(1, program.recipe.classes) || program.recipe.classes == 0 else {
      throw GANError(
        field: "held-out data", expected: "labels of \(program.recipe.classes) classes", got: heldOut.classes)
    }
  }

  private func source(_ data: Dataset, _ recipe: Recipe, among: Buffer<UInt32>?) throws(GANError)
    -> BatchSource
  {
    if let table = data.table, let schema = recipe.data?.table {
      return try BatchSource(
        EncodedTable(table, schema, among: among), batch: recipe.batch, seed: recipe.seed)
    }
    return try BatchSource(
      data, batch: recipe.batch, seed: recipe.seed, flip: recipe.flip,
      labelled: program.family.labelledSamples(recipe), among: among)
  }

  private func checkLabels(_ data: Dataset) throws(GANError) {
    let need = program.family.labels
    guard need != .none else { return }
    let classes = program.recipe.classes
    guard data.labels != nil else { throw GANError(field: "data", expected: "labels", got: "none") }
    guard data.classes <= classes else {
      throw GANError(field: "data", expected: "labels of \(classes) classes", got: data.classes)
    }
    guard need == .some || data.labelledCount == data.count else {
      throw GANError(
        field: "data", expected: "a label for every sample", got: "\(data.count - data.labelledCount) without"
      )
    }
  }

  private func load(_ loaded: LoadedBatch, into trainer: Trainer) {
    if let base = loaded.values.baseAddress {
      trainer.sampleValues.update(from: base, count: loaded.values.count)
    }
    if let labels = loaded.labels {
      for index in labels.indices { trainer.setLabel(labels[index], at: index) }
    }
  }
}
