import Datasets
import Graphs
import Plans

/// The phases of a training program at one batch size, compiled and bound to the weights they move.
final class Trainer {
  let batch: Int
  private let program: TrainingProgram
  private let weights: Weights
  private let share: ThreadShare
  private let samples: Buffer<Float>
  private let labels: Buffer<Float>
  /// Of each of the groups that a phase moves.
  private let schedules: [Buffer<Float>]
  /// One for each phase and each set of penalties that was due so far.
  private var instances: [(phase: Int, due: [Bool], instance: PlanInstance)] = []

  /// A phase, compiled for a set of penalties that are due.
  typealias Compiled = (phase: Int, due: [Bool], plan: Plan)

  /// - Parameter compiled: what is compiled already; the first step's phases without it.
  /// - Throws: `.memory`; what does not fit is found when a phase is first compiled.
  init(
    _ program: TrainingProgram, _ weights: Weights, _ share: ThreadShare = ThreadShare(), batch: Int,
    _ compiled: [Compiled]? = nil
  ) throws(GANError) {
    self.program = program
    self.weights = weights
    self.share = share
    self.batch = batch
    try weights.complete()
    let shape = Shape([batch] + program.sample.dimensions)
    guard shape.count <= Graph.greatestCount else {
      throw GANError(.memory, "batch", "\(shape) samples are too large")
    }
    samples = try Buffer(count: shape.count, for: "batch")
    labels = try Buffer(count: batch, for: "labels of a batch")
    var schedules: [Buffer<Float>] = []
    for _ in 0..<Phase.greatestGroups {
      schedules.append(try Buffer(count: Slot.count, for: "schedule"))
    }
    self.schedules = schedules
    // Compiled at once, so that a recipe that cannot run is refused before the first step.
    var entries = compiled ?? []
    if compiled == nil { entries = try Self.compile(program, batch: batch, due: [program.due(at: 0)]) }
    for entry in entries { _ = try makeInstance(entry) }
  }

  /// Every phase, for each of the given sets of penalties.
  static func compile(
    _ program: TrainingProgram, batch: Int, due sets: [[Bool]]
  ) throws(GANError) -> [Compiled] {
    var compiled: [Compiled] = []
    for due in sets {
      for index in program.phases.indices {
        compiled.append(try compile(program, batch: batch, phase: index, due: due))
      }
    }
    return compiled
  }

  private static func compile(
    _ program: TrainingProgram, batch: Int, phase index: Int, due: [Bool]
  ) throws(GANError) -> Compiled {
    let phase = program.phases[index]
    let plan = try Plan(
      compiling: phase.program(program.groups, batch: batch, sample: program.sample, due: due),
      precision: program.recipe.precision)
    return (index, due, plan)
  }

  /// Bytes that a trainer of this batch takes with these plans.
  static func byteCount(_ program: TrainingProgram, batch: Int, _ compiled: [Compiled]) -> Int {
    let schedules = Array(repeating: Slot.count, count: Phase.greatestGroups)
    let counts = [batch * program.sample.count, batch] + schedules
    let own = counts.reduce(0) { $0 + Buffer<Float>.byteCount($1) }
    let threads = Execution.threads
    return compiled.reduce(own) { $0 + $1.plan.instanceMemory(threads: threads) }
  }

  /// Where the next step's samples and labels are to be written.
  var sampleValues: UnsafeMutablePointer<Float> { samples.pointer }
  var sampleCount: Int { samples.count }
  func setLabel(_ label: Int32, at index: Int) { labels.pointer[index] = Float(label) }

  private func instance(_ index: Int, due: [Bool]) throws(GANError) -> PlanInstance {
    if let known = instances.first(where: { $0.phase == index && $0.due == due }) {
      return known.instance
    }
    return try makeInstance(Self.compile(program, batch: batch, phase: index, due: due))
  }

  private func makeInstance(_ compiled: Compiled) throws(GANError) -> PlanInstance {
    let instance = try PlanInstance(compiled.plan)
    try instance.reserve(threads: Execution.threads)
    for part in weights.parts { instance.bind(part.input, to: part.values.pointer) }
    instance.bind(Phase.samplesInput, to: samples.pointer)
    instance.bind(Phase.labelsInput, to: labels.pointer)
    for (place, schedule) in schedules.enumerated() {
      instance.bind(Slot.inputName(of: place), to: schedule.pointer)
    }
    instances.append((compiled.phase, compiled.due, instance))
    return instance
  }

  /// One step on what `sampleValues` holds.
  ///
  /// - Parameter steps: of the whole run.
  func step(_ counters: inout Counters, of steps: Int64) throws(GANError) -> StepStatistics {
    let started = now()
    var statistics = StepStatistics()
    var allFinite = true
    let due = program.due(at: counters.step)
    let pool = Execution.pool
    let threads = share.most.load(ordering: .relaxed)
    if threads > 1 { pool.beginBurst() }
    defer { if threads > 1 { pool.endBurst() } }
    for (index, phase) in program.phases.enumerated() where (counters.step + 1) % Int64(phase.every) == 0 {
      let instance = try instance(index, due: due)
      for (place, name) in phase.groups.enumerated() {
        guard let group = program.group(name) else { continue }
        let updates = counters.updates[name] ?? 0
        fillSchedule(place, group, step: counters.step, updates: updates, of: steps)
      }
      // Each phase of each step draws its own numbers.
      let draw = counters.step * Int64(program.phases.count) + Int64(index)
      let random = RandomState(seed: program.recipe.seed, step: UInt32(truncatingIfNeeded: draw))
      try instance.run(random: random, pool: pool, threads: threads)
      let finite = scalar(instance, Phase.Output.finite) == 1
      if finite { for name in phase.groups { counters.updates[name, default: 0] += 1 } }
      allFinite = allFinite && finite
      note(instance, phase, in: &statistics)
    }
    weights.noteChange()
    counters.step += 1
    counters.failures = allFinite ? 0 : counters.failures + 1
    statistics.step = counters.step
    statistics.seconds = now() - started
    statistics.verdict = (allFinite ? Verdict.fine : .nonFinite).rawValue
    return statistics
  }

  private func fillSchedule(_ place: Int, _ group: Group, step: Int64, updates: Int64, of steps: Int64) {
    let values = program.recipe.scheduled(group.optimizer, step: step, updates: updates, of: steps)
    for (index, value) in values.enumerated() { schedules[place].pointer[index] = Float(value) }
  }

  private func note(_ instance: PlanInstance, _ phase: Phase, in statistics: inout StepStatistics) {
    let loss = scalar(instance, Phase.Output.loss)
    let norm = scalar(instance, Phase.Output.norm)
    if phase.groups.contains(Adversarial.generator) {
      statistics.generatorLoss = loss
      statistics.generatorGradientNorm = norm
      statistics.generatorUpdated = scalar(instance, Phase.Output.finite) == 1
    } else {
      statistics.discriminatorLoss = loss
      statistics.discriminatorGradientNorm = norm
    }
    for figure in Figure.allCases {
      let value = scalar(instance, figure.rawValue)
      if !value.isNaN { statistics[keyPath: figure.field] = value }
    }
  }

  private func scalar(_ instance: PlanInstance, _ output: String) -> Double {
    instance.output(output).first.map(Double.init) ?? .nan
  }

  /// The compiled phases, for listings.
  var plans: [(name: String, instance: PlanInstance)] {
    instances.map { (program.phases[$0.phase].name, $0.instance) }
  }
}
