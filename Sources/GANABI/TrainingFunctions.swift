// gan.h 3: Training

import CGAN
import GAN

/// One step on the caller's batch: the discriminator is updated on it, and the generator every k-th
/// call (the recipe's k), which the figures say. The batch has the model's sample shape and the
/// recipe's batch size or any other; values have to be finite. out_stats may be NULL; else set its
/// struct_size (gan_step_stats_init) before the call.
///
/// A step whose loss or gradient is not finite leaves the weights as before and says so in verdict. When
/// the next one is no better the model goes back to its last snapshot and all learning rates are halved;
/// after three times without a good stretch between, DIVERGED (the recipe's "health" has the numbers).
@_cdecl("gan_model_train_step")
public func gan_model_train_step(
  _ model: gan_model, _ real: UnsafePointer<gan_batch>?, _ outStats: UnsafeMutablePointer<gan_step_stats>?
) -> gan_status {
  answer { () throws(GANError) in
    if let outStats { try writeStruct(gan_step_stats(), to: outStats, "out_stats") }
    let batch: gan_batch = try callerStruct(real, "real")
    let borrowed = try batch.borrowed("real")
    let statistics = try withModel(model) { (model) throws(GANError) in
      var verdict = try model.verdict.rawValue
      let statistics = try model.trainStep(borrowed)
      warn(of: statistics, model, &verdict)
      return statistics
    }
    if let outStats { try writeStruct(gan_step_stats(statistics), to: outStats, "out_stats") }
  }
}

/// Trains until the model has made options->steps steps in all (those before a save and load
/// included), or options->seconds are over, or the callback or gan_model_cancel stops it, which
/// answers CANCELLED and loses nothing. The samples are shuffled by the recipe's seed: going on after
/// a load gives bit for bit what training in one piece gives.
///
/// With "evaluation": {"every": N} in its recipe the model is measured against held-out data every N steps,
/// options->best_path has the best checkpoint, and with a "patience" training ends, with GAN_OK, when that many
/// evaluations in a row have found nothing better.
///
/// on_step may be NULL. It is called on this thread every report_interval steps and after the last.
@_cdecl("gan_model_train")
public func gan_model_train(
  _ model: gan_model, _ data: gan_dataset, _ options: UnsafePointer<gan_train_options>?,
  _ onStep: gan_step_callback?, _ user: UnsafeMutableRawPointer?
) -> gan_status {
  answer { () throws(GANError) in
    let given: gan_train_options = try callerStruct(options, "options")
    let options = try given.checked("options")
    let best = try given.best_path.map { (path) throws(GANError) in try callerPath(path, "options->best_path")
    }
    try withModel(model) { (model) throws(GANError) in
      try withDatasets(data, given.held_out) { (data, heldOut) throws(GANError) in
        log(GAN_LOG_INFO, "training on \(data.count) samples from step \(model.steps)")
        var options = options
        options.heldOut = heldOut
        options.best = best
        var verdict = try model.verdict.rawValue
        try model.train(on: data, options) { statistics in
          warn(of: statistics, model, &verdict)
          guard let onStep else { return true }
          var stats = gan_step_stats(statistics)
          return onStep(user, &stats) == 0
        }
        log(GAN_LOG_INFO, "trained to step \(model.steps)")
      }
    }
  }
}

/// A JSON object about the state of the training: "verdict" (a name) and "code" (a GAN_VERDICT), the step
/// "since" which it holds, the figures that speak for it ("evidence"), one line of "advice", and the latest
/// "signals" of the samples. Two calls: see the rules for texts above.
@_cdecl("gan_model_health")
public func gan_model_health(
  _ model: gan_model, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let text = try withModel(model) { (model) throws(GANError) in try JSON(encoding: model.health).compact }
    try output.write(text)
  }
}

/// Runs `body` with the data to train on and, where the handle is not 0, that to judge by.
private func withDatasets(
  _ data: gan_dataset, _ heldOut: gan_dataset, _ body: (Dataset, Dataset?) throws(GANError) -> Void
) throws(GANError) {
  try Registry.shared.withObject(data, .dataset) { (data: Dataset) throws(GANError) in
    try withDataset(heldOut) { (heldOut) throws(GANError) in try body(data, heldOut) }
  }
}

/// Logs a step that was left out, and verdicts when they change.
private func warn(of statistics: StepStatistics, _ model: Model, _ verdict: inout Int32) {
  if statistics.verdict == Verdict.nonFinite.rawValue {
    let done = statistics.wentBack ? "went back to the last snapshot" : "update left out"
    return log(GAN_LOG_WARNING, "step \(statistics.step): a loss or gradient was not finite; \(done)")
  }
  guard statistics.verdict != verdict, let health = try? model.health else { return }
  verdict = statistics.verdict
  let level = Verdict(rawValue: verdict)?.isAlarm == true ? GAN_LOG_WARNING : GAN_LOG_INFO
  log(level, "step \(statistics.step): \(health.line)")
}

extension gan_train_options {
  /// The library's own options. Throws `.argument` for what is out of range.
  fileprivate func checked(_ field: String) throws(GANError) -> TrainOptions {
    guard steps >= 0 else {
      throw GANError(field: "\(field)->steps", expected: "0 (the recipe's) or more, in all", got: steps)
    }
    guard seconds.isFinite, seconds >= 0 else {
      throw GANError(field: "\(field)->seconds", expected: "0 (no bound) or more", got: seconds)
    }
    guard report_interval >= 0 else {
      throw GANError(field: "\(field)->report_interval", expected: "1 or more", got: report_interval)
    }
    var options = TrainOptions()
    options.steps = steps
    options.seconds = seconds
    options.reportInterval = max(1, report_interval)
    return options
  }
}

extension gan_step_stats {
  init(_ statistics: StepStatistics) {
    self.init()
    struct_size = UInt32(MemoryLayout<gan_step_stats>.size)
    verdict = statistics.verdict
    step = statistics.step
    discriminator_loss = statistics.discriminatorLoss
    generator_loss = statistics.generatorLoss
    score_real = statistics.scoreReal
    score_fake = statistics.scoreFake
    accuracy = statistics.accuracy
    discriminator_gradient_norm = statistics.discriminatorGradientNorm
    generator_gradient_norm = statistics.generatorGradientNorm
    seconds = statistics.seconds
    generator_updated = statistics.generatorUpdated ? 1 : 0
    class_accuracy = statistics.classAccuracy
    information = statistics.information
    balance = statistics.balance
    convergence = statistics.convergence
    held_out_share = statistics.signals?.heldOutShare ?? .nan
    diversity = statistics.signals?.diversity ?? .nan
    coverage = statistics.signals?.coverage ?? .nan
    nearest = statistics.signals?.nearest ?? .nan
    fake_slope = statistics.signals?.fakeSlope ?? .nan
    rate_factor = statistics.rateFactor
    went_back = statistics.wentBack ? 1 : 0
  }
}
