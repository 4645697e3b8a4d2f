import ArgumentParser
import GAN

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measures a model against data (not in this version).")

  @Argument(help: "A run directory or a checkpoint.")
  var model: String
  @Option(help: "Data that the model has not seen.")
  var data: String
  @Option(help: "Metrics by name, with commas.")
  var metrics: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    throw GANError(.unsupported, "evaluate", "this version of gan has no metrics yet")
  }
}
