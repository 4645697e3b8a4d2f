import Graphs
import Plans

/// What has to be computed before a phase's own program, in pieces so that its memory stays bounded: the phase
/// reads the results as inputs.
struct Prelude: Sendable {
  let name: String
  /// Runs with other random numbers, whose mean is the result.
  let repeats: Int
  /// Samples of a batch that one run is to have at most.
  let rows: Int
  /// The input that reads the result, and its values for one sample.
  let result: String
  let row: Shape
  /// The result of some rows, `[rows] + row`; it may read the results of preludes before it.
  let value: @Sendable (Step) -> Node

  /// Samples of one run: the most that the batch is a multiple of.
  func rows(of batch: Int) -> Int { (1...max(1, min(rows, batch))).last { batch % $0 == 0 } ?? 1 }

  /// One run: adds its share of the mean to what is there. Networks behave as after training.
  func program(_ groups: [Group], batch: Int, sample: Shape) throws(GANError) -> Program {
    let step = Step(batch: rows(of: batch), sample: sample, groups: groups, training: false)
    let value = step.graph.within(name) { self.value(step) }
    let sum = step.input(result, row) + value * (1 / Double(repeats))
    if let error = step.graph.error { throw error }
    return Program(graph: step.graph, outputs: [], stores: [(result, sum)])
  }
}

/// A prelude, compiled and bound, with its result.
struct PreludeProgram {
  let prelude: Prelude
  let values: Buffer<Float>
  let instance: PlanInstance
  private let batch: Int
  private var rows: Int { prelude.rows(of: batch) }
  /// In one step.
  var runs: Int { batch / rows * prelude.repeats }

  /// - Parameter earlier: of the same phase.
  init(
    _ prelude: Prelude, _ instance: PlanInstance, batch: Int, _ parts: [Weights.Part]
  ) throws(GANError) {
    self.prelude = prelude
    self.instance = instance
    self.batch = batch
    values = try Buffer(count: batch * prelude.row.count, for: prelude.name)
    for part in parts { instance.bind(part.input, to: part.values.pointer) }
  }

  /// Computes the result for the whole batch.
  ///
  /// - Parameters:
  ///   - earlier: preludes whose results it may read.
  ///   - place: of this prelude in its phase, so that no two draw the same numbers.
  func run(
    _ random: RandomState, after earlier: [PreludeProgram], place: Int, pool: ThreadPool, threads: Int
  ) throws(GANError) {
    values.elements.update(repeating: 0)
    for first in stride(from: 0, to: batch, by: rows) {
      for known in earlier + [self] {
        instance.bind(known.prelude.result, to: known.values.pointer + first * known.prelude.row.count)
      }
      for turn in 0..<prelude.repeats {
        // Numbers of other rows than the batch has, and than other runs do.
        let run = (place * prelude.repeats + turn) * batch + first
        var own = random
        own.first = UInt64(run + batch) << 24
        try instance.run(random: own, pool: pool, threads: threads)
      }
    }
  }
}
