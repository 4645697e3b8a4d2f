import Glibc
import Graphs
import Networks
import Plans
import Testing

@testable import Training

/// Five steps of every family on tiny networks against PyTorch's Float64 (`Goldens/families.py`, `tables.py`): the
/// reference evaluation and the compiled plans.
@Suite struct FamilyGoldenTests {
  static let cases: [JSON] = {
    GoldenCase.all(in: "families.json") + GoldenCase.all(in: "tables.json")
  }()

  private struct Case {
    let json: JSON
    let program: TrainingProgram
    let batch: Int

    init(_ index: Int, optimizer: Optimizer? = nil) throws {
      json = FamilyGoldenTests.cases[index]
      var recipe = try Recipe(json: try #require(json["recipe"])).resolved()
      recipe.objective.fakes = .fresh
      var usual = Optimizer(.adam, rate: 0.01, beta1: 0.5)
      usual.epsilon = 1e-4
      recipe.optimizers.generator = optimizer ?? usual
      recipe.optimizers.discriminator = optimizer ?? usual
      if recipe.encoder != nil { recipe.optimizers.encoder = optimizer ?? usual }
      program = try TrainingProgram(recipe)
      batch = recipe.batch
    }

    var name: String { (json["name"]?.text ?? "") + (program.sample.rank > 1 ? " of images" : "") }
    func numbers(_ key: String) -> [Double] { (json[key]?.elements ?? []).compactMap(\.real) }

    func real(_ step: Int) -> [Double] {
      (0..<batch * program.sample.count).map { 0.8 * sin(0.37 * Double($0) + 1.1 * Double(step)) }
    }

    func labels(_ step: Int) -> [Double] {
      (json["labels"]?.elements?[step].elements ?? []).compactMap(\.real)
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
      let size = program.sample.rank > 1 ? 0.4 : 0.5
      return (0..<layout.count).map { input.contains(".") ? 0 : size * sin(1.7 * Double($0) + 0.3) }
    }
  }

  /// Runs one phase in Float64 and stores what it stores.
  private func run(_ index: Int, of test: Case, step: Int, rate: Double, _ values: inout [String: Tensor])
    throws -> [String: Double]
  {
    let phase = test.program.phases[index]
    let program = try phase.program(
      test.program.groups, batch: test.batch, sample: test.program.sample, due: test.program.due(at: 0))
    for (place, name) in phase.groups.enumerated() {
      let optimizer = try #require(test.program.group(name)).optimizer
      var slots = test.program.recipe.scheduled(optimizer, step: Int64(step), updates: Int64(step), of: 5)
      slots[Slot.rate.rawValue] = rate
      values[Slot.inputName(of: place)] = Tensor([slots.count], slots)
    }
    values[Phase.samplesInput] = Tensor(
      Shape([test.batch] + test.program.sample.dimensions), test.real(step))
    values[Phase.labelsInput] = Tensor([test.batch], test.labels(step))
    let random = RandomState(seed: 7, step: UInt32(2 * step + index))
    let results = try evaluate(
      program.outputs.map(\.node) + program.stores.map(\.node), with: values, random: random)
    for (store, result) in zip(program.stores, results.dropFirst(program.outputs.count)) {
      values[store.input] = result
    }
    return Dictionary(uniqueKeysWithValues: zip(program.outputs.map(\.name), results.map { $0.values[0] }))
  }

  private func near(_ got: [Double], _ expected: [Double], _ what: String) {
    #expect(got.count == expected.count && !got.isEmpty, "\(what)")
    let worst = zip(got, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
    #expect(worst < 1e-8, "\(what): \(worst)")
  }

  @Test func everyFamilyIsThere() {
    #expect(Self.cases.count == 29)
    // Those of texts have goldens of their layers, and their rewards a plain loop beside them.
    for family in Recipe.Family.Name.allCases where family != .gan && !family.isOfText {
      #expect(Self.cases.contains { $0["recipe"]?["family"]?["name"] == .string(family.rawValue) })
    }
    for name in Conditioning.Name.allCases {
      #expect(Self.cases.contains { $0["recipe"]?["conditioning"]?["name"] == .string(name.rawValue) })
    }
  }

  @Test(arguments: 0..<27) func theReferenceEvaluationIsPyTorch(index: Int) throws {
    let test = try Case(index)
    var values: [String: Tensor] = [:]
    for (input, layout) in test.program.groups.flatMap(\.buffers) {
      values[input] = Tensor([layout.count], test.initial(input, layout))
    }
    // Plain steps of rate 1 show the gradients themselves.
    let plain = try Case(index, optimizer: Optimizer(.sgd))
    for step in 0..<5 {
      for (number, phase) in test.program.phases.enumerated() {
        if step == 0 {
          var moved = values
          _ = try run(number, of: plain, step: 0, rate: 1, &moved)
          for name in phase.groups {
            let (old, new) = (try #require(values[name]), try #require(moved[name]))
            let gradient = zip(old.values, new.values).map { $0 - $1 }
            near(gradient, test.numbers(name + "-gradient"), "\(test.name): \(name) gradient")
          }
        }
        let figures = try run(number, of: test, step: step, rate: 0.01, &values)
        near(
          [figures[phase.output(Phase.Output.loss)] ?? .nan], [test.numbers(phase.name + "-loss")[step]],
          "\(test.name): \(phase.name) loss of step \(step)")
        if let k = figures[phase.output(Figure.balance.rawValue)] {
          near([k], [test.numbers("balance")[step]], "\(test.name): k after step \(step)")
        }
      }
    }
    for group in test.program.groups {
      near(
        try #require(values[group.name]).values, test.numbers(group.name),
        "\(test.name): \(group.name) weights")
    }
  }

  @Test(arguments: 0..<27) func thePlansArePyTorch(index: Int) throws {
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
      for (place, label) in test.labels(step).enumerated() { trainer.setLabel(Int32(label), at: place) }
      let statistics = try trainer.step(&counters, of: 5)
      #expect(abs(statistics.discriminatorLoss - test.numbers("discriminator-loss")[step]) < 1e-4)
      #expect(abs(statistics.generatorLoss - test.numbers("generator-loss")[step]) < 1e-4)
      if let k = test.json["balance"]?.elements?[step].real { #expect(abs(statistics.balance - k) < 1e-5) }
    }
    for group in test.program.groups {
      let expected = test.numbers(group.name)
      let got = try #require(weights[group.name])
      for entry in group.layouts.parameters.entries {
        let range = entry.offset..<entry.offset + entry.shape.count
        let difference = range.reduce(0.0) { $0 + pow(Double(got.pointer[$1]) - expected[$1], 2) }
        let length = range.reduce(0.0) { $0 + pow(expected[$1], 2) }
        #expect(
          difference.squareRoot() <= 1e-4 * length.squareRoot(), "\(test.name): \(group.name).\(entry.path)")
      }
    }
  }
}
