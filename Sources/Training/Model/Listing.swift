import Graphs
import Plans

/// What `gan info --plan` and `--memory` show: the compiled phases of training at the recipe's batch,
/// and sampling in its largest chunk.
extension Model {
  private static let sampleRows = 64

  private func plans() throws(GANError) -> [(name: String, plan: Plan)] {
    var plans = try listedTrainer().plans
    if program.recipe.kind == .gan {
      plans.append(("sample", try Plan(compiling: sampler.program(.sample, rows: Self.sampleRows))))
    }
    return plans
  }

  /// Every step of every plan as an array of `{"phase", "steps": [{"kernel", …}], "flops"}`.
  ///
  /// - Throws: `.memory`, `.unsupported`.
  public func planReport() throws(GANError) -> JSON {
    var phases: [JSON] = []
    for (name, plan) in try plans() {
      phases.append(
        .object([
          "phase": .string(name), "flops": .integer(plan.flops),
          "steps": try JSON(encoding: plan.listing),
        ]))
    }
    return .array(phases)
  }

  /// The same as text, one line a step.
  public func planListing() throws(GANError) -> String {
    var text = ""
    for (name, plan) in try plans() {
      text += "\(name): \(plan.listing.count) steps, \(Self.short(plan.flops)) FLOP\n"
      for step in plan.listing {
        text += "  \(pad(step.kernel, 26)) \(pad(step.implementation, 28)) "
        text += "\(pad(Self.short(step.flops), 8)) FLOP \(pad(Self.short(step.bytes), 8)) B  \(step.layer)\n"
      }
    }
    return text
  }

  /// Bytes of weights, and of each plan's memory.
  ///
  /// - Throws: `.memory`, `.unsupported`.
  public func memoryReport() throws(GANError) -> JSON {
    var phases: [JSON] = []
    for (name, plan) in try plans() {
      let memory = plan.memory
      phases.append(
        .object([
          "phase": .string(name), "arena": .integer(memory.arena), "unshared": .integer(memory.unshared),
          "tables": .integer(memory.tables), "scratch_per_thread": .integer(memory.scratch),
        ]))
    }
    return .object(["weights": .integer(weightBytes), "plans": .array(phases)])
  }

  private var weightBytes: Int { program.groups.flatMap(\.buffers).reduce(0) { $0 + 4 * $1.layout.count } }

  public func memoryListing() throws(GANError) -> String {
    var text = "weights, moments, averages: \(Self.short(weightBytes)) B\n"
    for (name, plan) in try plans() {
      let memory = plan.memory
      text += "\(pad(name, 16)) arena \(pad(Self.short(memory.arena), 8)) B"
      text += " (\(Self.short(memory.unshared)) B without sharing),"
      text += " tables \(Self.short(memory.tables)) B, scratch \(Self.short(memory.scratch)) B a thread\n"
    }
    return text
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
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
