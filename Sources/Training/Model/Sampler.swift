import Datasets
import Graphs
import Networks
import Plans

/// What a trained model is used for: programs without training, run in chunks of fixed sizes, the
/// last one padded, so that a sample never depends on what was asked with it.
final class Sampler: Sendable {
  let program: TrainingProgram
  let weights: Weights
  let share: ThreadShare
  let leases = Leases()

  /// Rows of a chunk, smallest first.
  private static let sizes = [1, 16, 64]
  private static var largest: Int { sizes[sizes.count - 1] }
  static let result = "result"

  init(_ program: TrainingProgram, _ weights: Weights, _ share: ThreadShare) {
    self.program = program
    self.weights = weights
    self.share = share
  }

  /// Runs a whole call, which waits for others where memory is short.
  func inTurn<Result>(_ body: () throws(GANError) -> Result) throws(GANError) -> Result {
    try leases.withTurn(body)
  }

  /// Rows of the next chunk when `rest` are left.
  private func chunk(_ rest: Int) -> Int { Self.sizes.first { rest <= $0 } ?? Self.largest }

  /// Writes samples `first ..< first + count` of a seed.
  ///
  /// - Parameter asked: of every row of a table.
  func sample(
    _ options: SampleOptions, asked: TableRequest = TableRequest(), into out: UnsafeMutablePointer<Float>
  ) throws(GANError) {
    let inputs = try SamplingInputs(
      scale: Buffer(count: 1, for: "sample"),
      conditions: Buffer(count: max(1, Self.largest * program.conditions.width), for: "sample"))
    defer { withExtendedLifetime((inputs.scale, inputs.conditions)) {} }
    inputs.scale.pointer[0] = Float(options.temperature * options.truncation)
    let total = Int(options.count)
    // Samples that are choices have the same place in the same chunk whatever is asked, since an activation's
    // last bit could turn one: what comes before the first one asked for is made too.
    let isDiscrete = program.recipe.data?.isDiscrete ?? false
    var done = isDiscrete ? -Int(options.first % Int64(Self.largest)) : 0
    while done < total {
      let rows = isDiscrete ? Self.largest : chunk(total - done)
      if asked.isEmpty {
        try sample(options, inputs, from: done, rows, seed: options.seed, condition: nil) { values in
          copy(values, width: program.sample.count, into: out, done: done, total: total)
        }
      } else {
        try retry(options, inputs, from: done, rows, asked, into: out)
      }
      done += rows
    }
  }

  private struct SamplingInputs {
    let scale: Buffer<Float>
    let conditions: Buffer<Float>
  }

  /// Times that a row is made again before it is given up.
  static let greatestTries = 1000

  /// Makes rows until each has what is asked for. Which try a row is of follows from its own tries alone.
  private func retry(
    _ options: SampleOptions, _ inputs: SamplingInputs, from done: Int, _ rows: Int,
    _ asked: TableRequest, into out: UnsafeMutablePointer<Float>
  ) throws(GANError) {
    guard let schema = program.recipe.data?.table else { return }
    let format = TableRows(schema, asked: asked)
    let width = program.sample.count
    var open = Array(max(0, -done)..<min(rows, Int(options.count) - done))
    for attempt in 0..<Self.greatestTries {
      let seed = options.seed ^ (UInt64(attempt) &* 0x9e37_79b9_7f4a_7c15)
      try sample(options, inputs, from: done, rows, seed: seed, condition: asked.condition) { values in
        open.removeAll { row in
          let sample = UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
          guard asked.isMet(by: sample, format), let base = sample.baseAddress else { return false }
          (out + (done + row) * width).update(from: base, count: width)
          return true
        }
      }
      if open.isEmpty { return }
    }
    throw GANError(
      field: "where", expected: "rows that the model makes within \(Self.greatestTries) tries",
      got: "none for sample \(Int(options.first) + done + open[0])")
  }

  /// One chunk of samples.
  private func sample(
    _ options: SampleOptions, _ inputs: SamplingInputs, from done: Int, _ rows: Int, seed: UInt64,
    condition: Int?, _ use: (UnsafeBufferPointer<Float>) -> Void
  ) throws(GANError) {
    let width = program.conditions.width
    for row in 0..<rows where width > 0 {
      let target = inputs.conditions.pointer + row * width
      if let condition {
        program.conditions.fill(target, label: condition)
      } else {
        fill(target, options, max(0, min(done + row, Int(options.count) - 1)), seed: seed)
      }
    }
    // Training draws with steps from 0; a sample of the same seed is not one of them.
    let random = RandomState(seed: seed, step: .max - 1, first: UInt64(options.first + Int64(done)))
    try run("sample", rows: rows, averaged: options.averaged, random) { () throws(GANError) in
      try samplingProgram(rows: rows)
    } binding: { instance in
      instance.bind(Operation.scaleInput, to: inputs.scale.pointer)
      instance.bind(Conditions.inputName, to: inputs.conditions.pointer)
    } _: { values in
      use(values)
    }
  }

