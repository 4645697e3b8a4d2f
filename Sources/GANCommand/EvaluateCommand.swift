import ArgumentParser
import GAN

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measures a model's samples against data that it has not seen.",
    discussion: "Metrics: " + Metric.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ") + ".")

  @Argument(help: "A run directory or a checkpoint.")
  var model: String
  @Option(help: "Data that the model has not seen.")
  var data: String
  @Option(
    name: .customLong("data-options"),
    help: "Options of the reader as JSON: {\"size\": [32, 32], \"crop\": true}.")
  var dataOptions = "{}"
  @Option(help: "Metrics by name, with commas; all that fit unless told.")
  var metrics: String?
  @Option(help: "random, raw, or the run directory or checkpoint of a classifier.")
  var features: String?
  @Option(help: "Of tables, the rows that were trained on: looks for copies of them.")
  var training: String?
  @Option(help: "Samples; 10,000, or as many as there are in the data, unless told.")
  var count: Int?
  @Option(help: "Seed of the samples and of what is drawn.")
  var seed: UInt64 = 0
  @Flag(help: "Beside it, real samples against other real ones: a perfect generator's figures.")
  var reference = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var options = EvaluationOptions()
    (options.features, options.count, options.seed, options.reference) = (features, count, seed, reference)
    options.training = training
    options.metrics = try metrics?.split(separator: ",").map {
      try Metric.named(String($0), field: "metrics")
    }
    try options.validate()
    let loaded = try Model(path: model)
    let reader = try JSON(parsing: dataOptions, name: "data-options").decode(DatasetOptions.self)
    let evaluation = try Evaluation(against: loaded.reading(Dataset.open(data, reader)), options)
    let report = try evaluation.measure(loaded)
    print(json ? report.json.indented : listing(report))
  }

  private func listing(_ report: EvaluationReport) -> String {
    let width = report.figures.map(\.title.count).max() ?? 0
    var lines = report.figures.map { figure in
      let name = figure.title + String(repeating: " ", count: width - figure.title.count)
      let best = report.reference.first { $0.title == figure.title }
      let beside = best.map { "   real " + Terminal.number($0.value, digits: 4) } ?? ""
      let parts = figure.parts.map { Terminal.number($0, digits: 3) }.joined(separator: " ")
      return "\(name)  \(Terminal.number(figure.value, digits: 4))\(beside)"
        + (parts.isEmpty ? "" : "   (\(parts))")
    }
    lines += report.leftOut.map { "\($0.metric): \($0.reason)" }
    let step = report.step.map { " of step \($0)" } ?? ""
    lines.append(
      "\(report.count) samples\(step) against \(report.realCount) of the data, seed \(report.seed)")
    return lines.joined(separator: "\n")
  }
}
