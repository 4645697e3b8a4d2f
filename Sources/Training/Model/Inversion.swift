import Glibc
import Graphs
import Networks
import Plans

/// Finding the latents of given samples: those whose generated samples are nearest, by gradient (Zhu et
/// al., arXiv 1609.03552, section 3.1). From the best of some drawn latents Adam goes down the mean
/// squared difference, its rate falling by half a cosine; the best of all latents seen is the result.
///
/// Rows do not look at one another, and nothing is random from call to call.
enum Inversion {
  static let name = "invert"
  static let candidates = 32
  static let steps = 300
  static let rate = 0.1
  /// Rows of a chunk: always as many, so that a result does not depend on what else was asked.
  static let rows = 16

  /// Names of the inputs and outputs of a step's program.
  static let latent = "search.latent"
  static let moments = ["search.moment1", "search.moment2"]
  static let pace = "search.pace"
  static let distance = "distance"

  /// Adam's rate and corrections in step `count` (from 0), its moments starting anew there.
  static func pace(_ count: Int) -> [Float] {
    let optimizer = Optimizer(.adam, rate: rate, schedule: Schedule(.cosine))
    let corrections = optimizer.corrections(after: Int64(count), beta2: optimizer.beta2)
    let rate = optimizer.rate * optimizer.schedule.factor(step: Int64(count), of: Int64(steps))
    return [Float(rate * corrections.first), Float(corrections.second)]
  }
}

extension Operation {
  /// Samples, labelled where the model is conditional, to latents `[N, Z]`.
  static func invert(_ recipe: Recipe, labelled: Bool) -> Self {
    Self(name: Inversion.name, input: .samples(labelled: labelled), output: recipe.latent.size) { step in
      step.graph.fail(GANError(.internal, Inversion.name, "is a search, not an expression"))
      return Node.constant(0, in: step.graph)
    }
  }
}

extension Sampler {
  /// One step of the search on `Inversion.rows` rows.
  func inversionProgram() throws(GANError) -> Program {
    let (rows, recipe) = (Inversion.rows, program.recipe)
    let step = Step(batch: rows, sample: program.sample, groups: program.groups, training: false)
    let graph = step.graph
    let latent = step.input(Inversion.latent, [recipe.latent.size])
    let moments = Inversion.moments.map { step.input($0, [recipe.latent.size]) }
    let made = program.family.generate(recipe, from: latent, program.conditions.input(step), step)
    let axes = Array(1..<made.shape.rank)
    let distance = mean(square(made - step.real), over: axes)
    let slope = gradient(of: sum(distance), at: [latent])[0]
    let first = 0.9 * moments[0] + 0.1 * slope
    let second = 0.999 * moments[1] + 0.001 * square(slope)
    let pace = graph.add(Input(Inversion.pace, [2]))
    let (rate, correction) = (
      pace.sliced(axis: 0, from: 0, count: 1).reshaped(to: []),
      pace.sliced(axis: 0, from: 1, count: 1).reshaped(to: [])
    )
    var moved = latent - rate * first / (sqrt(second) * correction + 1e-8)
    if recipe.latent.distribution == .uniform { moved = minimum(maximum(moved, -1), 1) }
    if let error = graph.error { throw error }
    return Program(
      graph: graph, outputs: [(Inversion.distance, distance)],
      stores: [(Inversion.latent, moved), (Inversion.moments[0], first), (Inversion.moments[1], second)],
      constants: constants)
  }

  /// Writes the latent of each row.
  ///
  /// - Throws: `.memory`.
  func invert(_ input: Rows, into out: UnsafeMutablePointer<Float>) throws(GANError) {
    try leases.withInstance(Inversion.name) { () throws(GANError) in
      try inversionProgram()
    } _: { (instance) throws(GANError) in
      try weights.complete(for: instance.plan.inputs.map(\.name))
      let search = try Search(instance, self)
      var done = 0
      while done < input.count {
        search.load(input, from: done)
        try search.run()
        let found = min(Inversion.rows, input.count - done) * search.width
        (out + done * search.width).update(from: search.best.pointer, count: found)
        done += Inversion.rows
      }
    }
  }
}

