import Datasets
import Glibc
import Graphs
import Networks
import Plans
import Testing

@testable import Training

/// Models of text: what they learn, what they are rewarded by, and that nothing depends on how they are asked.
@Suite(.serialized) struct TextModelTests {
  private static let networks = """
    "generator": {"architecture": "recurrent", "width": 16, "embedding": 8}, "batch": 16, "seed": 3
    """
  private static let judge = """
    "discriminator": {"architecture": "text-cnn", "kernels": [1, 2, 3], "filters": [4, 4, 4]},
    "objective": {"discriminator-steps": 2}
    """
  private static let seqgan = """
    {"preset": "seqgan", "family": {"name": "seqgan", "pretraining": {"steps": 4},
     "discriminator-pretraining": 3, "rollouts": 3, "embedding": 6}, \(judge), \(networks)}
    """
  private static let dense = seqgan.replacing("\"rollouts\": 3", with: "\"rollouts\": 3, \"density\": 4")
  private static let relgan = """
    {"preset": "relgan", "family": {"name": "relgan", "pretraining": {"steps": 4}, "embedding": 6},
     "objective": {"discriminator-steps": 2}, \(judge.split(separator: "\n")[0]) \(networks)}
    """
  private static let alone = """
    {"preset": "language-model", "optimizers": {"generator": {"rate": 0.02}}, \(networks)}
    """

  /// Sentences of a small grammar, each subject with its own verb.
  private func sentences(_ count: Int = 96) throws -> Dataset {
    let ends = ["cat": "sleeps", "dog": "barks", "bird": "sings"]
    let subjects = ["cat", "dog", "bird"]
    let lines = (0..<count).map { index in
      let subject = subjects[index % 3]
      return "the " + (index % 2 == 0 ? "small " : "") + "\(subject) \(ends[subject]!)"
    }
    let path = temporaryPath("sentences.txt")
    defer { unlink(path) }
    try lines.joined(separator: "\n").write(to: path)
    return try Dataset.open(path)
  }

  private func model(_ recipe: String, _ data: Dataset) throws -> Model {
    try Model(recipe: Recipe(json: recipe), data: data)
  }

