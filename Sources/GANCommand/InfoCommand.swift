import ArgumentParser
import GAN

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tells what a model is, how it is computed, and what memory that takes.")

  @Argument(help: "A run directory or a checkpoint.")
  var model: String
  @Flag(help: "The steps of each phase's plan.")
  var plan = false
  @Flag(help: "With --plan: what each step takes, beside what this machine can do.")
  var measure = false
  @Flag(help: "The memory of training and sampling.")
  var memory = false
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if measure && !plan { throw ValidationError("--measure: expected --plan beside it, got none") }
  }

  func run() throws {
    let loaded = try Model(path: model)
    if json {
      var parts: [(String, JSON)] = [("model", try JSON(encoding: loaded.info))]
      if plan { parts.append(("plan", try loaded.planReport(measured: measure))) }
      if memory { parts.append(("memory", try loaded.memoryReport())) }
      var members = JSON.Members()
      for (name, value) in parts { members[name] = value }
      return print(JSON.object(members).indented)
    }
    if plan { print(try loaded.planListing(measured: measure)) }
    if memory { print(try loaded.memoryListing()) }
    if plan || memory { return }
    let info = loaded.info
    print(
      "\(info.kind) (\(info.preset ?? "own recipe")), \(info.data) of \(Shape(info.sampleShape)), step \(info.steps)"
    )
    for network in info.parameters { print("\(network.network): \(network.count) parameters") }
    print("does: " + ((info.latent > 0 ? ["sample"] : []) + info.operations).joined(separator: ", "))
    if info.conditional { print("samples of \(info.classes) classes by label") }
    if info.family == "infogan" { print("codes: \(info.codes) numbers a sample") }
  }
}