/// The buffers of one chunk's search.
private struct Search {
  let width: Int
  let best: Buffer<Float>
  private let instance: PlanInstance
  private let recipe: Recipe
  private let sampler: Sampler
  private let latent: Buffer<Float>
  private let before: Buffer<Float>
  private let moments: [Buffer<Float>]
  private let samples: Buffer<Float>
  private let conditions: Buffer<Float>
  private let breadth: Int
  private let pace: Buffer<Float>
  private let distances: Buffer<Float>

  init(_ instance: PlanInstance, _ sampler: Sampler) throws(GANError) {
    let (name, rows) = (Inversion.name, Inversion.rows)
    recipe = sampler.program.recipe
    width = recipe.latent.size
    breadth = sampler.program.conditions.width
    self.instance = instance
    best = try Buffer(count: rows * width, for: name)
    self.sampler = sampler
    latent = try Buffer(count: rows * width, for: name)
    before = try Buffer(count: rows * width, for: name)
    moments = [try Buffer(count: rows * width, for: name), try Buffer(count: rows * width, for: name)]
    samples = try Buffer(count: rows * sampler.program.sample.count, for: name)
    conditions = try Buffer(count: max(1, rows * breadth), for: name)
    pace = try Buffer(count: 2, for: name)
    distances = try Buffer(count: rows, for: name)
    sampler.bind(instance, averaged: true)
    instance.bind(Inversion.latent, to: latent.pointer)
    for (name, moment) in zip(Inversion.moments, moments) { instance.bind(name, to: moment.pointer) }
    instance.bind(Phase.samplesInput, to: samples.pointer)
    instance.bind(Conditions.inputName, to: conditions.pointer)
    instance.bind(Inversion.pace, to: pace.pointer)
  }

  /// Rows of the input from `first` on; the last one again where there are no more.
  func load(_ input: Sampler.Rows, from first: Int) {
    for row in 0..<Inversion.rows {
      let source = min(first + row, input.count - 1)
      (samples.pointer + row * input.width).update(
        from: input.values + source * input.width, count: input.width)
      guard let given = input.conditions else { continue }
      (conditions.pointer + row * breadth).update(from: given + source * breadth, count: breadth)
    }
  }

  func run() throws(GANError) {
    distances.elements.update(repeating: .infinity)
    pace.elements.update(repeating: 0)
    for candidate in 0..<Inversion.candidates {
      draw(candidate)
      try step()
    }
    latent.pointer.update(from: best.pointer, count: best.count)
    for moment in moments { moment.elements.update(repeating: 0) }
    for count in 0..<Inversion.steps {
      for (place, value) in Inversion.pace(count).enumerated() { pace.pointer[place] = value }
      try step()
    }
  }

  /// The same candidates for every row.
  private func draw(_ candidate: Int) {
    // No step of training or of sampling.
    let random = RandomState(seed: 0, step: .max - 3)
    for place in 0..<width {
      let (index, stream) = (UInt64(place), UInt32(candidate))
      let value =
        recipe.latent.distribution == .normal
        ? random.normal(index, stream: stream) : 2 * random.uniform(index, stream: stream) - 1
      for row in 0..<Inversion.rows { latent.pointer[row * width + place] = Float(value) }
    }
  }

  /// Moves the latents, and keeps those from before that were the best so far.
  private func step() throws(GANError) {
    before.pointer.update(from: latent.pointer, count: latent.count)
    try instance.run(
      random: RandomState(seed: 0), pool: Execution.pool,
      threads: sampler.share.most.load(ordering: .relaxed),
      version: sampler.weights.version)
    for (row, distance) in instance.output(Inversion.distance).enumerated()
    where distance < distances.pointer[row] {
      distances.pointer[row] = distance
      (best.pointer + row * width).update(from: before.pointer + row * width, count: width)
    }
  }
}
