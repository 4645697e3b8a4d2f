import Datasets
import Glibc
import Graphs
import Networks
import Testing

@testable import Training

/// Small images of every allowed number of channels, through the whole engine.
@Suite(.serialized) struct ImageModelTests {
  static func images(_ shape: Shape) throws -> Dataset {
    let values = (0..<shape.count).map { Float(($0 * 37) % 101) / 50 - 1 }
    return try batch(values, shape, labels: (0..<shape[0]).map { Int32($0 % 3) }) { try Dataset(copying: $0) }
  }

  @Test(arguments: [([8, 8, 1], 1), ([28, 28, 1], 2), ([12, 9, 3], 2), ([10, 16, 4], 1)])
  func dcganTrainsAndSamples(shape: [Int], threads: Int) throws {
    try Execution.setThreads(threads)
    defer { try? Execution.setThreads(0) }
    let data = try Self.images(Shape([12] + shape))
    let recipe = try Recipe(
      json: #"{"preset":"dcgan","batch":4,"generator":{"width":4},"discriminator":{"width":4},"flip":true}"#)
    let model = try Model(recipe: recipe, data: data)
    try model.train(on: data, TrainOptions(steps: 3))
    let some = try samples(model, SampleOptions(seed: 1, count: 5))
    let finite = some.allSatisfy { abs($0) <= 1 }
    #expect(some.count == 5 * Shape(shape).count && finite)
    let third = try samples(model, SampleOptions(seed: 1, first: 3, count: 1))
    for (a, b) in zip(third, some[(3 * Shape(shape).count)...]) { #expect(abs(a - b) <= 1e-5) }
  }

  @Test(arguments: Preset.all.filter { ["any", "images"].contains($0.kind) }.map(\.name))
  func everyPresetTrainsOnImages(name: String) throws {
    let data = try Self.images([16, 8, 10, 3])
    let recipe = try Recipe(json: #"{"preset":"\#(name)","batch":4}"#).resolved(for: data).narrowed()
    let model = try Model(recipe: recipe, data: data)
    var last = StepStatistics()
    try model.train(on: data, TrainOptions(steps: 5)) {
      last = $0
      return true
    }
    #expect(last.verdict == 0 && last.discriminatorLoss.isFinite && last.discriminatorGradientNorm > 0)
  }

  @Test func moreClassesThanTheModelHasAreRefused() throws {
    let recipe = try Recipe(json: #"{"preset":"classifier","data":{"shape":[8,8,1],"classes":2}}"#)
    let model = try Model(recipe: recipe)
    let error = #expect(throws: GANError.self) {
      try model.train(on: Self.images([9, 8, 8, 1]), TrainOptions(steps: 1))
    }
    #expect(error?.description == "data: expected labels of 2 classes, got 3")
  }

  @Test func checkpointsDoNotDependOnThreads() throws {
    let data = try Self.images([24, 16, 16, 1])
    defer { try? Execution.setThreads(0) }
    var files: [[UInt8]] = []
    for threads in [1, 2, 3] {
      try Execution.setThreads(threads)
      let recipe = try Recipe(
        json:
          """
          {"preset": "wgan-gp", "batch": 8, "generator": {"architecture": "dcgan", "width": 4},
           "discriminator": {"architecture": "dcgan", "width": 4, "normalization": "none"}}
          """
      )
      let model = try Model(recipe: recipe, data: data)
      try model.train(on: data, TrainOptions(steps: 6))
      files.append(try saved(model))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }

  @Test func resumingKeepsRunningStatistics() throws {
    let data = try Self.images([24, 8, 8, 1])
    let recipe = try Recipe(
      json:
        """
        {"preset": "dcgan", "batch": 8, "generator": {"width": 4},
         "discriminator": {"width": 4, "spectral-norm": true}}
        """
    )
    let whole = try Model(recipe: recipe, data: data)
    try whole.train(on: data, TrainOptions(steps: 8))
    let half = try Model(recipe: recipe, data: data)
    try half.train(on: data, TrainOptions(steps: 4))
    let path = temporaryPath("half.safetensors")
    defer { unlink(path) }
    try half.save(to: path)
    let resumed = try Model(path: path)
    try resumed.train(on: data, TrainOptions(steps: 8))
    #expect(try saved(resumed) == saved(whole))
  }

  @Test func noPlanHoldsAReferenceImplementation() throws {
    for preset in ["dcgan", "wgan-gp", "rpgan", "classifier"] {
      let recipe = try Recipe(
        json: #"{"preset":"\#(preset)","batch":16,"data":{"shape":[28,28,1],"classes":10}}"#)
      let model = try Model(recipe: recipe)
      let text = try model.planListing()
      #expect(!text.contains("ref:"), "\(preset)")
      #expect(text.contains("onvolution"))
      #expect(try model.planReport().elements?.isEmpty == false)
      #expect(try model.memoryListing().contains("arena"))
      #expect(try (model.memoryReport()["weights"]?.integer(Int.self) ?? 0) > 1000)
    }
  }
}

extension Recipe {
  /// With the same networks, only thin.
  fileprivate func narrowed() throws -> Recipe {
    guard case .object(var members) = try JSON(encoding: self) else { return self }
    for network in ["generator", "discriminator", "encoder", "classifier"] {
      guard case .object(var settings)? = members[network] else { continue }
      for key in ["width", "widest", "hidden"] where settings[key] != nil { settings[key] = .integer(4) }
      members[network] = .object(settings)
    }
    return try JSON.object(members).decode(Recipe.self)
  }
}
