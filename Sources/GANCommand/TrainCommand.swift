import ArgumentParser
import GAN

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model on data and writes a run directory.")

  @Option(help: "A folder of PNG or WAV files, IDX, .npy, CIFAR .bin; builtin:ring or builtin:grid.")
  var data: String
  @Option(help: "The run directory: recipe, statistics, samples, checkpoint, log.")
  var out: String
  @Option(help: "A preset by name; `gan presets` lists them.")
  var preset: String?
  @Option(help: "A recipe in a JSON file.")
  var recipe: String?
  @Option(name: .customLong("set"), help: "A change of the recipe: key.path=value. Repeatable.")
  var settings: [String] = []
  // Not a change of the recipe: the checkpoint after 200 steps is the same however they were asked for.
  @Option(
    help: "Steps in all, those before a resumption included. Schedules go by the recipe's (--set steps=N).")
  var steps: Int64?
  @Option(help: "Samples a step.")
  var batch: Int?
  @Option(help: "Seed of weights, order and noise.")
  var seed: UInt64?
  @Option(help: "Threads; results do not depend on them.")
  var threads: Int?
  @Option(help: "f32, or bf16: large products in bf16, weights in f32.")
  var precision: String?
  @Option(
    name: .customLong("data-options"),
    help: "Options of the reader as JSON: {\"size\": [32, 32], \"crop\": true}.")
  var dataOptions = "{}"
  @Option(
    name: .customLong("held-out"), help: "Data to judge the run by; else a part of --data is kept for it.")
  var heldOut: String?
  @Option(help: "Stop after this many seconds; 0 for no bound.")
  var seconds = 0.0
  @Option(help: "Steps between pictures of samples and checkpoints.")
  var interval: Int64 = 500
  @Flag(help: "Go on from the run directory's checkpoint.")
  var resume = false
  @Flag(name: .customLong("dry-run"), help: "Print the resolved recipe, sizes and memory; train nothing.")
  var dryRun = false
  @Flag(help: "No progress.")
  var quiet = false

  func validate() throws {
    if preset != nil && recipe != nil { throw ValidationError("give --preset or --recipe, not both") }
    if interval < 1 { throw ValidationError("--interval: expected at least 1, got \(interval)") }
  }

  func run() throws {
    if let threads { try Execution.setThreads(threads) }
    let options = try JSON(parsing: dataOptions, name: "data-options").decode(DatasetOptions.self)
    let dataset = try Dataset.open(data, options)
    let checkpoint = RunDirectory.checkpoint(in: out)
    let model = try resume ? resumed(checkpoint) : Model(recipe: wantedRecipe(for: dataset), data: dataset)
    if dryRun { return try describe(model) }
    let directory = try RunDirectory(out)
    if !resume && directory.hasCheckpoint {
      throw GANError(
        .argument, out, "holds a run already: expected --resume to go on with it, or another --out")
    }
    var training = TrainOptions(steps: steps ?? 0, seconds: seconds)
    if let heldOut { training.heldOut = try Dataset.open(heldOut, options) }
    try TrainingRun(model: model, directory: directory, interval: interval, quiet: quiet)
      .run(on: dataset, training)
  }

  private func resumed(_ checkpoint: String) throws -> Model {
    if preset != nil || recipe != nil || !settings.isEmpty || seed != nil || batch != nil || precision != nil
    {
      throw GANError(
        .argument, "resume",
        "the checkpoint has its recipe: expected only --steps, --seconds and --threads beside it")
    }
    return try Model(path: checkpoint)
  }

  private func wantedRecipe(for data: Dataset) throws -> Recipe {
    var changes = settings
    if let batch { changes.append("batch=\(batch)") }
    if let seed { changes.append("seed=\(seed)") }
    if let precision { changes.append("precision=\(precision)") }
    if let recipe { return try Recipe(json: textFile(recipe), settings: changes) }
    let text = JSON.object(["preset": .string(preset ?? (data.kind == .tables ? "ctgan" : "dcgan"))]).compact
    return try Recipe(json: text, settings: changes)
  }

  private func describe(_ model: Model) throws {
    print(try JSON(encoding: model.recipe).indented)
    for network in model.info.parameters { print("\(network.network): \(network.count) parameters") }
    print(try model.memoryListing())
  }
}
