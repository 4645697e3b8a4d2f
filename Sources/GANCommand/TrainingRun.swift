import ArgumentParser
import GAN

/// One training from the command line: progress, pictures, checkpoints, and a clean end.
final class TrainingRun {
  private let model: Model
  private let directory: RunDirectory
  private let interval: Int64
  private let quiet: Bool
  private var failure: GANError?
  private var started = 0.0
  private var firstStep: Int64 = 0
  private var lastShown = 0.0
  private var total: Int64 = 0
  /// When the options' bound of seconds is reached.
  private var end = Double.infinity
  private var verdict = Verdict.healthy.rawValue

  init(model: Model, directory: RunDirectory, interval: Int64, quiet: Bool) {
    self.model = model
    self.directory = directory
    self.interval = interval
    self.quiet = quiet
  }

  func run(on data: Dataset, _ options: TrainOptions) throws {
    Interrupt.watch()
    try directory.begin(model)
    started = Terminal.seconds
    firstStep = model.steps
    verdict = try model.verdict.rawValue
    total = options.steps > 0 ? options.steps : model.recipe.steps
    if options.seconds > 0 { end = started + options.seconds }
    var options = options
    options.reportInterval = 1
    options.best = directory.best
    do {
      try model.train(on: data, options) { self.report($0) }
    } catch  where error.kind == .cancelled {
      try stopped()
    } catch {
      // What was learnt before the error is kept; the error says more than what may fail here.
      try? directory.save(model)
      try? directory.note("ends: \(error)", at: model.steps)
      try? directory.writeReport(model, ended: true)
      throw error
    }
    try directory.picture(model)
    try directory.save(model)
    try directory.log("ends after step \(model.steps)")
    try directory.writeReport(model, ended: true)
    if !quiet { Terminal.say(summary) }
  }

  private func stopped() throws {
    try directory.save(model)
    try directory.log("stopped after step \(model.steps)")
    try directory.writeReport(model, ended: true)
    if let failure { throw failure }
    Terminal.say("stopped and saved after step \(model.steps); go on with --resume")
    throw ExitCode(130)
  }

  private var summary: String {
    let time = Terminal.duration(Terminal.seconds - started)
    return
      "\(model.steps) steps, \(time); model in \(directory.checkpoint), pictures in \(directory.path)/samples"
  }

  /// After every step; false stops.
  private func report(_ statistics: StepStatistics) -> Bool {
    do throws(GANError) {
      if statistics.step % 10 == 0 || statistics.step == total || isNews(statistics) {
        try directory.report(statistics)
      }
      try note(statistics)
      if statistics.step % interval == 0 {
        try directory.picture(model)
        try directory.save(model)
        try directory.writeReport(model)
      }
    } catch {
      failure = error
      return false
    }
    show(statistics)
    return !Interrupt.isAsked
  }

  /// Notes a step that was left out, verdicts when they change, and what was measured.
  private func note(_ statistics: StepStatistics) throws(GANError) {
    if statistics.verdict == Verdict.nonFinite.rawValue {
      let done =
        statistics.wentBack ? "went back to the last snapshot, rates × \(statistics.rateFactor)" : "left out"
      try note("a loss or gradient was not finite: \(done)", at: statistics.step)
    } else if statistics.verdict != verdict {
      verdict = statistics.verdict
      try note(model.health.line, at: statistics.step)
    }
    guard let evaluation = statistics.evaluation else { return }
    let figures = evaluation.figures.map { "\($0.title) \(Terminal.number($0.value, digits: 4))" }
    let mark =
      statistics.isBest ? ", the best so far" : statistics.endsEarly ? ": ends, nothing better comes" : ""
    try note(figures.joined(separator: ", ") + mark, at: statistics.step)
  }

  private func note(_ line: String, at step: Int64) throws(GANError) {
    try directory.note(line, at: step)
    if !quiet { Terminal.say("step \(step): \(line)") }
  }

  /// A look at the samples, a step that was left out, a snapshot that came back.
  private func isNews(_ statistics: StepStatistics) -> Bool {
    statistics.signals?.step == statistics.step || statistics.evaluation != nil || statistics.wentBack
      || statistics.verdict == Verdict.nonFinite.rawValue
  }

  private func show(_ s: StepStatistics) {
    let now = Terminal.seconds
    guard !quiet, now - lastShown >= (Terminal.isInteractive ? 0.2 : 10) || s.step == total else { return }
    lastShown = now
    let rate = Double(s.step - firstStep) / max(1e-9, now - started)
    let left = Terminal.duration(min(Double(total - s.step) / max(1e-9, rate), end - now))
    let number = { (value: Double) in Terminal.number(value) }
    var line = "step \(s.step)/\(total)  \(Terminal.number(rate, digits: 1))/s  \(left) left"
    if model.recipe.kind == .gan {
      line += "  D \(number(s.discriminatorLoss))  G \(number(s.generatorLoss))"
      line += "  accuracy \(Terminal.number(s.accuracy, digits: 2))"
      let further = [
        ("classes", s.classAccuracy), ("information", s.information), ("k", s.balance), ("M", s.convergence),
      ]
      for (name, figure) in further where !figure.isNaN {
        line += "  \(name) \(Terminal.number(figure, digits: 3))"
      }
      line += "  gradients \(number(s.discriminatorGradientNorm)) \(number(s.generatorGradientNorm))"
    } else {
      line += "  loss \(number(s.discriminatorLoss))  accuracy \(Terminal.number(s.accuracy, digits: 2))"
    }
    if let verdict = Verdict(rawValue: s.verdict), model.recipe.kind == .gan { line += "  \(verdict.name)" }
    Terminal.progress(line)
  }
}
