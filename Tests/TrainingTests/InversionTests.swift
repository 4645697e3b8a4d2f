import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

@Suite struct InversionTests {
  /// The latents that `invert` finds for samples.
  private func inverted(_ model: Model, _ samples: [Float], _ shape: Shape, labels: [Int32]? = nil) throws
    -> [Float]
  {
    try batch(samples, shape, labels: labels) { input in
      var found = Array(repeating: Float(0), count: try model.applyCount("invert", input))
      try found.withUnsafeMutableBufferPointer { _ = try model.apply("invert", input, into: $0) }
      return found
    }
  }

  private func generated(_ model: Model, _ latents: [Float], labels: [Int32]? = nil) throws -> [Float] {
    let size = model.info.latent
    return try batch(latents, [latents.count / size, size], labels: labels) { input in
      var made = Array(repeating: Float(0), count: try model.applyCount("generate", input))
      try made.withUnsafeMutableBufferPointer { _ = try model.apply("generate", input, into: $0) }
      return made
    }
  }

  private func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(max(1, a.count))
  }

  @Test(arguments: ["normal", "uniform"]) func samplesOfTheModelAreFoundAgain(distribution: String) throws {
    let recipe = try Recipe(
      json: """
        {"data": {"shape": [8, 8, 1]}, "latent": {"size": 4, "distribution": "\(distribution)"},
         "generator": {"architecture": "mlp", "width": 32, "initialization": "he"}}
        """)
    let model = try Model(recipe: recipe)
    let wanted = try samples(model, SampleOptions(seed: 5, count: 18))
    let latents = try inverted(model, wanted, [18, 8, 8, 1])
    #expect(latents.count == 18 * 4)
    if distribution == "uniform" { #expect(latents.allSatisfy { abs($0) <= 1 }) }
    let made = try generated(model, latents)
    let others = try samples(model, SampleOptions(seed: 6, count: 18))
    #expect(distance(made, wanted) < 0.02 * distance(others, wanted))
    // The same alone as among others, and again.
    let last = Array(wanted[(17 * 64)...])
    #expect(try inverted(model, last, [1, 8, 8, 1]) == Array(latents[(17 * 4)...]))
  }

  @Test func conditionalModelsNeedLabels() throws {
    let recipe = try Recipe(
      json: """
        {"data": {"shape": [2], "classes": 3}, "conditioning": {"name": "cgan"}, "latent": {"size": 2},
         "generator": {"architecture": "mlp", "width": 8}, "discriminator": {"architecture": "mlp", "width": 8}}
        """)
    let model = try Model(recipe: recipe)
    #expect(try inverted(model, [0, 0, 1, 1], [2, 2], labels: [0, 2]).count == 4)
    let error = #expect(throws: GANError.self) { try inverted(model, [0, 0, 1, 1], [2, 2]) }
    #expect(error?.description == "input.labels: expected 2 labels, one a sample, got none")
  }

  @Test func modelsWithCodesAreNotSearched() throws {
    let recipe = try Recipe(
      json: #"{"data": {"shape": [2]}, "family": {"name": "infogan"}, "generator": {"architecture": "mlp"}}"#)
    let model = try Model(recipe: recipe)
    let error = #expect(throws: GANError.self) { try inverted(model, [0, 0], [1, 2]) }
    #expect(error?.kind == .unsupported && error?.field == "invert")
  }

  @Test func packedDiscriminatorsJudgeNoSingleSample() throws {
    let recipe = try Recipe(json: #"{"data": {"shape": [2]}, "packing": 4, "batch": 8}"#)
    let model = try Model(recipe: recipe)
    #expect(model.info.operations == ["generate", "invert"])
    let error = #expect(throws: GANError.self) {
      try batch(Array(repeating: 0, count: 12), [6, 2]) { _ = try model.trainStep($0) }
    }
    #expect(error?.description.contains("a multiple of packing, 4, got 6") == true)
  }

  @Test func adaptiveProbabilityIsResumed() throws {
    let data = try ImageModelTests.images([24, 8, 8, 1])
    let recipe = try Recipe(
      json: """
        {"preset": "dcgan", "batch": 8, "generator": {"width": 4},
         "discriminator": {"width": 4, "minibatch-deviation": true}, "augmentation":
         {"transforms": ["color", "translation", "cutout"], "target": 0, "probability": 0.5, "span": 200},
         "objective": {"penalties": [{"name": "lecam", "weight": 0.1}]}}
        """)
    let whole = try Model(recipe: recipe, data: data)
    try whole.train(on: data, TrainOptions(steps: 8))
    let half = try Model(recipe: recipe, data: data)
    try half.train(on: data, TrainOptions(steps: 3))
    let path = temporaryPath("adaptive.safetensors")
    defer { unlink(path) }
    try half.save(to: path)
    let resumed = try Model(path: path)
    try resumed.train(on: data, TrainOptions(steps: 8))
    #expect(try saved(resumed) == saved(whole))
  }
}

@Suite struct InterpolationTests {
  private func path(_ way: Interpolation, _ a: [Float], _ b: [Float], _ count: Int) throws -> [Float] {
    var out = Array(repeating: Float(0), count: max(0, count) * a.count)
    try a.withUnsafeBufferPointer { a in
      try b.withUnsafeBufferPointer { b in
        try out.withUnsafeMutableBufferPointer { try way.path(from: a, to: b, count: count, into: $0) }
      }
    }
    return out
  }

  private func near(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test func linesAndArcs() throws {
    #expect(try path(.linear, [0, 2], [4, 0], 3) == [0, 2, 2, 1, 4, 0])
    let half = Float(0.5).squareRoot()
    #expect(near(try path(.spherical, [1, 0], [0, 1], 3), [1, 0, half, half, 0, 1]))
    // No arc between neighbours, opposites or nothing.
    #expect(near(try path(.spherical, [1, 1], [1, 1], 3), [1, 1, 1, 1, 1, 1]))
    #expect(near(try path(.spherical, [1], [-1], 3), [1, 0, -1]))
    #expect(near(try path(.spherical, [0, 0], [2, 0], 3), [0, 0, 1, 0, 2, 0]))
  }

  @Test func whatDoesNotFitIsNamed() throws {
    for (a, b, count, message) in [
      ([1, 2], [1], 2, "to: expected 2 numbers"), ([], [], 2, "to: expected 0 numbers"),
      ([1], [1], 1, "count: expected 2…"), ([1], [.nan], 2, "to: expected finite numbers"),
    ] as [([Float], [Float], Int, String)] {
      let error = #expect(throws: GANError.self) { try path(.linear, a, b, count) }
      #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
    }
  }
}
