import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

/// A small model of points.
func tinyRecipe(_ changes: String = "{}") throws -> Recipe {
  let text = """
    {"generator": {"architecture": "mlp", "width": 16, "depth": 2},
     "discriminator": {"architecture": "mlp", "width": 16, "depth": 2},
     "latent": {"size": 4}, "batch": 32, "seed": 7, "steps": 40, "averaging": 0.9,
     "data": {"shape": [2]}}
    """
  guard case .object(let base) = try JSON(parsing: text), case .object(let other) = try JSON(parsing: changes)
  else { throw GANError(.internal, "test", "not objects") }
  return try Recipe(json: .object(base.merging(other)))
}

func samples(_ model: Model, _ options: SampleOptions) throws -> [Float] {
  var out = Array(repeating: Float.nan, count: try model.sampleCount(options))
  try out.withUnsafeMutableBufferPointer { _ = try model.sample(options, into: $0) }
  return out
}

func batch<Result>(
  _ values: [Float], _ shape: Shape, labels: [Int32]? = nil, _ body: (Batch) throws -> Result
) rethrows -> Result {
  try values.withUnsafeBytes { data in
    try (labels ?? []).withUnsafeBufferPointer { labelled in
      try body(Batch(elementType: .f32, shape: shape, data: data, labels: labels == nil ? nil : labelled))
    }
  }
}

func saved(_ model: Model) throws -> [UInt8] {
  let path = temporaryPath("model.safetensors")
  defer { unlink(path) }
  try model.save(to: path)
  return try contents(path)
}