  private func lines(_ model: Model, _ change: (inout SampleOptions) -> Void = { _ in }) throws -> [String] {
    var options = SampleOptions(seed: 7, count: 30)
    change(&options)
    let text = try model.sampleRows(options)
    let all = text.withBytes { String(decoding: $0, as: UTF8.self) }
    return all.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private func refused(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "nothing was refused"
  }

  @Test func aLanguageModelLearnsAGrammar() throws {
    let data = try sentences()
    let model = try model(Self.alone, data)
    try model.train(on: data, TrainOptions(steps: 250))
    var known: Set<String> = []
    for sentence in ["cat sleeps", "dog barks", "bird sings"] {
      known.insert("the \(sentence)")
      known.insert("the small \(sentence)")
    }
    let made = try lines(model) { $0.count = 60 }
    #expect(made.count { known.contains($0) } > 54, "\(made)")
    // Six sentences, evenly: log 6 nats.
    let tokens = (0..<6).flatMap { index -> [Float] in
      var row = Array(repeating: Float(0), count: 4)
      data.copySample(index, into: &row)
      return row
    }
    let likelihood = try model.apply("likelihood", tokens, shape: [6, 4])
    #expect(likelihood.allSatisfy { $0 < -1.2 && $0 > -2.6 }, "\(Array(likelihood))")
    #expect(try Set(lines(model) { $0.temperature = 0.01 }).count == 1)
  }

  /// Choices are the same whatever was asked with them, on how many threads.
  @Test func samplesAreIdenticalHoweverTheyAreAsked() throws {
    let data = try sentences()
    let model = try model(Self.alone, data)
    try model.train(on: data, TrainOptions(steps: 20))
    let all = try lines(model) { $0.count = 150 }
    #expect(try lines(model) { ($0.first, $0.count) = (70, 1) } == [all[70]])
    #expect(try lines(model) { ($0.first, $0.count) = (60, 40) } == Array(all[60..<100]))
    model.threads = 1
    #expect(try lines(model) { $0.count = 150 } == all)
    #expect(try lines(model) { $0.seed = 8 } != Array(all[..<30]))
    #expect(try samples(model, SampleOptions(seed: 7, first: 64, count: 2)).count == 8)
  }

  @Test(arguments: [seqgan, dense, relgan, alone]) func trainingGoesOnBitForBit(recipe: String) throws {
    let data = try sentences()
    let whole = try model(recipe, data)
    var reports: [StepStatistics] = []
    try whole.train(on: data, TrainOptions(steps: 12)) {
      reports.append($0)
      return true
    }
    #expect(reports.allSatisfy { $0.verdict == 0 })
    for stop in [3, 6, 9] as [Int64] {
      let part = try model(recipe, data)
      // Stopped, not told to be shorter: the relaxation goes by the run's length.
      let stopped = refused { try part.train(on: data, TrainOptions(steps: 12)) { $0.step < stop } }
      #expect(stopped.contains("after step \(stop)"))
      let path = temporaryPath("part.safetensors")
      defer { unlink(path) }
      try part.save(to: path)
      let resumed = try Model(path: path)
      try resumed.train(on: data, TrainOptions(steps: 12))
      #expect(try saved(resumed) == saved(whole))
      #expect(try lines(resumed) == lines(whole))
    }
  }

  @Test func phasesComeInTurn() throws {
    let data = try sentences()
    var generated: [Bool] = []
    var judged: [Bool] = []
    try model(Self.seqgan, data).train(on: data, TrainOptions(steps: 12)) {
      generated.append($0.generatorUpdated)
      judged.append(!$0.discriminatorLoss.isNaN)
      return true
    }
    // Likelihood in 4 steps, the discriminator alone in 3, then the generator in every other step.
    let steps = Array(0..<12)
    let (judging, moving) = (steps.filter { judged[$0] }, steps.filter { generated[$0] })
    #expect(judging == Array(4..<12))
    #expect(moving == [0, 1, 2, 3, 8, 10])
  }

  /// Mean of the discriminator's opinions of texts continued from each beginning, one text at a time; with a density also
  /// from how likely each is.
  @Test(arguments: [(SeqGAN.Reward.probability, 0), (.logOdds, 0), (.logOdds, 4)])
  func rewardsAreThoseOfAPlainLoop(earned: SeqGAN.Reward, density: Int) throws {
    var recipe = try Recipe(
      json: #"{"data": {"kind": "text", "shape": [4], "vocabulary": {"size": 5, "end": 0}}, "#
        + String(Self.seqgan.dropFirst())
    ).resolved()
    var settings = SeqGAN()
    if case .seqgan(let given) = recipe.family { settings = given }
    (settings.reward, settings.density) = (earned, density)
    recipe.family = .seqgan(settings)
    let program = try TrainingProgram(recipe)
    let phase = try #require(program.phases.last)
    let prelude = try #require(phase.preludes.last)
    var values: [String: Tensor] = [:]
    for (input, layout) in program.groups.flatMap(\.buffers) {
      values[input] = Tensor([layout.count], (0..<layout.count).map { 0.4 * sin(1.7 * Double($0) + 0.3) })
    }
    let texts: [Double] = [3, 1, 4, 2, 2, 0, 0, 0]
    values[SeqGAN.texts] = Tensor([2, 4], texts)
    values[SeqGAN.rewards] = Tensor([2, 4], repeating: 0)
    var plain = Array(repeating: 0.0, count: 8)
    for turn in 0..<3 {
      let random = RandomState(seed: 1, step: UInt32(turn))
      let made = try prelude.program(program.groups, batch: 2, sample: program.sample)
      values[SeqGAN.rewards] = try evaluate([made.stores[0].node], with: values, random: random)[0]
      let step = Step(batch: 2, sample: program.sample, groups: program.groups, training: false)
      let language = try #require(step.language(recipe))
      let continued = try evaluate(
        [language.rollouts(of: literal(texts, [2, 4], in: step.graph))], with: values, random: random)[0]
      for row in 0..<8 {
        let one = Step(batch: 1, sample: program.sample, groups: program.groups, training: false)
        values[Phase.samplesInput] = Tensor([1, 4], Array(continued.values[row * 4..<row * 4 + 4]))
        var partner: Node?
        if density > 0 {
          let logs = try evaluate([one.language(recipe)!.logProbabilities(of: one.real)], with: values)[0]
            .values
          let end = continued.values[row * 4..<row * 4 + 4].firstIndex(of: 0)
          let length = end.map { $0 - row * 4 + 1 } ?? 4
          let mean = logs[..<length].reduce(0, +) / Double(length) + log(5)
          partner = literal([mean], [1, 1], in: one.graph)
        }
        let score = one.apply(Adversarial.discriminator, to: one.real, partner: partner).score
        let opinion = try evaluate([score], with: values)[0].values[0]
        let reward: Double = earned == .logOdds ? opinion : 1 / (1 + exp(-opinion))
        let place: Int = (row % 2) * 4 + row / 2
        plain[place] += reward / 3
      }
    }
    let rewards = try #require(values[SeqGAN.rewards]).values
    #expect(zip(rewards, plain).allSatisfy { abs($0 - $1) < 1e-12 }, "\(rewards) and \(plain)")
  }

  @Test func thePolicyLossIsTheFormulas() throws {
    let recipe = try Recipe(
      json: #"{"data": {"kind": "text", "shape": [4], "vocabulary": {"size": 5, "end": 0}}, "#
        + String(Self.seqgan.dropFirst())
    ).resolved()
    let program = try TrainingProgram(recipe)
    let step = Step(batch: 2, sample: program.sample, groups: program.groups)
    let loss = try #require(program.phases.last).loss(step).value
    let language = try #require(step.language(recipe))
    let texts = step.input(SeqGAN.texts, [4])
    var values: [String: Tensor] = [:]
    for (input, layout) in program.groups.flatMap(\.buffers) {
      values[input] = Tensor([layout.count], (0..<layout.count).map { 0.4 * sin(1.7 * Double($0) + 0.3) })
    }
    values[SeqGAN.texts] = Tensor([2, 4], [3, 1, 4, 2, 2, 0, 0, 0])
    let rewards = [0.1, 0.5, 0.25, 0.75, 0.3, 0.2, 9, 9]
    values[SeqGAN.rewards] = Tensor([2, 4], rewards)
    let results = try evaluate([loss, language.logProbabilities(of: texts)], with: values)
    let baseline = [0.2, 0.35, 0.25, 0.75]
    var wanted = 0.0
    // The second text ends with its second token.
    for (row, length) in [4, 2].enumerated() {
      for place in 0..<length {
        let index: Int = row * 4 + place
        let advantage: Double = rewards[index] - baseline[place]
        wanted -= results[1].values[index] * advantage / 2
      }
    }
    #expect(abs(results[0].values[0] - wanted) < 1e-12)
  }

  @Test func sharpnessGrowsAsAPower() {
    var settings = RelGAN()
    settings.pretraining.steps = 100
    #expect(settings.sharpness(step: 50, of: 300) == 1)
    #expect(abs(settings.sharpness(step: 200, of: 300) - 10) < 1e-12)
    #expect(abs(settings.sharpness(step: 900, of: 300) - 100) < 1e-12)
  }

  @Test func aRecurrentDiscriminatorTrainsToo() throws {
    let data = try sentences()
    for cell in ["lstm", "gru"] {
      let recipe = Self.seqgan.replacing(
        #"{"architecture": "text-cnn", "kernels": [1, 2, 3], "filters": [4, 4, 4]}"#,
        with: #"{"architecture": "recurrent", "cell": "\#(cell)", "width": 8, "bidirectional": true}"#)
      let model = try model(recipe, data)
      var accuracies: [Double] = []
      try model.train(on: data, TrainOptions(steps: 40)) {
        if !$0.accuracy.isNaN { accuracies.append($0.accuracy) }
        return true
      }
      #expect(model.recipe.discriminator?.name == "recurrent")
      #expect(accuracies.count == 36 && accuracies.allSatisfy { (0...1).contains($0) })
      #expect(try lines(model).count == 30)
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let data = try sentences()
    #expect(
      refused { _ = try self.model(#"{"preset": "gan"}"#, data) }.hasPrefix(
        "family.name: expected one of likelihood"))
    let vectors = try Dataset.copying([1, 2, 3, 4] as [Float], shape: [2, 2])
    #expect(
      refused { _ = try self.model(Self.seqgan, vectors) }.hasPrefix("data.kind: expected text with seqgan"))
    let model = try model(Self.alone, data)
    #expect(
      refused { _ = try model.trainStep([9, 1, 0, 99] as [Int32], shape: [1, 4]) }.contains(
        "99.0 at element 3"))
    #expect(
      refused { _ = try model.apply("generate", [1] as [Float], shape: [1, 1]) }.contains("likelihood"))
    #expect(refused { _ = try model.sample(SampleOptions(count: 0)) }.contains("count"))
    let points = try Model(recipe: Recipe(json: #"{"preset": "mlp", "data": {"shape": [2]}}"#))
    #expect(refused { _ = try points.sampleRows(SampleOptions()) }.contains("arrays"))
    let other = #"{"preset": "language-model", "discriminator": {"architecture": "text-cnn"}}"#
    #expect(refused { _ = try self.model(other, data) }.contains("has no such network"))
  }

  @Test func seriesOfNumbers() throws {
    var values: [Float] = []
    for sample in 0..<64 {
      for step in 0..<12 {
        let angle = Double(step) * 0.5 + Double(sample)
        values += [Float(sin(angle)), Float(cos(angle))]
      }
    }
    var options = DatasetOptions()
    options.kind = .series
    let data = try Dataset.copying(values, shape: [64, 12, 2], options)
    let recipe = """
      {"preset": "sequence", "generator": {"architecture": "recurrent", "width": 8},
       "discriminator": {"architecture": "recurrent", "width": 8, "cell": "gru", "bidirectional": true},
       "batch": 16}
      """
    let whole = try model(recipe, data)
    try whole.train(on: data, TrainOptions(steps: 6)) { $0.verdict == 0 }
    let part = try model(recipe, data)
    try part.train(on: data, TrainOptions(steps: 3))
    try part.train(on: data, TrainOptions(steps: 6))
    #expect(try saved(part) == saved(whole))
    let made = try whole.sample(SampleOptions(count: 3))
    #expect(made.shape == [3, 12, 2])
    #expect(made.allSatisfy { $0.isFinite })
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    var pieces: [Substring] = []
    var rest = self[...]
    while let range = rest.range(of: part) {
      pieces.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return (pieces + [rest]).map(String.init).joined(separator: other)
  }

  fileprivate func write(to path: String) throws {
    let bytes = Array(utf8)
    let file = try #require(fopen(path, "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }
}

extension Substring {
  fileprivate func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
