import Datasets
import Glibc
import Graphs
import Metrics
import Networks
import Testing

@testable import Training

struct EvaluationTests {
  private let ring: Dataset
  private let model: Model

  init() throws {
    ring = try Dataset.open("builtin:ring")
    var recipe = try Recipe(preset: "mlp")
    recipe.batch = 32
    model = try Model(recipe: recipe, data: ring)
  }

  private func options(_ change: (inout EvaluationOptions) -> Void = { _ in }) -> EvaluationOptions {
    var options = EvaluationOptions()
    options.count = 200
    change(&options)
    return options
  }

  @Test func aModelOfPointsIsMeasuredInEveryMetricThatFits() throws {
    let evaluation = try Evaluation(against: ring, options())
    let report = try evaluation.measure(model)
    let names = report.figures.map(\.title)
    for name in [
      "frechet[raw]", "kid[raw]", "precision[raw]", "recall[raw]", "density[raw]", "coverage[raw]",
      "nearest-neighbour[raw]", "sliced-wasserstein[raw]", "modes[ring]", "high-quality[ring]",
      "mode-kl[ring]",
      "mode-spread[ring]",
    ] { #expect(names.contains(name)) }
    #expect(
      report.leftOut.map(\.metric)
        == [
          "inception-style-score", "ms-ssim", "bleu", "self-bleu", "unique", "column-shapes", "pair-trends",
          "closest-record",
        ])
    #expect(report.count == 200 && report.realCount == 200 && report.step == 0)
    #expect(try evaluation.measure(model).json == report.json)
  }

  @Test func figuresAreThoseOfTheSamplesThemselves() throws {
    let samples = try model.sample(SampleOptions(seed: 3, count: 200))
    let same = try Dataset.copying(Array(samples), shape: samples.shape)
    let evaluation = try Evaluation(against: ring, options { $0.seed = 3 })
    let (one, other) = (try evaluation.measure(model), try evaluation.measure(same))
    for (value, again) in zip(one.figures, other.figures) where value.name != "sliced-wasserstein" {
      #expect(abs(value.value - again.value) < 1e-6 || value.value.isNaN, "\(value.title)")
    }
  }

  @Test func realSamplesBesideOthersAreAPerfectGenerators() throws {
    let report = try Evaluation(
      against: ring,
      options {
        $0.reference = true
        $0.metrics = [.manifolds, .modes]
      }
    ).measure(model)
    func reference(_ name: String) throws -> Double {
      try #require(report.reference.first { $0.name == name }).value
    }
    #expect(try reference("coverage") > 0.85 && reference("modes") == 8)
    #expect(try (0.95...1).contains(reference("high-quality")))
    #expect(report.figures.count == report.reference.count)
  }

  @Test func aTrainingCanBeMeasuredFromItsCallback() throws {
    let evaluation = try Evaluation(against: ring, options { $0.metrics = [.frechet] })
    var distances: [Double] = []
    try model.train(on: ring, TrainOptions(steps: 60, reportInterval: 30)) { _ in
      let report = try? evaluation.measure(model)
      distances.append(report?["frechet"]?.value ?? .nan)
      return true
    }
    #expect(distances.count == 2 && distances.allSatisfy { $0.isFinite } && distances[0] != distances[1])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let evaluation = try Evaluation(against: ring, options())
    let wide = try Model(
      recipe: Recipe(json: #"{"preset": "mlp", "data": {"kind": "vectors", "shape": [3]}}"#))
    #expect(throws: GANError.self) { try evaluation.measure(wide) }
    #expect(throws: GANError.self) { try Evaluation(against: ring, options { $0.features = "random" }) }
    let path = "/tmp/libgan-\(getpid())-evaluation-gan.safetensors"
    try model.save(to: path)
    defer { unlink(path) }
    #expect(throws: GANError.self) { try Evaluation(against: ring, options { $0.features = path }) }
  }
}

/// Images, and what a classifier sees in them.
struct ClassifierFeaturesTests {
  private static let shape: Shape = [8, 8, 1]
  private let data: Dataset

  init() throws {
    let pixels = (0..<60 * 64).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 64 % 3 * 80) }
    data = try .copying(pixels, shape: [60, 8, 8], labels: (0..<60).map { Int32($0 % 3) })
  }

  private func classifier() throws -> Model {
    let model = try Model(
      recipe: Recipe(
        json:
          #"{"preset": "classifier", "batch": 20, "classifier": {"architecture": "classifier", "width": 4, "features": 6}}"#
      ), data: data)
    try model.train(on: data, TrainOptions(steps: 3))
    return model
  }

  @Test func featuresAreAnOperationOfClassifiers() throws {
    let model = try classifier()
    let pixels = (0..<5 * 64).map { Float($0 % 7) / 7 }
    let features = try model.apply("features", pixels, shape: [5, 8, 8])
    #expect(features.shape == [5, 6] && features.contains { $0 > 0 } && features.allSatisfy { $0 >= 0 })
    let seen = try ClassifierFeatures(model, sample: Self.shape)
    #expect(seen.width == 6 && seen.classes == 3)
    let (own, probabilities) = (
      try Buffer<Float>(count: 30, for: "test"), try Buffer<Float>(count: 15, for: "test")
    )
    try pixels.withUnsafeBufferPointer { pixels in
      try seen.extract(pixels.baseAddress!, count: 5, into: own.pointer, probabilities: probabilities.pointer)
    }
    #expect(Array(own.elements) == Array(features))
    #expect(Array(probabilities.elements) == Array(try model.apply("classify", pixels, shape: [5, 8, 8])))
  }

  @Test func figuresCarryTheClassifiersName() throws {
    let path = "/tmp/libgan-\(getpid())-evaluation-classifier.safetensors"
    try classifier().save(to: path)
    defer { unlink(path) }
    let model = try Model(
      recipe: Recipe(
        json:
          #"{"preset": "cgan", "batch": 4, "generator": {"architecture": "dcgan", "width": 4}, "discriminator": {"architecture": "dcgan", "width": 4}}"#
      ),
      data: data)
    var options = EvaluationOptions()
    options.features = path
    options.reference = true
    let report = try Evaluation(against: data, options).measure(model)
    for name in [
      "frechet[classifier]", "coverage[classifier]", "inception-style-score[classifier]",
      "inception-style-score-real[classifier]", "sliced-wasserstein[laplacian]", "ms-ssim[pixels]",
      "ms-ssim-real[pixels]",
    ] { #expect(report.figures.contains { $0.title == name }, "\(name)") }
    #expect(
      report.leftOut.map(\.metric) == [
        "modes", "bleu", "self-bleu", "unique", "column-shapes", "pair-trends", "closest-record",
      ])
    let text = report.json.compact
    #expect(text.contains("\"features\":\"classifier\"") && text.contains("\"count\":30"))
    #expect(throws: GANError.self) {
      try Evaluation(against: Dataset.copying([Float](repeating: 0, count: 32), shape: [2, 4, 4]), options)
    }
  }
}
