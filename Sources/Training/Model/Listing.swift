import Graphs
import Plans

/// What `gan info --plan` and `--memory` show: the compiled phases of training at the recipe's batch,
/// and sampling, one and in its largest chunk.
extension Model {
  private static let sampleRows = [1, 64]
  private static let rounds = 5

  /// A phase's plan, and what its steps took where that was measured.
  private struct ListedPlan {
    let name: String
    let plan: Plan
    let measured: Measurement?
  }

  /// Measuring runs the phases on weights of their own: the model stays as it is.
  private func plans(measured: Bool = false) throws(GANError) -> [ListedPlan] {
    let weights = measured ? try Weights(program.groups) : self.weights
    if measured { weights.initialize(program.groups, seed: program.recipe.seed) }
    let trainer = try Trainer(program, weights, batch: program.recipe.batch)
    for index in 0..<(measured ? trainer.sampleCount : 0) {
      trainer.sampleValues[index] = index % 2 == 0 ? 0.5 : -0.5
    }
    var instances = trainer.plans
    if program.recipe.kind == .gan {
      for rows in Self.sampleRows {
        let sampling = try PlanInstance(Plan(compiling: sampler.samplingProgram(rows: rows)))
        sampler.bind(sampling, averaged: true)
        instances.append(("sample \(rows)", sampling))
      }
    }
    let scale = try Buffer<Float>(count: 1, for: "sample")
    let conditions = try Buffer<Float>(
      count: max(1, (Self.sampleRows.max() ?? 1) * program.conditions.width), for: "sample")
    var plans: [ListedPlan] = []
    for (name, instance) in instances {
      instance.bind(Operation.scaleInput, to: scale.pointer)
      instance.bind(Conditions.inputName, to: conditions.pointer)
      let random = RandomState(seed: program.recipe.seed)
      let took =
        measured ? try instance.measured(random: random, pool: Execution.pool, rounds: Self.rounds) : nil
      plans.append(ListedPlan(name: name, plan: instance.plan, measured: took))
    }
    withExtendedLifetime((scale, conditions, trainer)) {}
    return plans
  }

  /// Every step of every plan as an array of `{"phase", "steps": [{"kernel", …}], "flops"}`; where
  /// measured, with `seconds` of each step and plan, and the machine's `peak`.
  ///
  /// - Parameter measured: runs every plan some times, on weights of its own.
  /// - Throws: `.memory`, `.unsupported`.
  public func planReport(measured: Bool = false) throws(GANError) -> JSON {
    let peak = measured ? try MachinePeak(pool: Execution.pool) : nil
    var phases: [JSON] = []
    for listed in try plans(measured: measured) {
      var phase = JSON.Members()
      phase["phase"] = .string(listed.name)
      phase["flops"] = .integer(listed.plan.flops)
      phase["seconds"] = listed.measured.map { .real($0.total) }
      if let peak { phase["peak"] = try JSON(encoding: peak) }
      var steps: [JSON] = []
      for (index, step) in listed.plan.listing.enumerated() {
        guard case .object(var members) = try JSON(encoding: step) else { continue }
        members["seconds"] = listed.measured.map { .real($0.seconds[index]) }
        steps.append(.object(members))
      }
      phase["steps"] = .array(steps)
      phases.append(.object(phase))
    }
    return .array(phases)
  }

  /// The same as text, one line a step.
  public func planListing(measured: Bool = false) throws(GANError) -> String {
    let peak = measured ? try MachinePeak(pool: Execution.pool) : nil
    var text = ""
    if let peak {
      text += "peak of \(Execution.threads) threads: "
      text += "\(Self.short(Int(peak.flopsPerSecond))) FLOP/s (matmul 2048), "
      text += "\(Self.short(Int(peak.bytesPerSecond))) B/s (addition to 64 MiB)\n"
    }
    for listed in try plans(measured: measured) {
      let flops = listed.plan.flops
      text += "\(listed.name): \(listed.plan.listing.count) steps, \(Self.short(flops)) FLOP"
      if let peak, let measured = listed.measured {
        let share = Int((100 * Double(flops) / measured.total / peak.flopsPerSecond).rounded())
        text += ", \(Self.milliseconds(measured.total)), \(Self.rate(flops, measured.total)) FLOP/s: "
        text += "\(share) % of the peak"
      }
      text += "\n"
      for (index, step) in listed.plan.listing.enumerated() {
        text += "  \(pad(step.kernel, 28)) \(pad(step.implementation, 28)) "
        text += "\(pad(Self.short(step.flops), 7)) FLOP \(pad(Self.short(step.bytes), 7)) B  "
        if let seconds = listed.measured?.seconds[index] {
          text += "\(pad(Self.milliseconds(seconds), 10)) \(pad(Self.rate(step.flops, seconds), 7)) FLOP/s "
          text += "\(pad(Self.rate(step.bytes, seconds), 7)) B/s  "
        }
        text += step.layer + "\n"
      }
    }
    return text
  }

  /// Bytes of weights, and of each plan's memory.
  ///
  /// - Throws: `.memory`, `.unsupported`.
  public func memoryReport() throws(GANError) -> JSON {
    var phases: [JSON] = []
    for listed in try plans() {
      let memory = listed.plan.memory
      phases.append(
        .object([
          "phase": .string(listed.name), "arena": .integer(memory.arena),
          "unshared": .integer(memory.unshared),
          "tables": .integer(memory.tables), "scratch_per_thread": .integer(memory.scratch),
        ]))
    }
    return .object(["weights": .integer(weightBytes), "plans": .array(phases)])
  }

  private var weightBytes: Int { program.groups.flatMap(\.buffers).reduce(0) { $0 + 4 * $1.layout.count } }

  /// The same as text, one line for each plan.
  ///
  /// - Throws: `.memory`, `.unsupported`.
  public func memoryListing() throws(GANError) -> String {
    var text = "weights, moments, averages: \(Self.short(weightBytes)) B\n"
    for listed in try plans() {
      let memory = listed.plan.memory
      text += "\(pad(listed.name, 16)) arena \(pad(Self.short(memory.arena), 8)) B"
      text += " (\(Self.short(memory.unshared)) B without sharing),"
      text += " tables \(Self.short(memory.tables)) B, scratch \(Self.short(memory.scratch)) B a thread\n"
    }
    return text
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func milliseconds(_ seconds: Double) -> String {
    let microseconds = Int((seconds * 1e6).rounded())
    let rest = "\(microseconds % 1000)"
    return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest + " ms"
  }

  private static func rate(_ count: Int, _ seconds: Double) -> String {
    short(seconds > 0 ? Int(Double(count) / seconds) : 0)
  }

  /// Three digits and a letter: 12.3M.
  static func short(_ value: Int) -> String {
    var (number, letters) = (Double(value), ["", "k", "M", "G", "T", "P"][...])
    while number >= 1000, letters.count > 1 {
      number /= 1000
      letters = letters.dropFirst()
    }
    let digits = number >= 100 || letters.first == "" ? 1.0 : number >= 10 ? 10.0 : 100.0
    let rounded = (number * digits).rounded() / digits
    let text = rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    return text + (letters.first ?? "")
  }
}
