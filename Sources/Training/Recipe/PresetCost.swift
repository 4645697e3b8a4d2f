import Datasets
import Graphs
import Plans

extension Preset {
  /// How large a preset's networks are, and what training them takes.
  public struct Cost: Hashable, Sendable {
    /// Of the samples that this is for: images of 32×32 in three channels, sounds of 4,096 frames, and ten
    /// classes; texts of 20 tokens out of 5,000; series of 64 steps in 4 channels; a table of six columns of
    /// numbers, ten modes each, and nine of ten categories.
    public let shape: [Int]
    /// Trainable numbers of all networks.
    public let parameters: Int
    /// Multiplications and additions of a step with all penalties, its share of the generator's update
    /// included: those of convolutions and matrix products.
    public let flops: Int
    /// Samples of a step.
    public let batch: Int

    /// For people: "1.23M parameters, 45.6G FLOP a step".
    public var text: String { "\(Model.short(parameters)) parameters, \(Model.short(flops)) FLOP a step" }
  }

  /// Counted on the graphs of its phases, which takes some hundredths of a second.
  ///
  /// - Throws: `.internal` where the preset does not fit such data.
  public var cost: Cost {
    get throws(GANError) {
      var recipe = Recipe()
      recipe.preset = name
      build(&recipe)
      recipe.data = usualData
      let program = try TrainingProgram(recipe.resolved())
      return Cost(
        shape: program.sample.dimensions,
        parameters: program.groups.reduce(0) { $0 + $1.layouts.parameters.count },
        flops: try program.meanFlops, batch: program.recipe.batch)
    }
  }
}

extension Preset {
  private var usualData: SampleDescription {
    switch DataKind(rawValue: kind) {
    case .sounds: SampleDescription(kind: .sounds, shape: [4096, 1], classes: 10)
    case .series: SampleDescription(kind: .series, shape: [64, 4], classes: 10)
    case .tables: SampleDescription(.example)
    case .text: SampleDescription(kind: .text, shape: [20], vocabulary: Vocabulary(tokens: 5000))
    default: SampleDescription(kind: .images, shape: [32, 32, 3], classes: 10)
    }
  }
}

extension TableSchema {
  /// Of the size of the field's usual example, the UCI Adult data.
  fileprivate static var example: TableSchema {
    let columns = (0..<15).map { index in
      var column = ColumnSchema(name: "\(index)", type: index < 6 ? .number : .category)
      if column.type == .number {
        column.greatest = 1
        column.modes = (0..<10).map { ColumnSchema.Mode(mean: Double($0) / 10, deviation: 0.1, level: 0) }
      } else {
        column.values = (0..<10).map(String.init)
        column.counts = Array(repeating: 1, count: 10)
        column.own = 10
      }
      return column
    }
    return TableSchema(columns: columns)
  }
}

extension TrainingProgram {
  /// Preludes included.
  private func flops(of parts: StepParts) throws(GANError) -> Int {
    var flops = try program(of: parts, batch: recipe.batch).flops
    for prelude in parts.phases.flatMap({ phases[$0].preludes }) {
      let runs = prelude.repeats * recipe.batch / prelude.rows(of: recipe.batch)
      flops += runs * (try prelude.program(groups, batch: recipe.batch, sample: sample).flops)
    }
    return flops
  }

  /// Of a step, the mean until every phase was due.
  fileprivate var meanFlops: Int {
    get throws(GANError) {
      let steps = Int64(phases.map(\.every).max() ?? 1)
      // Where phases come in turn, those of the end.
      let first = phases.map(\.from).max() ?? 0
      var known: [(parts: StepParts, flops: Int)] = []
      var sum = 0
      for step in first..<first + steps {
        for parts in parts(of: step) {
          if !known.contains(where: { $0.parts == parts }) {
            known.append((parts, try flops(of: parts)))
          }
          sum += known.first { $0.parts == parts }?.flops ?? 0
        }
      }
      return sum / Int(steps)
    }
  }
}
