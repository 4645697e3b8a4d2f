import Glibc
import Graphs
import Networks
import Plans
import Testing

@testable import Training

/// Five steps of every objective on tiny networks against PyTorch's Float64 (`Goldens/make.py`): the
/// reference evaluation and the compiled plans.
@Suite struct GoldenTests {
  static let cases: [JSON] = {
    let path = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Goldens/goldens.json"
    guard let bytes = try? contents(path), let json = try? JSON(parsing: bytes) else { return [] }
    return json.elements ?? []
  }()

  private struct Case {
    let json: JSON
    let isImage: Bool
    let program: TrainingProgram
    let batch: Int

    init(_ index: Int, optimizer: Optimizer? = nil) throws {
      json = GoldenTests.cases[index]
      isImage = json["network"] == .string("dcgan")
      batch = isImage ? 4 : 5
      let spectral = json["spectral"]?.compact ?? "false"
      let network =
        isImage
        ? #"{"architecture":"dcgan","width":1"# : #"{"architecture":"mlp","width":6,"depth":2"#
      var recipe = try Recipe(
        json: """
          {"generator": \(network)}, "discriminator": \(network), "spectral-norm": \(spectral)},
           "latent": {"size": 3}, "seed": 7, "batch": \(batch),
           "data": {"shape": \(isImage ? "[16, 8, 1]" : "[2]")},
           "objective": {"loss": \(json["loss"]?.compact ?? ""),
                          "penalties": \(json["penalties"]?.compact ?? "")}}
          """
      ).resolved()
      let clip = json["clip"]?.real ?? 0
      var usual = Optimizer(clip > 0 ? .rmsprop : .adam, rate: 0.01, beta1: 0.5)
      usual.epsilon = 1e-4
      recipe.optimizers.generator = optimizer ?? usual
      usual.clipWeights = clip
      recipe.optimizers.discriminator = optimizer ?? usual
      program = try TrainingProgram(recipe)
    }

    func numbers(_ key: String) -> [Double] { (json[key]?.elements ?? []).compactMap(\.real) }

    func real(_ step: Int) -> [Double] {
      let count = batch * program.sample.count
      return (0..<count).map { 0.8 * sin(0.37 * Double($0) + 1.1 * Double(step)) }
    }

    /// What a buffer begins with.
    func initial(_ input: String, _ layout: ParameterLayout) -> [Double] {
      if input.hasSuffix(".state") {
        return layout.entries.flatMap { entry -> [Double] in
          if !entry.path.hasSuffix("spectral") {
            return Array(repeating: entry.path.hasSuffix("variance") ? 1 : 0, count: entry.shape.count)
          }
          let wave = (0..<entry.shape.count).map { sin(Double($0) + 1) }
          let length = wave.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return wave.map { $0 / length }
        }
      }
      let size = isImage ? 0.4 : 0.5
      return (0..<layout.count).map { index in
        input.contains(".") ? 0 : size * sin(1.7 * Double(index) + 0.3)
      }
    }
  }

  private func start(_ test: Case) -> [String: Tensor] {
    var values: [String: Tensor] = [:]
    for (input, layout) in test.program.groups.flatMap(\.buffers) {
      values[input] = Tensor([layout.count], test.initial(input, layout))
    }
    return values
  }

  /// Runs one phase in Float64 and stores what it stores.
  private func run(_ index: Int, of test: Case, step: Int, rate: Double, _ values: inout [String: Tensor])
    throws
    -> Double
  {
    let phase = test.program.phases[index]
    let program = try phase.program(
      test.program.groups, batch: test.batch, sample: test.program.sample, due: test.program.due(at: 0))
    let optimizer = try #require(test.program.group(phase.groups[0])).optimizer
    let corrections = optimizer.corrections(after: Int64(step))
    values[Slot.inputName] = Tensor(
      [Slot.allCases.count], [rate, corrections.first, corrections.second, 0, 0])
    values[Phase.samplesInput] = Tensor(
      Shape([test.batch] + test.program.sample.dimensions), test.real(step))
    let random = RandomState(seed: 7, step: UInt32(2 * step + index))
    let results = try evaluate(
      program.outputs.prefix(1).map(\.node) + program.stores.map(\.node), with: values, random: random)
    for (store, result) in zip(program.stores, results.dropFirst()) { values[store.input] = result }
    return results[0].values[0]
  }

  private func near(_ got: [Double], _ expected: [Double], _ what: String) {
    #expect(got.count == expected.count && !got.isEmpty, "\(what)")
    let worst = zip(got, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
    #expect(worst < 1e-8, "\(what): \(worst)")
  }

  @Test func everyObjectiveIsThere() {
    #expect(Self.cases.count == 16)
    for loss in AdversarialLoss.all { #expect(Self.cases.contains { $0["loss"] == .string(loss.name) }) }
    let penalties = Self.cases.flatMap { $0["penalties"]?.elements ?? [] }
    for penalty in Penalty.all { #expect(penalties.contains { $0["name"] == .string(penalty.name) }) }
  }

  @Test(arguments: 0..<16) func theReferenceEvaluationIsPyTorch(index: Int) throws {
    let test = try Case(index)
    var values = start(test)
    // Plain steps of rate 1 show the gradients themselves.
    let plain = try Case(index, optimizer: Optimizer(.sgd))
    for step in 0..<5 {
      for (phase, name) in ["discriminator", "generator"].enumerated() {
        if step == 0 {
          var moved = values
          _ = try run(phase, of: plain, step: 0, rate: 1, &moved)
          let (old, new) = (try #require(values[name]), try #require(moved[name]))
          near(
            zip(old.values, new.values).map { $0 - $1 }, test.numbers(name + "-gradient"), name + " gradient")
        }
        let loss = try run(phase, of: test, step: step, rate: 0.01, &values)
        near([loss], [test.numbers(name + "-loss")[step]], "\(name) loss of step \(step)")
      }
    }
    for name in ["generator", "discriminator"] {
      near(try #require(values[name]).values, test.numbers(name), name + " weights")
    }
  }

  @Test(arguments: 0..<16) func thePlansArePyTorch(index: Int) throws {
    let test = try Case(index)
    let weights = try Weights(test.program.groups)
    for part in weights.parts {
      for (place, value) in test.initial(part.input, part.layout).enumerated() {
        part.values.pointer[place] = Float(value)
      }
    }
    let trainer = try Trainer(test.program, weights, batch: test.batch)
    var counters = Counters()
    for step in 0..<5 {
      for (place, value) in test.real(step).enumerated() { trainer.sampleValues[place] = Float(value) }
      let statistics = try trainer.step(&counters, of: 5)
      #expect(abs(statistics.discriminatorLoss - test.numbers("discriminator-loss")[step]) < 1e-4)
      #expect(abs(statistics.generatorLoss - test.numbers("generator-loss")[step]) < 1e-4)
    }
    for group in test.program.groups {
      let expected = test.numbers(group.name)
      let got = try #require(weights[group.name])
      for entry in group.layouts.parameters.entries {
        let range = entry.offset..<entry.offset + entry.shape.count
        let difference = range.reduce(0.0) { $0 + pow(Double(got.pointer[$1]) - expected[$1], 2) }
        let length = range.reduce(0.0) { $0 + pow(expected[$1], 2) }
        #expect(difference.squareRoot() <= 1e-4 * length.squareRoot(), "\(group.name).\(entry.path)")
      }
    }
  }
}