  /// The conditions of a sample, counted from the first one asked for.
  private func fill(
    _ row: UnsafeMutablePointer<Float>, _ options: SampleOptions, _ place: Int, seed: UInt64
  ) {
    let conditions = program.conditions
    if let codes = options.codes {
      codes.withUnsafeBufferPointer { all in
        if let base = all.baseAddress { conditions.fill(row, given: base + place * conditions.given) }
      }
    } else if let labels = options.labels {
      conditions.fill(row, label: Int(labels[place]))
    } else if options.label >= 0 {
      conditions.fill(row, label: Int(options.label))
    } else {
      conditions.fill(
        row, sample: UInt64(options.first) + UInt64(place), seed: seed, balanced: options.balanced)
    }
  }

  /// What an operation is run on.
  struct Rows {
    /// Samples or latents, one after another.
    let values: UnsafePointer<Float>
    let width: Int
    /// Conditions as networks take them, where the operation needs any.
    let conditions: UnsafePointer<Float>?
    let count: Int
  }

  /// Runs an operation on rows of input.
  func apply(_ operation: Operation, _ input: Rows, into out: UnsafeMutablePointer<Float>)
    throws(GANError)
  {
    let breadth = program.conditions.width
    let staged = try Buffer<Float>(count: input.width * Self.largest, for: operation.name)
    let stagedConditions = try Buffer<Float>(count: max(1, breadth * Self.largest), for: operation.name)
    defer { withExtendedLifetime((staged, stagedConditions)) {} }
    var done = 0
    while done < input.count {
      let rows = chunk(input.count - done)
      for row in 0..<rows {
        // Padding repeats the last row: nothing that a network could stumble over.
        let source = min(done + row, input.count - 1)
        (staged.pointer + row * input.width).update(
          from: input.values + source * input.width, count: input.width)
        guard let conditions = input.conditions else { continue }
        (stagedConditions.pointer + row * breadth).update(
          from: conditions + source * breadth, count: breadth)
      }
      try run(operation.name, rows: rows, averaged: true, RandomState(seed: 0)) { () throws(GANError) in
        try self.program(of: operation, rows: rows)
      } binding: { instance in
        instance.bind(Operation.latentInput, to: staged.pointer)
        instance.bind(Phase.samplesInput, to: staged.pointer)
        instance.bind(Conditions.inputName, to: stagedConditions.pointer)
      } _: { values in
        copy(values, width: operation.output, into: out, done: done, total: input.count)
      }
      done += rows
    }
  }

  private func copy(
    _ values: UnsafeBufferPointer<Float>, width: Int, into out: UnsafeMutablePointer<Float>, done: Int,
    total: Int
  ) {
    let skipped = max(0, -done) * width
    let wanted = min(values.count, (total - done) * width) - skipped
    guard let base = values.baseAddress, wanted > 0 else { return }
    (out + max(0, done) * width).update(from: base + skipped, count: wanted)
  }

  func run(
    _ name: String, rows: Int, averaged: Bool, _ random: RandomState,
    compiling made: () throws(GANError) -> Program, binding: (PlanInstance) -> Void,
    _ use: (UnsafeBufferPointer<Float>) -> Void
  ) throws(GANError) {
    try leases.withInstance("\(name) \(rows)", compiling: made) { (instance) throws(GANError) in
      try weights.complete(for: instance.plan.inputs.map(\.name))
      bind(instance, averaged: averaged)
      binding(instance)
      try instance.run(
        random: random, pool: Execution.pool, threads: share.most.load(ordering: .relaxed),
        version: weights.version)
      use(instance.output(Self.result))
    }
  }

  func bind(_ instance: PlanInstance, averaged: Bool) {
    let generator = Adversarial.generator
    let average = averaged ? weights[generator + ".average"] : nil
    // Each input once: another pointer means that what was prepared is out of date.
    for part in weights.parts {
      let values = part.input == generator ? average ?? part.values : part.values
      instance.bind(part.input, to: values.pointer)
    }
  }

  /// The program that makes `rows` numbered samples; networks behave as after training.
  func samplingProgram(rows: Int) throws(GANError) -> Program {
    let step = Step(batch: rows, sample: program.sample, groups: program.groups, training: false)
    let scale = step.graph.add(Input(Operation.scaleInput, [1])).reshaped(to: [])
    let samples = program.family.sampled(program.recipe, rows: rows, scale: scale, step)
    return Program(graph: step.graph, outputs: [(Self.result, samples)], constants: constants)
  }

  /// The program of an operation on `rows` rows.
  func program(of operation: Operation, rows: Int) throws(GANError) -> Program {
    let step = Step(batch: rows, sample: program.sample, groups: program.groups, training: false)
    let result = operation.result(step)
    return Program(graph: step.graph, outputs: [(Self.result, result)], constants: constants)
  }

  /// What does not change between two runs of the same weights.
  var constants: Set<String> { Set(program.groups.flatMap(\.buffers).map(\.input)) }
}
