// gan.h 3: Training

import CGAN
import GAN

/// One step on the caller's batch: the discriminator is updated on it, and the generator every k-th
/// call (the recipe's k), which the figures say. The batch has the model's sample shape and the
/// recipe's batch size or any other; values have to be finite. out_stats may be NULL; else set its
/// struct_size (gan_step_stats_init) before the call.
///
/// A step whose loss or gradient is not finite leaves the weights as before and says so in verdict.
/// DIVERGED: twenty such steps in a row.
@_cdecl("gan_model_train_step")
public func gan_model_train_step(
  _ model: gan_model, _ real: UnsafePointer<gan_batch>?, _ outStats: UnsafeMutablePointer<gan_step_stats>?
) -> gan_status {
  answer { () throws(GANError) in
    if let outStats { try writeStruct(gan_step_stats(), to: outStats, "out_stats") }
    let batch: gan_batch = try callerStruct(real, "real")
    let borrowed = try batch.borrowed("real")
    let statistics = try withModel(model) { (model) throws(GANError) in
      try model.trainStep(borrowed)
    }
    warn(of: statistics)
    if let outStats { try writeStruct(gan_step_stats(statistics), to: outStats, "out_stats") }
  }
}

/// Trains until the model has made options->steps steps in all (those before a save and load
/// included), or options->seconds are over, or the callback or gan_model_cancel stops it, which
/// answers CANCELLED and loses nothing. The samples are shuffled by the recipe's seed: going on after
/// a load gives bit for bit what training in one piece gives.
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
    try withModel(model) { (model) throws(GANError) in
      try Registry.shared.withObject(data, .dataset) { (data: Dataset) throws(GANError) in
        log(GAN_LOG_INFO, "training on \(data.count) samples from step \(model.steps)")
        try model.train(on: data, options) { statistics in
          warn(of: statistics)
          guard let onStep else { return true }
          var stats = gan_step_stats(statistics)
          return onStep(user, &stats) == 0
        }
        log(GAN_LOG_INFO, "trained to step \(model.steps)")
      }
    }
  }
}

/// Logs a verdict that somebody should look at.
private func warn(of statistics: StepStatistics) {
  guard statistics.verdict == Verdict.nonFinite.rawValue else { return }
  log(GAN_LOG_WARNING, "step \(statistics.step): a loss or gradient was not finite; update left out")
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
  }
}
