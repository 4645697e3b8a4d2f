import Datasets
import Glibc
import Graphs
import Plans
import Testing

@testable import Training

/// Whole trainings with bf16 products, beside the same in f32.
@Suite(.serialized) struct MixedPrecisionTests {
  static let isSupported = (try? Precision.bf16.validate()) != nil

  private static func recipe(
    _ preset: String, _ precision: String = "bf16", optimizer: String = #"{"name":"adam","rate":0.0002}"#
  ) throws -> Recipe {
    try Recipe(
      json: """
        {"preset": "\(preset)", "batch": 16, "precision": "\(precision)", "data": {"shape": [16, 16, 3]},
         "generator": {"architecture": "dcgan", "width": 16},
         "discriminator": {"architecture": "dcgan", "width": 16,
           "normalization": "\(preset == "dcgan" ? "batch" : "layer")"},
         "optimizers": {"generator": \(optimizer), "discriminator": \(optimizer)},
         "objective": {"discriminator-steps": 1}, "averaging": 0}
        """)
  }

  private static func data() throws -> Dataset { try ImageModelTests.images([48, 16, 16, 3]) }

  /// One plain step shows the gradients: every tensor's differ by what bf16's 8 bits allow, also where a
  /// penalty differentiates twice. PyTorch's autocast differs by 3 to 10 % in the generator of such networks,
  /// by up to 4 % in the discriminator.
  @Test(.enabled(if: isSupported), arguments: ["dcgan", "wgan-gp", "rpgan"])
  func gradientsAreNearThoseInF32(preset: String) throws {
    var moves: [[String: [Float]]] = []
    for precision in ["f32", "bf16"] {
      let recipe = try Self.recipe(preset, precision, optimizer: #"{"name":"sgd","rate":0.001}"#)
      let program = try TrainingProgram(recipe.resolved())
      let weights = try Weights(program.groups)
      weights.initialize(program.groups, seed: 3)
      let old = program.groups.map { Array(weights[$0.name]!.elements) }
      let trainer = try Trainer(program, weights, batch: 16)
      for index in 0..<16 * 16 * 16 * 3 { trainer.sampleValues[index] = Float((index * 37) % 101) / 50 - 1 }
      var counters = Counters()
      let statistics = try trainer.step(&counters, of: 1)
      #expect(statistics.verdict == 0)
      var moved: [String: [Float]] = [:]
      for (group, old) in zip(program.groups, old) {
        let new = weights[group.name]!.elements
        for entry in group.layouts.parameters.entries {
          moved["\(group.name).\(entry.path)"] =
            (entry.offset..<entry.offset + entry.shape.count).map { new[$0] - old[$0] }
        }
      }
      moves.append(moved)
    }
    #expect(moves[0].count > 8)
    for (path, full) in moves[0] where length(full) > 0 {
      let mixed = try #require(moves[1][path])
      let difference = length(zip(full, mixed).map { $0 - $1 }) / length(full)
      #expect(difference < (path.hasPrefix("generator") ? 0.15 : 0.06), "\(path): \(difference)")
    }
    #expect(moves[0] != moves[1])
  }

  private func length(_ x: [Float]) -> Double { x.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot() }

  @Test(.enabled(if: isSupported), arguments: ["dcgan", "wgan-gp"])
  func checkpointsDoNotDependOnThreads(preset: String) throws {
    defer { try? Execution.setThreads(0) }
    var files: [[UInt8]] = []
    for threads in [1, 2, 3] {
      try Execution.setThreads(threads)
      let model = try Model(recipe: Self.recipe(preset))
      try model.train(on: Self.data(), TrainOptions(steps: 4))
      files.append(try saved(model))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
    #expect(try model(files[0]).recipe.precision == .bf16)
  }

  @Test(.enabled(if: isSupported)) func resumingGivesTheBytesOfOneRun() throws {
    let whole = try Model(recipe: Self.recipe("dcgan"))
    try whole.train(on: Self.data(), TrainOptions(steps: 6))
    let half = try Model(recipe: Self.recipe("dcgan"))
    try half.train(on: Self.data(), TrainOptions(steps: 3))
    let resumed = try model(saved(half))
    try resumed.train(on: Self.data(), TrainOptions(steps: 6))
    #expect(try saved(resumed) == saved(whole))
    let other = try Model(recipe: Self.recipe("dcgan", "f32"))
    try other.train(on: Self.data(), TrainOptions(steps: 6))
    #expect(other.weights["generator"]!.elements.elementsEqual(whole.weights["generator"]!.elements) == false)
  }

  private func model(_ bytes: [UInt8]) throws -> Model {
    let path = temporaryPath("mixed.safetensors")
    defer { unlink(path) }
    let file = try #require(fopen(path, "w"))
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    fclose(file)
    return try Model(path: path)
  }

  /// Samples are what the f32 weights give, in f32.
  @Test(.enabled(if: isSupported)) func samplingIsInF32() throws {
    let mixed = try Model(recipe: Self.recipe("dcgan"))
    let full = try Model(recipe: Self.recipe("dcgan", "f32"))
    for (a, b) in zip(mixed.weights.parts, full.weights.parts) {
      b.values.pointer.update(from: a.values.pointer, count: a.values.count)
    }
    let options = SampleOptions(seed: 1, count: 3)
    #expect(try samples(mixed, options) == samples(full, options))
  }

  @Test(.enabled(if: isSupported), arguments: Preset.all.map(\.name))
  func noPresetsPlanHoldsAReference(name: String) throws {
    let data =
      switch try Preset.named(name).kind {
      case "sounds": #""kind":"sounds","shape":[4096],"classes":10"#
      case "tables": tinyTable
      case "text": #""kind":"text","shape":[6],"vocabulary":{"size":40}"#
      case "series": #""kind":"series","shape":[8,2]"#
      default: #""shape":[28,28,1],"classes":10"#
      }
    let batch = name == "ctgan" ? 20 : 16
    let recipe = try Recipe(
      json: #"{"preset":"\#(name)","precision":"bf16","batch":\#(batch),"data":{\#(data)}}"#)
    let phases = try Model(recipe: recipe).planReport().elements ?? []
    for step in phases.flatMap({ $0["steps"]?.elements ?? [] }) {
      #expect(step["implementation"]?.text?.hasPrefix("ref") == false, "\(step)")
    }
    let training = phases.first?["steps"]?.elements ?? []
    // Elsewhere products are small, or there is nothing but them.
    if !["mlp", "ctgan"].contains(name), !["text", "series"].contains(try Preset.named(name).kind) {
      #expect(training.contains { $0["implementation"]?.text?.contains("bf16") == true })
    }
  }

  /// What happens on the other machines; GANCommandTests makes this one such.
  @Test(.enabled(if: !isSupported)) func whereItIsMissingTheErrorSaysWhy() throws {
    let error = #expect(throws: GANError.self) { try Model(recipe: Self.recipe("dcgan")) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("AVX-512 BF16") == true)
  }
}
