import Graphs
import Networks
import Plans

/// What a trained model is used for: programs without training, run in chunks of fixed sizes, the
/// last one padded, so that a sample never depends on what was asked with it.
final class Sampler: Sendable {
  private let program: TrainingProgram
  private let weights: Weights
  private let leases = Leases()

  /// Rows of a chunk, smallest first.
  private static let sizes = [1, 16, 64]
  private static let latentInput = "latent"
  static let scaleInput = "scale"
  private static let result = "result"

  enum Operation: String, CaseIterable {
    /// Samples from numbered latents.
    case sample
    /// Samples `[N, …]` from latents `[N, Z]`.
    case generate
    /// Raw scores `[N]` of samples.
    case discriminate
    /// Class probabilities `[N, K]` of samples.
    case classify
  }

  init(_ program: TrainingProgram, _ weights: Weights) {
    self.program = program
    self.weights = weights
  }

  /// - Throws: `.unsupported` for an operation that this kind of model has not.
  func check(_ operation: Operation) throws(GANError) {
    let fits = (operation == .classify) == (program.recipe.kind == .classifier)
    if !fits {
      let kind = program.recipe.kind.rawValue
      throw GANError(.unsupported, operation.rawValue, "a model of kind \(kind) cannot do this")
    }
  }

  /// Elements of one input row and of one result.
  func rowCount(_ operation: Operation) -> (input: Int, output: Int) {
    let latent = program.recipe.latent.size
    let sample = program.sample.count
    return switch operation {
    case .sample, .generate: (latent, sample)
    case .discriminate: (sample, 1)
    case .classify: (sample, program.recipe.data?.classes ?? 0)
    }
  }

  /// Rows of the next chunk when `rest` are left.
  private func chunk(_ rest: Int) -> Int {
    Self.sizes.first { rest <= $0 } ?? Self.sizes[Self.sizes.count - 1]
  }

  /// Writes samples `first ..< first + count` of a seed.
  func sample(_ options: SampleOptions, into out: UnsafeMutablePointer<Float>) throws(GANError) {
    let scale = try Buffer<Float>(count: 1, for: "sample")
    defer { withExtendedLifetime(scale) {} }
    scale.pointer[0] = Float(options.temperature * options.truncation)
    var done = 0
    let total = Int(options.count)
    while done < total {
      let rows = chunk(total - done)
      // Training draws with steps from 0; a sample of the same seed is not one of them.
      let random = RandomState(
        seed: options.seed, step: .max - 1, first: UInt64(options.first) + UInt64(done))
      try run(.sample, rows: rows, averaged: options.averaged, random) { instance in
        instance.bind(Self.scaleInput, to: scale.pointer)
      } _: { values in
        copy(values, .sample, into: out, done: done, total: total)
      }
      done += rows
    }
  }

  /// Runs an operation on rows of input.
  func apply(
    _ operation: Operation, _ input: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) throws(GANError) {
    let width = rowCount(operation).input
    let most = Self.sizes[Self.sizes.count - 1]
    let staging = try Buffer<Float>(count: width * min(most, count + most), for: operation.rawValue)
    defer { withExtendedLifetime(staging) {} }
    var done = 0
    while done < count {
      let rows = chunk(count - done)
      let given = min(rows, count - done)
      staging.pointer.update(from: input + done * width, count: given * width)
      // Padding repeats the first row: nothing that a network could stumble over.
      for row in given..<rows {
        (staging.pointer + row * width).update(from: input + done * width, count: width)
      }
      try run(operation, rows: rows, averaged: true, RandomState(seed: 0)) { instance in
        instance.bind(Self.latentInput, to: staging.pointer)
        instance.bind(Phase.samplesInput, to: staging.pointer)
      } _: { values in
        copy(values, operation, into: out, done: done, total: count)
      }
      done += rows
    }
  }

  private func copy(
    _ values: UnsafeBufferPointer<Float>, _ operation: Operation,
    into out: UnsafeMutablePointer<Float>, done: Int, total: Int
  ) {
    let width = rowCount(operation).output
    let wanted = min(values.count, (total - done) * width)
    if let base = values.baseAddress { (out + done * width).update(from: base, count: wanted) }
  }

  private func run(
    _ operation: Operation, rows: Int, averaged: Bool, _ random: RandomState,
    binding: (PlanInstance) -> Void, _ use: (UnsafeBufferPointer<Float>) -> Void
  ) throws(GANError) {
    try leases.withInstance("\(operation.rawValue) \(rows)") { () throws(GANError) in
      try program(operation, rows: rows)
    } _: { (instance) throws(GANError) in
      try weights.complete(for: instance.plan.inputs.map(\.name))
      bind(instance, averaged: averaged)
      binding(instance)
      try instance.run(random: random, pool: Execution.pool, version: weights.version)
      use(instance.output(Self.result))
    }
  }

  func bind(_ instance: PlanInstance, averaged: Bool) {
    for part in weights.parts { instance.bind(part.input, to: part.values.pointer) }
    let generator = TrainingProgram.generator
    if averaged, let average = weights[generator + ".average"] {
      instance.bind(generator, to: average.pointer)
    }
  }

  /// The program of an operation on `rows` rows; networks behave as after training.
  func program(_ operation: Operation, rows: Int) throws(GANError) -> Program {
    let graph = Graph()
    let result: Node
    switch operation {
    case .sample:
      let scale = graph.add(Input(Self.scaleInput, [1])).reshaped(to: [])
      result = generated(program.recipe.latent.draw(rows, in: graph) * scale, graph)
    case .generate:
      result = generated(graph.add(Input(Self.latentInput, [rows, program.recipe.latent.size])), graph)
    case .discriminate:
      let x = graph.add(Input(Phase.samplesInput, Shape([rows] + program.sample.dimensions)))
      result = apply(TrainingProgram.discriminator, x, .discriminator, graph).score
    case .classify:
      let x = graph.add(Input(Phase.samplesInput, Shape([rows] + program.sample.dimensions)))
      let classes = program.recipe.data?.classes ?? 0
      let role = Role.classifier(classes: classes)
      result = TrainingProgram.probabilities(apply(TrainingProgram.classifier, x, role, graph).classes)
    }
    return Program(
      graph: graph, outputs: [(Self.result, result)],
      constants: Set(program.groups.flatMap(\.buffers).map(\.input)))
  }

  private func generated(_ latent: Node, _ graph: Graph) -> Node {
    apply(TrainingProgram.generator, latent, .generator(sample: program.sample), graph).sample
  }

  private func apply(_ name: String, _ x: Node, _ role: Role, _ graph: Graph) -> Outputs {
    guard let group = program.group(name) else {
      graph.fail(GANError(.internal, name, "there is no such network"))
      return Outputs(in: graph)
    }
    let scope = Scope(group.layouts, named: name, in: graph, training: false)
    return graph.within(name) { group.network(x, as: role, in: scope) }
  }
}
