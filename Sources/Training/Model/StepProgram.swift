import Plans

/// Phases of a step, compiled and bound, and where they report what.
struct StepProgram {
  let parts: TrainingProgram.StepParts
  let instance: PlanInstance
  let reports: [Report]
  /// In their order.
  let preludes: [BoundPrelude]

  typealias BoundPrelude = (phase: Int, program: PreludeProgram)

  /// The outputs of a phase, by their places in the plan.
  struct Report {
    let phase: Int
    fileprivate let movesGenerator: Bool
    fileprivate let loss: Int
    fileprivate let norm: Int
    fileprivate let finite: Int
    fileprivate let figures: [(figure: Figure, output: Int)]
  }

  /// Nil when the plan has not the outputs of these phases.
  init?(
    _ parts: TrainingProgram.StepParts, _ instance: PlanInstance, _ phases: [Phase],
    _ preludes: [BoundPrelude]
  ) {
    self.preludes = preludes
    self.parts = parts
    self.instance = instance
    var reports: [Report] = []
    for index in parts.phases {
      let phase = phases[index]
      func place(_ name: String) -> Int? {
        instance.plan.outputs.firstIndex { $0.name == phase.output(name) }
      }
      guard let loss = place(Phase.Output.loss), let norm = place(Phase.Output.norm),
        let finite = place(Phase.Output.finite)
      else { return nil }
      reports.append(
        Report(
          phase: index, movesGenerator: phase.groups.contains(Adversarial.generator), loss: loss,
          norm: norm, finite: finite,
          figures: Figure.allCases.compactMap { figure in place(figure.rawValue).map { (figure, $0) } }))
    }
    self.reports = reports
  }

  /// Whether a phase's loss and gradient were finite in the last run.
  func isFinite(_ report: Report) -> Bool { instance.scalar(report.finite) == 1 }

  /// Enters what a phase of the last run showed.
  func note(_ report: Report, in statistics: inout StepStatistics) {
    let (loss, norm) = (Double(instance.scalar(report.loss)), Double(instance.scalar(report.norm)))
    if report.movesGenerator {
      statistics.generatorLoss = loss
      statistics.generatorGradientNorm = norm
      statistics.generatorUpdated = isFinite(report)
    } else {
      statistics.discriminatorLoss = loss
      statistics.discriminatorGradientNorm = norm
    }
    for (figure, output) in report.figures {
      let value = Double(instance.scalar(output))
      if !value.isNaN { statistics[keyPath: figure.field] = value }
    }
  }
}
