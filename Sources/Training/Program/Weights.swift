import Graphs
import Networks
import Plans

/// Every number that training moves, in flat buffers by the name of the input that reads them:
/// `generator`, `generator.state`, `generator.moment1`, `generator.average`, …
///
/// Those of a checkpoint that only training needs, two thirds of it, stay in its file until somebody asks
/// for them: a program that only samples never holds them.
final class Weights: @unchecked Sendable {
  struct Part: Sendable {
    let input: String
    let layout: ParameterLayout
    let values: Buffer<Float>
  }

  private struct State: Sendable {
    var parts: [Part]
    /// Where the others are.
    var file: Checkpoint?
    var version: UInt64 = 0
  }

  private let groups: [Group]
  /// Guarded by `ProcessLock`.
  private var state: State

  /// All zeros.
  ///
  /// - Throws: `.memory`.
  init(_ groups: [Group]) throws(GANError) {
    self.groups = groups
    state = State(parts: try Self.parts(groups) { _, _ in true })
  }

  /// Those of a checkpoint that fits the groups: what sampling needs now, the others when they are
  /// asked for.
  ///
  /// - Throws: `.memory`; `.io`, `.format` for a damaged file.
  init(_ groups: [Group], from checkpoint: Checkpoint) throws(GANError) {
    self.groups = groups
    let parts = try Self.parts(groups) { group, input in
      let used = [group.name, group.stateName, group.averageName]
      return group.name != Adversarial.discriminator && used.contains(input)
    }
    try checkpoint.load(into: parts)
    state = State(parts: parts, file: checkpoint)
  }

  /// Zeros for the inputs that are wanted, in the groups' order.
  private static func parts(
    _ groups: [Group], where isWanted: (Group, _ input: String) -> Bool
  ) throws(GANError) -> [Part] {
    var parts: [Part] = []
    for group in groups {
      for (input, layout) in group.buffers where isWanted(group, input) {
        let values = try Buffer<Float>(count: layout.count, for: input)
        parts.append(Part(input: input, layout: layout, values: values))
      }
    }
    return parts
  }

  /// Another number after every change: what was derived from the weights under another one is out of date.
  var version: UInt64 { ProcessLock.locked { state.version } }
  func noteChange() { ProcessLock.locked { state.version += 1 } }

  /// Those in memory, in the groups' order; after `complete`, all.
  var parts: [Part] { ProcessLock.locked { state.parts } }

  /// Reads what is still in the checkpoint's file, if any of `inputs` is (nil: in any case). Two
  /// threads may both read it; one's work is then dropped.
  ///
  /// - Throws: `.memory`; `.io`, `.format` when the file is not what it was. What is in memory stays.
  func complete(for inputs: [String]? = nil) throws(GANError) {
    let now = ProcessLock.locked { state }
    guard let file = now.file else { return }
    func isMissing(_ input: String) -> Bool { !now.parts.contains { $0.input == input } }
    let names = groups.flatMap(\.buffers).map(\.input)
    if let inputs, !names.contains(where: { isMissing($0) && inputs.contains($0) }) { return }
    let missing = try Self.parts(groups) { _, input in isMissing(input) }
    try file.load(into: missing)
    let known = now.parts + missing
    let all = names.compactMap { name in known.first { $0.input == name } }
    ProcessLock.locked { if state.file != nil { (state.parts, state.file) = (all, nil) } }
  }

  /// Bytes that the buffers of `groups` take.
  static func byteCount(_ groups: [Group]) -> Int {
    groups.flatMap(\.buffers).reduce(0) { $0 + Buffer<Float>.byteCount($1.layout.count) }
  }

  subscript(input: String) -> Buffer<Float>? { parts.first { $0.input == input }?.values }

  /// Draws what a new model begins with; averages begin at the parameters, moments at 0.
  func initialize(_ groups: [Group], seed: UInt64) {
    for group in groups {
      if let parameters = self[group.name] {
        initialValues(
          group.layouts.parameters, seed: seed, named: group.name, into: parameters.pointer)
        if let average = self[group.averageName] {
          average.pointer.update(from: parameters.pointer, count: parameters.count)
        }
      }
      if let state = self[group.stateName] {
        initialValues(group.layouts.state, seed: seed, named: group.stateName, into: state.pointer)
      }
    }
  }
}
