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
  /// Of each group that a phase moves, one phase after the other.
  private let schedules: [Buffer<Float>]
  /// Phases run one after the other.
  private let workspace: Workspace
  /// One for each set of phases and of penalties that was due so far.
  private var programs: [StepProgram] = []

  /// The program of some phases of a step, compiled for a set of penalties that are due, and what comes before.
  struct Compiled {
    let parts: TrainingProgram.StepParts
    let plan: Plan
    let preludes: [(phase: Int, prelude: Prelude, plan: Plan)]

    var plans: [Plan] { [plan] + preludes.map(\.plan) }
  }

  /// - Parameter compiled: what is compiled already; the first generator update's programs without it.
  /// - Throws: `.memory`; what does not fit is found when a program is first compiled.
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
    workspace = try Workspace()
    var schedules: [Buffer<Float>] = []
    for _ in program.phases.flatMap(\.groups) {
      schedules.append(try Buffer(count: Slot.count, for: "schedule"))
    }
    self.schedules = schedules
    // Compiled at once, so that a recipe that cannot run is refused before the first step.
    var entries = compiled ?? []
    if compiled == nil { entries = try Self.compile(program, batch: batch, program.firstParts) }
    try workspace.reserve(for: entries.flatMap(\.plans), threads: Execution.threads)
    for entry in entries { _ = try bind(entry) }
  }

  static func compile(
    _ program: TrainingProgram, batch: Int, _ all: [TrainingProgram.StepParts]
  ) throws(GANError) -> [Compiled] {
    var compiled: [Compiled] = []
    for parts in all { compiled.append(try compile(program, batch: batch, parts)) }
    return compiled
  }

  private static func compile(
    _ program: TrainingProgram, batch: Int, _ parts: TrainingProgram.StepParts
  ) throws(GANError) -> Compiled {
    let plan = try Plan(
      compiling: program.program(of: parts, batch: batch), precision: program.recipe.precision)
    var preludes: [(phase: Int, prelude: Prelude, plan: Plan)] = []
    for phase in parts.phases {
      for prelude in program.phases[phase].preludes {
        let own = try prelude.program(program.groups, batch: batch, sample: program.sample)
        preludes.append((phase, prelude, try Plan(compiling: own, precision: program.recipe.precision)))
      }
    }
    return Compiled(parts: parts, plan: plan, preludes: preludes)
  }

  /// Bytes that a trainer of this batch takes with these plans.
  static func byteCount(_ program: TrainingProgram, batch: Int, _ compiled: [Compiled]) -> Int {
    let schedules = program.phases.flatMap(\.groups).map { _ in Slot.count }
    let results = compiled.flatMap(\.preludes).map { batch * $0.prelude.row.count }
    let counts = [batch * program.sample.count, batch] + schedules + results
    let own = counts.reduce(0) { $0 + Buffer<Float>.byteCount($1) }
    return own + Plan.memory(of: compiled.flatMap(\.plans), sharingWorkspace: Execution.threads)
  }

  /// Where the next step's samples and labels are to be written.
  var sampleValues: UnsafeMutablePointer<Float> { samples.pointer }
  var sampleCount: Int { samples.count }
  func setLabel(_ label: Int32, at index: Int) { labels.pointer[index] = Float(label) }

  private func bound(_ parts: TrainingProgram.StepParts) throws(GANError) -> StepProgram {
    if let known = programs.first(where: { $0.parts == parts }) { return known }
    return try bind(Self.compile(program, batch: batch, parts))
  }

  private func bind(_ compiled: Compiled) throws(GANError) -> StepProgram {
    let instance = try PlanInstance(compiled.plan, sharing: workspace)
    try instance.reserve(threads: Execution.threads)
    for part in weights.parts { instance.bind(part.input, to: part.values.pointer) }
    instance.bind(Phase.samplesInput, to: samples.pointer)
    instance.bind(Phase.labelsInput, to: labels.pointer)
    for (place, schedule) in schedules.enumerated() {
      instance.bind(Slot.inputName(of: place), to: schedule.pointer)
    }
    var preludes: [StepProgram.BoundPrelude] = []
    for (phase, prelude, plan) in compiled.preludes {
      let own = try PlanInstance(plan, sharing: workspace)
      try own.reserve(threads: Execution.threads)
      let bound = try PreludeProgram(prelude, own, batch: batch, weights.parts)
      own.bind(Phase.samplesInput, to: samples.pointer)
      for known in preludes.map(\.program) + [bound] {
        own.bind(known.prelude.result, to: known.values.pointer)
      }
      instance.bind(prelude.result, to: bound.values.pointer)
      preludes.append((phase, bound))
    }
    guard let made = StepProgram(compiled.parts, instance, program.phases, preludes) else {
      throw GANError(.internal, "step", "a phase without its outputs")
    }
    programs.append(made)
    return made
  }

  /// One step on what `sampleValues` holds.
  ///
  /// - Parameter steps: of the whole run.
  func step(_ counters: inout Counters, of steps: Int64) throws(GANError) -> StepStatistics {
    let started = now()
    var statistics = StepStatistics()
    var allFinite = true
    let pool = Execution.pool
    let threads = share.most.load(ordering: .relaxed)
    if threads > 1 { pool.wake() }
    for parts in program.parts(of: counters.step) {
      let bound = try bound(parts)
      for index in parts.phases { fillSchedules(of: index, counters, of: steps) }
      // Each program of each step draws its own numbers.
      let draw = counters.step * Int64(program.phases.count) + Int64(parts.phases[0])
      let random = RandomState(seed: program.recipe.seed, step: UInt32(truncatingIfNeeded: draw))
      for (place, (phase, prelude)) in bound.preludes.enumerated() {
        let earlier = bound.preludes[..<place].filter { $0.phase == phase }.map(\.program)
        try prelude.run(random, after: earlier, place: place, pool: pool, threads: threads)
      }
      try bound.instance.run(random: random, pool: pool, threads: threads)
      for report in bound.reports {
        let finite = bound.isFinite(report)
        if finite {
          for name in program.phases[report.phase].groups { counters.updates[name, default: 0] += 1 }
        }
        allFinite = allFinite && finite
        bound.note(report, in: &statistics)
      }
    }
    weights.noteChange()
    counters.step += 1
    counters.failures = allFinite ? 0 : counters.failures + 1
    statistics.step = counters.step
    statistics.seconds = now() - started
    statistics.verdict = (allFinite ? Verdict.healthy : .nonFinite).rawValue
    return statistics
  }

  private func fillSchedules(of index: Int, _ counters: Counters, of steps: Int64) {
    for (offset, name) in program.phases[index].groups.enumerated() {
      guard let group = program.group(name) else { continue }
      fillSchedule(
        program.place(of: index) + offset, group.optimizer(at: program.phases[index].rate),
        counters.rateFactor, step: counters.step, updates: counters.updates[name] ?? 0, of: steps)
    }
  }

  private func fillSchedule(
    _ place: Int, _ optimizer: Optimizer, _ rateFactor: Double, step: Int64, updates: Int64, of steps: Int64
  ) {
    var values = program.recipe.scheduled(optimizer, step: step, updates: updates, of: steps)
    values[Slot.rate.rawValue] *= rateFactor
    for (index, value) in values.enumerated() { schedules[place].pointer[index] = Float(value) }
  }

  /// The compiled phases, each after what comes before it, for listings.
  var plans: [(name: String, instance: PlanInstance)] {
    programs.flatMap { bound in
      let phases = bound.parts.phases.map { program.phases[$0].name }.joined(separator: " + ")
      let preludes = bound.preludes.map { phase, own in
        ("\(program.phases[phase].name)'s \(own.prelude.name), \(own.runs) a step", own.instance)
      }
      return preludes + [(phases, bound.instance)]
    }
  }
}
