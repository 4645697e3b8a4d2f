import Graphs
import Networks

/// What a run has done so far, beside its weights. All of it decides how training goes on.
struct Counters: Codable, Hashable, Sendable {
  /// Steps made.
  var step: Int64 = 0
  /// Batches taken from a data set.
  var batches: Int64 = 0
  /// Updates that the optimiser of each group made: Adam's t.
  var updates: [String: Int64] = [:]
  /// Steps in a row whose numbers were not finite.
  var failures: Int64 = 0
  /// Times the model went back to a snapshot without a good stretch between.
  var retries: Int64 = 0
  /// Factor of all learning rates, which falls with each of those.
  var rateFactor = 1.0

  func validate(_ path: String) throws(GANError) {
    // No iteration over the dictionary decides anything but whether there is an error.
    let counts = [step, batches, failures, retries] + updates.values
    guard counts.allSatisfy({ (0...Bounds.steps * 16).contains($0) }), (0...1).contains(rateFactor) else {
      throw GANError(.format, "\(path): counters", "expected counts from 0, got others")
    }
  }
}

extension Counters {
  private enum CodingKeys: String, CodingKey {
    case step, batches, updates, failures, retries
    case rateFactor = "rate_factor"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      step: try values.decode(Int64.self, forKey: .step),
      batches: try values.decode(Int64.self, forKey: .batches),
      updates: try values.decode([String: Int64].self, forKey: .updates),
      failures: try values.decode(Int64.self, forKey: .failures),
      // Files of versions before these have neither.
      retries: try values.decodeIfPresent(Int64.self, forKey: .retries) ?? 0,
      rateFactor: try values.decodeIfPresent(Double.self, forKey: .rateFactor) ?? 1)
  }
}

/// A model in a file: safetensors with the weights, running statistics, moments and averages of
/// every network by name (`generator.0.weight`, `generator.moment1.0.weight`), the recipe and the
/// counters. Nothing in it depends on time, place or thread count.
struct Checkpoint: Sendable {
  private static let format = "libgan 1"

  let recipe: Recipe
  let counters: Counters
  let monitor: HealthMonitor
  let progress: EvaluationProgress
  private let file: Safetensors
  private let path: String

  /// - Throws: `.io`, with what was at `path` untouched.
  static func write(
    _ weights: Weights, _ recipe: Recipe, _ counters: Counters, _ monitor: HealthMonitor = HealthMonitor(),
    _ progress: EvaluationProgress = EvaluationProgress(), to path: String
  ) throws(GANError) {
    var tensors: [Safetensors.Tensor] = []
    for part in weights.parts {
      let values = UnsafeBufferPointer(part.values.elements)
      for entry in part.layout.entries {
        tensors.append(
          (
            name: part.input + "." + entry.path, shape: entry.shape,
            values: values.extracting(entry.offset..<entry.offset + entry.shape.count)
          ))
      }
    }
    let metadata = [
      ("format", format), ("recipe", try JSON(encoding: recipe).compact),
      ("counters", try JSON(encoding: counters).compact), ("health", try JSON(encoding: monitor).compact),
      ("evaluation", try JSON(encoding: progress).compact),
    ]
    try Safetensors.write(tensors, metadata: metadata, to: path)
  }

  /// Opens a file and reads what is not weights; those are taken out of it by `load`.
  ///
  /// - Throws: `.io`, `.memory`, `.format` naming the path and the part.
  init(reading path: String) throws(GANError) {
    self.path = path
    file = try Safetensors(reading: path)
    (recipe, counters, monitor, progress) = try file.trusting { (file) throws(GANError) in
      guard file.metadata("format") == Self.format else {
        throw GANError(
          .format, field: "\(path): format", expected: "'\(Self.format)'",
          got: file.metadata("format").map { "'\($0)'" } ?? "none")
      }
      let recipe: Recipe = try Self.decode(file, "recipe", path)
      let counters: Counters = try Self.decode(file, "counters", path)
      try counters.validate(path)
      // Files of versions before this have none.
      let isWatched = file.metadata("health") != nil
      let monitor = isWatched ? try Self.decode(file, "health", path) : HealthMonitor()
      try monitor.validate(path)
      let isMeasured = file.metadata("evaluation") != nil
      let progress = isMeasured ? try Self.decode(file, "evaluation", path) : EvaluationProgress()
      try progress.validate(path)
      return (recipe, counters, monitor, progress)
    }
  }

  /// What the recipe means, once it is sure that the file holds the tensors of that.
  ///
  /// - Throws: `.format` naming the key or the first tensor that differs; `.io`.
  func program() throws(GANError) -> TrainingProgram {
    try file.trusting { (_) throws(GANError) in
      let program: TrainingProgram
      do throws(GANError) {
        program = try TrainingProgram(recipe)
      } catch {
        throw GANError(.format, "\(path): recipe.\(error.field)", error.problem)
      }
      try check(program.groups)
      return program
    }
  }

  private static func decode<Value: Decodable>(_ file: Safetensors, _ key: String, _ path: String)
    throws(GANError) -> Value
  {
    guard let text = file.metadata(key) else {
      throw GANError(.format, field: "\(path): \(key)", expected: "a text", got: "none")
    }
    do {
      return try JSON(parsing: text, name: key).decode(Value.self)
    } catch {
      throw GANError(.format, "\(path): \(key)", error.description)
    }
  }

  /// Refuses a file whose tensors are not exactly those of `groups`.
  ///
  /// - Throws: `.format` naming the first tensor that differs.
  private func check(_ groups: [Group]) throws(GANError) {
    var expected: [(name: String, shape: Shape)] = []
    for group in groups {
      for (input, layout) in group.buffers {
        expected += layout.entries.map { (input + "." + $0.path, $0.shape) }
      }
    }
    for (entry, wanted) in zip(file.entries, expected)
    where entry.name != wanted.name || entry.shape != wanted.shape {
      throw GANError(
        .format, field: "\(path): tensors", expected: "\(wanted.name) \(wanted.shape)",
        got: "\(entry.name) \(entry.shape)")
    }
    guard file.entries.count == expected.count else {
      throw GANError(
        .format, field: "\(path): tensors", expected: "\(expected.count)", got: file.entries.count)
    }
  }

  /// Reads the values of `parts` from the file, after `check`, and makes sure of all others.
  ///
  /// - Throws: `.io`, `.memory`; `.format` for a file that is not byte for byte what was written.
  func load(into parts: [Weights.Part]) throws(GANError) {
    var places: [String: UnsafeMutablePointer<Float>] = [:]
    for part in parts {
      for entry in part.layout.entries {
        places[part.input + "." + entry.path] = part.values.pointer + entry.offset
      }
    }
    try withExtendedLifetime(parts) { () throws(GANError) in
      try file.read { places[$0.name] }
    }
  }
}
