import Glibc
import Graphs
import Networks
import Plans
import Testing

@testable import Training

/// Five steps of one recipe on a tiny network, as PyTorch makes them in Float64 (`Goldens/*.py`): data,
/// weights and random numbers follow from formulas that both sides know.
struct GoldenCase {
  let json: JSON
  let program: TrainingProgram
  /// Of the weights' wave.
  let size: Double

  static func all(in file: String) -> [JSON] {
    let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    guard let bytes = try? contents(folder + "/Goldens/" + file), let json = try? JSON(parsing: bytes)
    else { return [] }
    return json.elements ?? []
  }

  /// - Parameter optimizer: instead of the recipe's, for all networks.
  init(_ json: JSON, _ recipe: Recipe, size: Double, optimizer: Optimizer? = nil) throws {
    var recipe = try recipe.resolved()
    recipe.objective.fakes = try json["fakes"].map { try #require(.init(rawValue: $0.text ?? "")) } ?? .fresh
    if let optimizer {
      recipe.optimizers.generator = optimizer
      recipe.optimizers.discriminator = optimizer
    }
    self.json = json
    self.size = size
    program = try TrainingProgram(recipe)
  }

  var batch: Int { program.recipe.batch }
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
          let start: Double = if case .constant(let value) = entry.initializer { value } else { .nan }
          return Array(repeating: start, count: entry.shape.count)
        }
        let wave = (0..<entry.shape.count).map { sin(Double($0) + 1) }
        let length = wave.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return wave.map { $0 / length }
      }
    }
    return (0..<layout.count).map { index in
      input.contains(".") && !input.hasSuffix(".average") ? 0 : size * sin(1.7 * Double(index) + 0.3)
    }
  }

  func start() -> [String: Tensor] {
    var values: [String: Tensor] = [:]
    for (input, layout) in program.groups.flatMap(\.buffers) {
      values[input] = Tensor([layout.count], initial(input, layout))
    }
    return values
  }

  /// Runs one phase in Float64 and stores what it stores.
  func run(_ index: Int, step: Int, _ values: inout [String: Tensor]) throws -> Double {
    let phase = program.phases[index]
    let made = try phase.program(
      program.groups, batch: batch, sample: program.sample, due: program.due(at: 0))
    let optimizer = try #require(program.group(phase.groups[0])).optimizer
    values[Slot.inputName] = Tensor(
      [Slot.count],
      program.recipe.scheduled(optimizer, step: Int64(step), updates: Int64(step), of: 5))
    values[Phase.samplesInput] = Tensor(Shape([batch] + program.sample.dimensions), real(step))
    let random = RandomState(seed: 7, step: UInt32(2 * step + index))
    let results = try evaluate(
      made.outputs.prefix(1).map(\.node) + made.stores.map(\.node), with: values, random: random)
    for (store, result) in zip(made.stores, results.dropFirst()) { values[store.input] = result }
    return results[0].values[0]
  }

  /// Runs the phases of a step as the trainer does where they are one program; the losses by phase.
  func runJoined(step: Int, _ values: inout [String: Tensor]) throws -> [Double] {
    let phases = program.phases.indices.map { (program.phases[$0], program.place(of: $0)) }
    let made = try Phase.program(
      of: phases, program.groups, batch: batch, sample: program.sample, due: program.due(at: 0))
    for (phase, place) in phases {
      let optimizer = try #require(program.group(phase.groups[0])).optimizer
      values[Slot.inputName(of: place)] = Tensor(
        [Slot.count], program.recipe.scheduled(optimizer, step: Int64(step), updates: Int64(step), of: 5))
    }
    values[Phase.samplesInput] = Tensor(Shape([batch] + program.sample.dimensions), real(step))
    let results = try evaluate(
      made.outputs.map(\.node) + made.stores.map(\.node), with: values,
      random: RandomState(seed: 7, step: UInt32(2 * step)))
    for (store, result) in zip(made.stores, results.dropFirst(made.outputs.count)) {
      values[store.input] = result
    }
    return try phases.map { phase, _ in
      let index = try #require(made.outputs.firstIndex { $0.name == phase.output(Phase.Output.loss) })
      return results[index].values[0]
    }
  }

  private func near(_ got: [Double], _ expected: [Double], _ what: String) {
    #expect(got.count == expected.count && !got.isEmpty, "\(what)")
    let worst = zip(got, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
    #expect(worst < 1e-8, "\(what): \(worst)")
  }

  /// Losses of five steps, the first step's gradients and the last weights, in Float64.
  func compareReference() throws {
    var values = start()
    if program.joinsPhases {
      for step in 0..<5 {
        let losses = try runJoined(step: step, &values)
        for (loss, name) in zip(losses, ["discriminator", "generator"]) {
          near([loss], [numbers(name + "-loss")[step]], "\(name) loss of step \(step)")
        }
      }
      for name in ["generator", "discriminator"] {
        near(try #require(values[name]).values, numbers(name), name + " weights")
      }
      return
    }
    // Plain steps of rate 1 show the gradients themselves.
    var optimizer = Optimizer(.sgd, rate: 1)
    optimizer.orthogonality = program.recipe.optimizers.generator?.orthogonality ?? 0
    let plain = try GoldenCase(json, program.recipe, size: size, optimizer: optimizer)
    for step in 0..<5 {
      for (phase, name) in ["discriminator", "generator"].enumerated() {
        if step == 0 {
          var moved = values
          _ = try plain.run(phase, step: 0, &moved)
          let (old, new) = (try #require(values[name]), try #require(moved[name]))
          near(zip(old.values, new.values).map { $0 - $1 }, numbers(name + "-gradient"), name + " gradient")
        }
        let loss = try run(phase, step: step, &values)
        near([loss], [numbers(name + "-loss")[step]], "\(name) loss of step \(step)")
      }
    }
    for (name, _) in program.groups.flatMap(\.buffers) where json[name] != nil {
      near(try #require(values[name]).values, numbers(name), name)
    }
  }

  /// The same of the compiled plans, without the gradients.
  func comparePlans() throws {
    let weights = try Weights(program.groups)
    for part in weights.parts {
      for (place, value) in initial(part.input, part.layout).enumerated() {
        part.values.pointer[place] = Float(value)
      }
    }
    let trainer = try Trainer(program, weights, batch: batch)
    var counters = Counters()
    for step in 0..<5 {
      for (place, value) in real(step).enumerated() { trainer.sampleValues[place] = Float(value) }
      let statistics = try trainer.step(&counters, of: 5)
      #expect(abs(statistics.discriminatorLoss - numbers("discriminator-loss")[step]) < 1e-4)
      #expect(abs(statistics.generatorLoss - numbers("generator-loss")[step]) < 1e-4)
    }
    for part in weights.parts where json[part.input] != nil {
      let expected = numbers(part.input)
      for entry in part.layout.entries {
        let range = entry.offset..<entry.offset + entry.shape.count
        let difference = range.reduce(0.0) { $0 + pow(Double(part.values.pointer[$1]) - expected[$1], 2) }
        let length = range.reduce(0.0) { $0 + pow(expected[$1], 2) }
        #expect(difference.squareRoot() <= 1e-4 * length.squareRoot(), "\(part.input).\(entry.path)")
      }
    }
  }
}
