import GAN
import Testing

/// What a Swift program does with the library, by its public interface alone.
@Suite struct RingTests {
  /// Small enough for a build without optimisation.
  private func smallModel(_ data: Dataset) throws(GANError) -> Model {
    var recipe = try Recipe(preset: "mlp")
    recipe.generator = Network(Perceptron(width: 8, depth: 1))
    recipe.discriminator = Network(Perceptron(width: 8, depth: 1))
    recipe.optimizers.generator?.rate = 1e-3
    recipe.objective.penalties = [Objective.Term(.r1, weight: 0.1)]
    recipe.batch = 16
    return try Model(recipe: recipe, data: data)
  }

  private let points: [Float] = (0..<64).map { Float($0 % 8) / 4 - 1 }

  @Test func trainsSamplesAndScores() throws {
    let data = try Dataset.copying(points, shape: [32, 2])
    #expect(data.count == 32 && data.kind == .vectors)
    let model = try smallModel(data)
    let first = try model.trainStep(points, shape: [32, 2])
    #expect(first.step == 1 && first.generatorUpdated && first.discriminatorLoss.isFinite)
    var seen: [Int64] = []
    try model.train(on: data, TrainOptions(steps: 5, reportInterval: 2)) { statistics in
      seen.append(statistics.step)
      return true
    }
    #expect(seen == [2, 4, 5] && model.steps == 5)

    let samples = try model.sample(SampleOptions(seed: 1, count: 10))
    #expect(samples.shape == [10, 2] && samples.count == 20 && samples.allSatisfy(\.isFinite))
    let later = try model.sample(SampleOptions(seed: 1, first: 7, count: 1))
    // But for the last bits, which may differ between one sample and many at once.
    #expect(later.count == 2 && zip(later, samples[sample: 7]).allSatisfy { abs($0 - $1) <= 1e-5 })
    let scores = try model.apply("discriminate", Array(samples), shape: samples.shape)
    #expect(scores.shape == [10])
  }

  @Test func errorsNameTheField() throws {
    let error = #expect(throws: GANError.self) { try Recipe(json: #"{"preset": "mlp", "batch": 0}"#) }
    #expect(error?.kind == .argument && error?.field == "batch")
    do throws(GANError) {
      _ = try Model(path: "/nonexistent/model.safetensors")
      Issue.record("a file that is not there was loaded")
    } catch {
      #expect(error.kind == .io && error.field == "/nonexistent/model.safetensors")
    }
    let unknown = #expect(throws: GANError.self) { try Recipe(preset: "dcgn") }
    #expect(unknown?.description.contains("dcgan") == true)
  }

  /// A model may be used from any task: it is Sendable, and so is what it gives.
  @Test func tasksShareAModel() async throws {
    let data = try Dataset.copying(points, shape: [32, 2])
    let model = try smallModel(data)
    let one = try model.sample(SampleOptions(count: 4))
    let all = try await withThrowingTaskGroup(of: Samples.self) { group in
      for _ in 0..<4 { group.addTask { try model.sample(SampleOptions(count: 4)) } }
      return try await group.reduce(into: [Samples]()) { $0.append($1) }
    }
    #expect(all.count == 4 && all.allSatisfy { Array($0) == Array(one) })
  }
}