@Suite(.serialized) struct ModelTests {
  @Test(
    arguments: Preset.all.filter { $0.name != "dcgan" && ["any", "images"].contains($0.kind) }.map(\.name))
  func everyPresetTrainsOnPoints(name: String) throws {
    let data = try Dataset.open("builtin:ring")
    let network = #""architecture":"mlp","width":8,"depth":1"#
    // Some generators take classes in by their normalisation.
    let nets =
      name == "classifier"
      ? "" : #","generator":{\#(network),"normalization":"batch"},"discriminator":{\#(network)}"#
    let recipe = try Recipe(json: #"{"preset":"\#(name)","batch":16\#(nets)}"#)
    let model = try Model(recipe: recipe, data: data)
    var last: StepStatistics?
    try model.train(on: data, TrainOptions(steps: 10)) {
      last = $0
      return true
    }
    let statistics = try #require(last)
    #expect(statistics.step == 10)
    #expect(statistics.verdict == 0)
    #expect(statistics.discriminatorLoss.isFinite && statistics.discriminatorGradientNorm > 0)
    #expect((0...1).contains(statistics.accuracy))
    if name != "classifier" { #expect(statistics.generatorUpdated && statistics.generatorLoss.isFinite) }
  }

  @Test func threadsDoNotChangeABit() throws {
    let data = try Dataset.open("builtin:ring")
    var files: [[UInt8]] = []
    for threads in [1, 2] {
      try Execution.setThreads(threads)
      let model = try Model(recipe: tinyRecipe(), data: data)
      try model.train(on: data, TrainOptions(steps: 30))
      files.append(try saved(model))
    }
    try Execution.setThreads(0)
    #expect(files[0] == files[1])
  }

  @Test func trainingInPiecesIsTrainingInOne() throws {
    let data = try Dataset.open("builtin:ring")
    let changes = """
      {"optimizers": {"generator": {"name": "adam", "schedule": {"name": "constant", "warmup": 10}}},
       "objective": {"discriminator-steps": 3, "penalties": [{"name": "r1", "weight": 0.1, "every": 4}]},
       "instance-noise": {"deviation": 0.1, "steps": 30}}
      """
    let whole = try Model(recipe: tinyRecipe(changes), data: data)
    try whole.train(on: data, TrainOptions(steps: 200))
    let first = try Model(recipe: tinyRecipe(changes), data: data)
    try first.train(on: data, TrainOptions(steps: 100))
    let path = temporaryPath("half.safetensors")
    defer { unlink(path) }
    try first.save(to: path)
    let second = try Model(path: path)
    #expect(second.steps == 100)
    try second.train(on: data, TrainOptions(steps: 200))
    #expect(try saved(second) == saved(whole))
    #expect(try saved(second) != saved(first))
  }

  @Test func aSampleIsAFunctionOfModelSeedAndIndex() throws {
    let data = try Dataset.open("builtin:ring")
    let model = try Model(recipe: tinyRecipe(), data: data)
    try model.train(on: data, TrainOptions(steps: 20))
    let all = try samples(model, SampleOptions(seed: 5, count: 150))
    for (first, count) in [(0, 1), (3, 1), (0, 16), (10, 17), (60, 65), (149, 1)] {
      let some = try samples(model, SampleOptions(seed: 5, first: Int64(first), count: Int64(count)))
      for (index, value) in some.enumerated() {
        #expect(abs(value - all[first * 2 + index]) <= 1e-5)
      }
    }
    #expect(try samples(model, SampleOptions(seed: 6, count: 150)) != all)
    var raw = SampleOptions(seed: 5, count: 150)
    raw.averaged = false
    #expect(try samples(model, raw) != all)
    var cold = SampleOptions(seed: 5, count: 150)
    cold.temperature = 1e-6
    let still = try samples(model, cold)
    #expect(abs(still[0] - still[2]) < 1e-3)
  }

  @Test func appliesItsParts() throws {
    let model = try Model(recipe: tinyRecipe())
    var scores = Array(repeating: Float.nan, count: 70)
    let points = (0..<140).map { Float($0) / 70 - 1 }
    try batch(points, [70, 2]) { batch in
      #expect(try model.applyCount("discriminate", batch) == 70)
      try scores.withUnsafeMutableBufferPointer { _ = try model.apply("discriminate", batch, into: $0) }
    }
    let finite = scores.allSatisfy { $0.isFinite }
    #expect(finite)
    var one: [Float] = [.nan]
    try batch(Array(points[138...]), [1, 2]) { batch in
      try one.withUnsafeMutableBufferPointer { _ = try model.apply("discriminate", batch, into: $0) }
    }
    #expect(abs(one[0] - scores[69]) < 1e-5)
    var made = Array(repeating: Float.nan, count: 6)
    try batch(Array(repeating: 0.5, count: 12), [3, 4]) { batch in
      try made.withUnsafeMutableBufferPointer { _ = try model.apply("generate", batch, into: $0) }
    }
    #expect(made[0].isFinite && abs(made[0] - made[4]) < 1e-6)
    batch(points, [70, 2]) { batch in
      for name in ["classify", "encode", "reconstruct"] {
        let error = #expect(throws: GANError.self) { try model.applyCount(name, batch) }
        #expect(error?.kind == .unsupported)
      }
      let error = #expect(throws: GANError.self) { try model.applyCount("dance", batch) }
      #expect(error?.kind == .argument)
      let narrow = #expect(throws: GANError.self) {
        try scores.withUnsafeMutableBufferPointer {
          _ = try model.apply("discriminate", batch, into: $0.extracting(0..<69))
        }
      }
      #expect(narrow?.description == "capacity: expected 70 elements, got 69")
    }
  }

  @Test func aClassifierLearns() throws {
    let data = try Dataset.open("builtin:ring")
    let model = try Model(
      recipe: Recipe(
        json: #"{"preset":"classifier","classifier":{"architecture":"mlp","width":32},"batch":64}"#),
      data: data)
    var accuracy = 0.0
    try model.train(on: data, TrainOptions(steps: 300)) {
      accuracy = $0.accuracy
      return true
    }
    #expect(accuracy > 0.95)
    var probabilities = Array(repeating: Float.nan, count: 8)
    try batch([1, 0], [1, 2]) { batch in
      try probabilities.withUnsafeMutableBufferPointer { _ = try model.apply("classify", batch, into: $0) }
    }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5 && probabilities[0] > 0.5)
    let error = #expect(throws: GANError.self) { try model.sampleCount(SampleOptions()) }
    #expect(error?.kind == .unsupported)
  }

  @Test func conflictsAreBusyAndOwnReadingIsNot() throws {
    let data = try Dataset.open("builtin:ring")
    let model = try Model(recipe: tinyRecipe(), data: data)
    var seen = 0
    try model.train(on: data, TrainOptions(steps: 3)) { _ in
      seen += 1
      #expect(throws: Never.self) { try samples(model, SampleOptions(count: 2)) }
      let again = #expect(throws: GANError.self) { try model.train(on: data, TrainOptions(steps: 9)) }
      #expect(again?.kind == .busy)
      let busy = onAnotherThread { try saved(model).count }
      #expect(busy == .busy)
      return true
    }
    #expect(seen == 3)
    let free = onAnotherThread { try saved(model).count }
    #expect(free == nil)
  }

  @Test func stopsWhenAsked() throws {
    let data = try Dataset.open("builtin:ring")
    let model = try Model(recipe: tinyRecipe(), data: data)
    let stopped = #expect(throws: GANError.self) {
      try model.train(on: data, TrainOptions(steps: 40)) { $0.step < 5 }
    }
    #expect(stopped?.kind == .cancelled && model.steps == 5)
    let cancelled = #expect(throws: GANError.self) {
      try model.train(on: data, TrainOptions(steps: 40)) { _ in
        model.cancel()
        return true
      }
    }
    #expect(cancelled?.kind == .cancelled && model.steps == 6)
    try model.train(on: data, TrainOptions(steps: 40))
    #expect(model.steps == 40)
  }

  @Test func badBatchesChangeNothing() throws {
    let model = try Model(recipe: tinyRecipe())
    let before = try saved(model)
    let cases: [([Float], Shape)] = [
      ([1, .nan, 0, 0], [2, 2]), ([.infinity, 0], [1, 2]), ([1, 2, 3], [1, 3]), ([], [0, 2]), ([1], [1]),
    ]
    for (values, shape) in cases {
      let error = #expect(throws: GANError.self) { try batch(values, shape) { try model.trainStep($0) } }
      #expect(error?.kind == .argument)
    }
    #expect(try saved(model) == before)
    let statistics = try batch([1, 0, 0, 1, 0.5, 0.5], [3, 2]) { try model.trainStep($0) }
    #expect(statistics.step == 1 && statistics.discriminatorLoss.isFinite)
    #expect(try saved(model) != before)
  }

  /// Values so large that the loss overflows are legal input.
  @Test func nothingThatIsNotFiniteReachesTheWeights() throws {
    let model = try Model(recipe: tinyRecipe(#"{"objective":{"loss":"least-squares"}}"#))
    let before = try Checkpoint.parameters(of: model)
    let huge = Array(repeating: Float(3e38), count: 8)
    var kinds: [Int32] = []
    let error = #expect(throws: GANError.self) {
      for _ in 0..<100 { kinds.append(try batch(huge, [4, 2]) { try model.trainStep($0) }.verdict) }
    }
    #expect(error?.kind == .diverged)
    // One is left out, the next goes back; three times, and then the last of a fourth pair ends it.
    #expect(kinds.count == 7 && kinds.allSatisfy { $0 == Verdict.nonFinite.rawValue })
    let after = try Checkpoint.parameters(of: model)
    #expect(after["discriminator"] == before["discriminator"])
    #expect(after["discriminator.moment1"] == before["discriminator.moment1"])
    let finite = after.values.allSatisfy { $0.allSatisfy { $0.isFinite } }
    #expect(finite)
  }
}

extension Checkpoint {
  fileprivate static func parameters(of model: Model) throws -> [String: [Float]] {
    Dictionary(uniqueKeysWithValues: model.weights.parts.map { ($0.input, Array($0.values.elements)) })
  }
}

/// The kind of error that `body` ends with on a thread of its own.
func onAnotherThread<Result>(_ body: @escaping () throws -> Result) -> GANError.Kind? {
  let box = ThreadBox(body)
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { argument in
      let box = Unmanaged<ThreadBox>.fromOpaque(argument!).takeUnretainedValue()
      do { _ = try box.body() } catch { box.kind = (error as? GANError)?.kind }
      return nil
    }, Unmanaged.passUnretained(box).toOpaque())
  pthread_join(thread, nil)
  return box.kind
}

private final class ThreadBox {
  let body: () throws -> Any
  var kind: GANError.Kind?
  init(_ body: @escaping () throws -> Any) { self.body = body }
}
