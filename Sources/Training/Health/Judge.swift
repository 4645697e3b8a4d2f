import Graphs
import Networks
import Plans

/// The discriminator as it is in training, with the statistics of each batch, asked for raw scores and for
/// the slopes of its score.
struct Judge: Sendable {
  /// Whether it takes classes.
  let isLabelled: Bool
  let score: @Sendable (Step) -> Node
}

extension TrainingProgram {
  /// Nil where no discriminator scores single samples.
  var judge: Judge? {
    guard recipe.packing == 1, let family = family as? any AdversarialFamily else { return nil }
    let (recipe, conditions) = (self.recipe, self.conditions)
    let isLabelled = family.discriminatorAttachments(recipe).classes != nil
    return Judge(isLabelled: isLabelled) { step in
      let classes = isLabelled ? conditions.input(step) : nil
      return family.score(step.apply(Adversarial.discriminator, to: step.real, classes: classes))
    }
  }
}

extension Sampler {
  /// Samples judged at once: no more than in a step, so that statistics and memory are like those.
  private var judged: Int { min(64, program.recipe.batch) }

  /// Scores of samples, and the mean squares of their slopes `‖∂score/∂x‖²` where asked for.
  ///
  /// - Parameter labels: a class each, of a judge that takes them; −1 counts as 0.
  /// - Throws: `.memory`.
  func judge(_ judge: Judge, _ samples: Buffer<Float>, _ labels: [Int32], slopes: Bool) throws(GANError)
    -> (scores: [Double], slopes: [Double])
  {
    let size = program.sample.count
    let width = judge.isLabelled ? program.conditions.width : 0
    let staged = try Buffer<Float>(count: judged * size, for: "samples to look at")
    let classes = try Buffer<Float>(count: max(1, judged * width), for: "samples to look at")
    defer { withExtendedLifetime((staged, classes, samples)) {} }
    var found: (scores: [Double], slopes: [Double]) = ([], [])
    let count = labels.count
    for first in stride(from: 0, to: count, by: judged) {
      for row in 0..<judged {
        let source = (first + row) % count
        (staged.pointer + row * size).update(from: samples.pointer + source * size, count: size)
        if width > 0 {
          program.conditions.fill(classes.pointer + row * width, label: max(0, Int(labels[source])))
        }
      }
      let rows = min(judged, count - first)
      // One chunk says enough of slopes, which cost twice what scores do.
      let sloped = slopes && first == 0
      let name = sloped ? "judge slopes" : "judge"
      try run(name, rows: judged, averaged: false, RandomState(seed: 0)) { () throws(GANError) in
        try judgingProgram(judge, slopes: sloped)
      } binding: { instance in
        instance.bind(Phase.samplesInput, to: staged.pointer)
        instance.bind(Conditions.inputName, to: classes.pointer)
      } _: { values in
        found.scores += values.prefix(rows).map(Double.init)
        if sloped { found.slopes = values.dropFirst(judged).prefix(rows).map(Double.init) }
      }
    }
    return found
  }

  /// `[rows]` scores, and after them as many slopes. Nothing is stored: running statistics stay.
  private func judgingProgram(_ judge: Judge, slopes: Bool) throws(GANError) -> Program {
    let step = Step(batch: judged, sample: program.sample, groups: program.groups)
    let scores = judge.score(step).reshaped(to: [judged])
    guard slopes else { return Program(graph: step.graph, outputs: [(Self.result, scores)]) }
    let slope = gradient(of: sum(scores), at: [step.real])[0]
      .reshaped(to: [judged, program.sample.count])
    let squares = sum(square(slope), over: [1]).reshaped(to: [judged])
    return Program(graph: step.graph, outputs: [(Self.result, concatenate([scores, squares], axis: 0))])
  }

  /// The class that the model sees in each sample; nil for a model that tells none.
  func told(_ samples: Buffer<Float>, _ count: Int) throws(GANError) -> [Int32]? {
    guard let operation = program.operations.first(where: { $0.name == "classify" }) else { return nil }
    let width = operation.output
    let shares = try Buffer<Float>(count: count * width, for: "classes of samples")
    defer { withExtendedLifetime((shares, samples)) {} }
    let rows = Rows(values: samples.pointer, width: program.sample.count, conditions: nil, count: count)
    try apply(operation, rows, into: shares.pointer)
    return (0..<count).map { row in
      let all = (0..<width).map { shares.pointer[row * width + $0] }
      return Int32(all.indices.max { all[$0] < all[$1] } ?? 0)
    }
  }
}
