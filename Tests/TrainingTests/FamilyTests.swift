import Datasets
import Glibc
import Graphs
import Networks
import Testing

@testable import Training

/// What the families are asked for after training, and what they refuse.
@Suite(.serialized) struct FamilyTests {
  private static let small = """
    "generator": {"architecture": "mlp", "width": 8, "depth": 1, "normalization": "batch"},
    "discriminator": {"architecture": "mlp", "width": 8, "depth": 1},
    "latent": {"size": 4}, "batch": 16, "seed": 3, "averaging": 0
    """

  private func model(_ keys: String, classes: Int = 3) throws -> Model {
    let data = #""data": {"shape": [2], "classes": \#(classes)}"#
    return try Model(recipe: Recipe(json: "{\(keys), \(Self.small), \(data)}"))
  }

  private let points = (0..<24).map { Float($0 % 7) / 4 - 0.7 }

  private func train(_ model: Model, steps: Int = 3, labels: [Int32]? = nil) throws -> StepStatistics {
    var last = StepStatistics()
    for _ in 0..<steps { last = try batch(points, [12, 2], labels: labels) { try model.trainStep($0) } }
    return last
  }

  private func applied(
    _ model: Model, _ operation: String, _ values: [Float], _ shape: Shape, labels: [Int32]? = nil
  ) throws -> [Float] {
    try batch(values, shape, labels: labels) { batch in
      var out = Array(repeating: Float.nan, count: try model.applyCount(operation, batch))
      try out.withUnsafeMutableBufferPointer { _ = try model.apply(operation, batch, into: $0) }
      return out
    }
  }

  private func refused(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "nothing was refused"
  }

  private let turns = (0..<12).map { Int32($0 % 3) }

  // MARK: - Classes

  @Test(arguments: ["cgan", "projection", "acgan"])
  func samplesFollowTheirLabels(name: String) throws {
    let model = try model(#""conditioning": {"name": "\#(name)"}"#)
    _ = try train(model, steps: 10, labels: turns)
    func drawn(_ change: (inout SampleOptions) -> Void) throws -> [Float] {
      var options = SampleOptions(seed: 5, count: 70)
      change(&options)
      return try samples(model, options)
    }
    let all = try drawn { _ in }
    let inTurn = try drawn { $0.labels = (0..<70).map { Int32($0 % 3) } }
    #expect(all == inTurn)
    let ones = try drawn { $0.label = 1 }
    let onesByWeight = try drawn { $0.codes = (0..<70).flatMap { _ in [0, 1, 0] } }
    #expect(ones == onesByWeight && ones != all)
    for index in 0..<70 where index % 3 == 1 { #expect(abs(ones[2 * index] - all[2 * index]) < 1e-5) }
    // Half way between two classes lies something else, and a part of the way something nearer.
    let twos = try drawn { $0.label = 2 }
    func between(_ share: Float) throws -> [Float] {
      try drawn { $0.codes = (0..<70).flatMap { _ in [0, 1 - share, share] } }
    }
    func distance(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } }
    let (near, half) = (try between(0.01), try between(0.5))
    #expect(distance(near, ones) < distance(half, ones) && distance(near, ones) < distance(near, twos))
    // A sample is a function of seed and index, its class included.
    var one = SampleOptions(seed: 5, first: 10, count: 1)
    let tenth = try samples(model, one)
    one.label = 1
    #expect(abs(tenth[0] - all[20]) < 1e-5)
    #expect(try samples(model, one) == tenth)
  }

  @Test func latentsAndSamplesTakeLabels() throws {
    let model = try model(#""conditioning": {"name": "cgan"}"#)
    let latents = Array(repeating: Float(0.3), count: 12)
    let byLabel = try applied(model, "generate", latents, [3, 4], labels: [0, 1, 2])
    #expect(byLabel[0] != byLabel[2] && byLabel[2] != byLabel[4])
    let rows = (0..<3).flatMap { k in latents.prefix(4) + (0..<3).map { $0 == k ? 1 : 0 } }
    #expect(try applied(model, "generate", rows, [3, 7]) == byLabel)
    let scores = try applied(
      model, "discriminate", Array(repeating: 0.5, count: 6), [3, 2], labels: [0, 1, 1])
    #expect(scores[0] != scores[1] && scores[1] == scores[2])
    #expect(
      refused { _ = try applied(model, "discriminate", points, [12, 2]) }
        == "input.labels: expected 12 labels, one a sample, got none")
    #expect(
      refused { _ = try applied(model, "generate", latents, [3, 4]) }
        == "input.labels: expected 3 labels, one a sample, got none")
    #expect(
      refused { _ = try applied(model, "generate", latents, [3, 4], labels: [0, 1, 3]) }
        == "input.labels: expected 0…2, got 3 at sample 2")
    #expect(
      refused { _ = try applied(model, "generate", rows, [3, 7], labels: [0, 1, 2]) }
        == "input.labels: expected none beside codes, got some")
    #expect(
      refused { _ = try applied(model, "classify", points, [12, 2]) }.hasPrefix("classify: this model has no")
    )
    #expect(
      refused { _ = try applied(model, "encode", points, [12, 2]) }.contains("expected one of generate"))
  }

  @Test func labelsAreChecked() throws {
    let model = try model(#""conditioning": {"name": "acgan"}"#)
    #expect(refused { _ = try train(model) } == "batch.labels: expected 12 labels, got none")
    var labels = turns
    labels[7] = 3
    #expect(
      refused { _ = try train(model, labels: labels) } == "batch.labels: expected 0…2, got 3 at sample 7")
    labels[7] = -1
    #expect(
      refused { _ = try train(model, labels: labels) } == "batch.labels: expected 0…2, got -1 at sample 7")
    func sampling(_ change: (inout SampleOptions) -> Void) -> String {
      var options = SampleOptions(count: 2)
      change(&options)
      return refused { _ = try samples(model, options) }
    }
    #expect(sampling { $0.label = 3 } == "label: expected 0…2, or -1 for all in turn, got 3")
    #expect(sampling { $0.labels = [0] } == "labels: expected 2 labels, one a sample, got 1")
    #expect(sampling { $0.labels = [0, -1] } == "labels: expected 0…2, got -1 at sample 1")
    #expect(sampling { $0.codes = [0, 1] } == "codes: expected 6 numbers, 3 a sample, got 2")
    #expect(sampling { $0.codes = [0, 1, 0, 0, .nan, 0] }.hasPrefix("codes: expected finite numbers"))
    let unlabelled = try batch(points, [12, 2]) { try Dataset(copying: $0) }
    #expect(
      refused { try model.train(on: unlabelled, TrainOptions(steps: 1)) }.hasPrefix(
        "data.classes: expected 2 or"))
    labels[7] = -1
    let partly = try batch(points, [12, 2], labels: labels) { try Dataset(copying: $0) }
    #expect(
      refused { try model.train(on: partly, TrainOptions(steps: 1)) }
        == "data: expected a label for every sample, got 1 without")
    #expect(
      refused { _ = try self.model(#""conditioning": {"name": "cgan"}"#, classes: 0) }.hasPrefix(
        "data.classes: expected 2 or more, since cgan learns from labels, got 0"))
    let plain = try self.model(#""preset": "gan""#)
    var options = SampleOptions()
    options.codes = [1]
    #expect(refused { _ = try samples(plain, options) } == "codes: this model has no codes")
  }

  @Test func aProjectedGeneratorNeedsNormalisation() throws {
    let recipe = try Recipe(
      json: """
        {"conditioning": {"name": "projection"}, "generator": {"architecture": "mlp"},
         "data": {"shape": [2], "classes": 3}}
        """)
    #expect(
      refused { _ = try Model(recipe: recipe) }
        == "generator.normalization: expected one that takes the classes in: batch, layer or instance, got none"
    )
  }

  // MARK: - Codes

  @Test func codesAreSettable() throws {
    let model = try model(#""family": {"name": "infogan", "categorical": [3, 2], "continuous": 1}"#)
    let statistics = try train(model, steps: 5)
    #expect(statistics.information.isFinite && statistics.information < log(6))
    #expect(model.info.codes == 3 && model.info.family == "infogan" && !model.info.conditional)
    var options = SampleOptions(seed: 1, count: 40)
    let drawn = try samples(model, options)
    options.codes = (0..<40).flatMap { _ in [2, 1, -0.5] }
    let set = try samples(model, options)
    #expect(set != drawn)
    options.codes = (0..<40).flatMap { _ in [2, 0, -0.5] }
    #expect(try samples(model, options) != set)
    let third = try samples(model, SampleOptions(seed: 1, first: 3, count: 1))
    #expect(abs(third[0] - drawn[6]) < 1e-5)
    // Labels mean nothing here, however large.
    #expect(try applied(model, "discriminate", points, [12, 2], labels: turns.map { $0 + 9000 }).count == 12)
    // The same latent with other codes.
    let made = try applied(model, "generate", [1, 0, 0, 1, 0, 1, 0.5, 1, 0, 0, 1, 2, 1, 0.5], [2, 7])
    #expect(made[0] != made[2])
    for (codes, message) in [
      ([2, 1], "codes: expected 3 numbers, 3 a sample, got 2"),
      ([3, 1, 0], "codes: expected a whole number in 0…2 as code 0, got 3.0 at sample 0"),
      ([0.5, 1, 0], "codes: expected a whole number in 0…2 as code 0, got 0.5 at sample 0"),
      ([0, 1, .infinity], "codes: expected finite numbers up to 1e6, got inf at sample 0"),
    ] as [([Float], String)] {
      var options = SampleOptions(count: 1)
      options.codes = codes
      #expect(refused { _ = try samples(model, options) } == message)
    }
    #expect(
      refused { _ = try applied(model, "generate", [1, 2, 3, 4], [1, 4]) }
        == "input.shape: expected [N, 7], got [1, 4]")
    options.codes = nil
    options.label = 0
    #expect(
      refused { _ = try samples(model, options) }
        == "label: expected none: the model is not conditional, got 0")
  }

  // MARK: - Few labels, encoders, autoencoders

  @Test func fewLabelsMakeAClassifier() throws {
    // Three clusters, one label each.
    let centres: [(Float, Float)] = [(-1, -1), (1, -1), (0, 1)]
    let values = (0..<300).flatMap { index -> [Float] in
      let (x, y) = centres[index % 3]
      return [x + 0.1 * sin(Float(index)), y + 0.1 * cos(Float(3 * index))]
    }
    let labels = (0..<300).map { Int32($0 < 3 ? $0 % 3 : -1) }
    let data = try batch(values, [300, 2], labels: labels) { try Dataset(copying: $0) }
    #expect(data.labelledCount == 3 && data.info.labelled == 3 && data.classes == 3)
    let model = try Model(
      recipe: Recipe(
        json: """
          {"family": {"name": "sgan"}, \(Self.small),
           "optimizers": {"discriminator": {"rate": 0.003, "beta1": 0.5}, "generator": {"rate": 0.001}}}
          """), data: data)
    var last = StepStatistics()
    try model.train(on: data, TrainOptions(steps: 400)) {
      last = $0
      return true
    }
    #expect(last.classAccuracy == 1)
    let probabilities = try applied(model, "classify", values, [300, 2])
    let right = (0..<300).count { index in
      let row = probabilities[(3 * index)..<(3 * index + 3)]
      return row[3 * index + index % 3] == row.max()
    }
    #expect(right >= 290, "\(right) of 300")
    #expect(abs(probabilities[0..<3].reduce(0, +) - 1) < 1e-5)
    // Without any label a step learns from what there is.
    let statistics = try train(model, steps: 1)
    #expect(statistics.discriminatorLoss.isFinite && statistics.verdict == 0)
  }

  @Test func encodersAndAutoencodersReconstruct() throws {
    let bigan = try model(#""family": {"name": "bigan", "hidden": 8}"#)
    _ = try train(bigan)
    let codes = try applied(bigan, "encode", points, [12, 2])
    #expect(codes.count == 48)
    let back = try applied(bigan, "generate", codes, [12, 4])
    let again = try applied(bigan, "reconstruct", points, [12, 2])
    for (a, b) in zip(back, again) { #expect(abs(a - b) < 1e-5) }
    #expect(try applied(bigan, "discriminate", points, [12, 2]).count == 12)
    #expect(bigan.info.parameters.map(\.network) == ["discriminator", "generator", "encoder"])

    let ebgan = try model(#""family": {"name": "ebgan", "code": 2}"#)
    let before = try applied(ebgan, "reconstruct", points, [12, 2])
    let scores = try applied(ebgan, "discriminate", points, [12, 2])
    for index in 0..<12 {
      let error = (0..<2).reduce(Float(0)) {
        $0 + pow(before[2 * index + $1] - points[2 * index + $1], 2) / 2
      }
      #expect(abs(scores[index] + error) < 1e-5)
    }
    #expect(
      refused { _ = try applied(ebgan, "encode", points, [12, 2]) }.hasPrefix("encode: this model has no"))
  }

  @Test func theBalanceIsSavedWithTheModel() throws {
    let keys = #""family": {"name": "began", "code": 2, "rate": 0.1}"#
    let whole = try model(keys)
    let first = try train(whole, steps: 2)
    #expect(first.balance > 0 && first.convergence > 0)
    let path = temporaryPath("began.safetensors")
    defer { unlink(path) }
    try whole.save(to: path)
    let resumed = try Model(path: path)
    #expect(try train(resumed, steps: 2).balance == train(whole, steps: 2).balance)
    #expect(try saved(resumed) == saved(whole))
  }

  // MARK: - Recipes

  @Test(arguments: [
    (#"{"family": {"name": "vae"}}"#, "family.name: expected one of gan, infogan, sgan, bigan, ebgan, began"),
    (#"{"family": {"name": "bigan", "code": 3}}"#, "family.code: unknown key"),
    (#"{"family": {"name": "infogan", "categorical": [1]}}"#, "family.categorical: expected at most 64"),
    (
      #"{"family": {"name": "infogan", "categorical": [], "continuous": 0}}"#, "family.continuous: expected 1"
    ),
    (#"{"family": {"name": "began", "diversity": 2}}"#, "family.diversity: expected within 0.0...1.0"),
    (
      #"{"family": {"name": "ebgan"}, "objective": {"loss": "hinge"}}"#,
      "objective.loss: expected non-saturating"
    ),
    (
      #"{"family": {"name": "began"}, "objective": {"penalties": [{"name": "r1"}]}}"#,
      "objective.penalties: expected none with began, got 1"
    ),
    (
      #"{"family": {"name": "sgan"}, "conditioning": {"name": "cgan"}}"#,
      "conditioning: expected none with the family sgan, got cgan"
    ),
    (
      #"{"conditioning": {"name": "projection", "embedding": 3}}"#,
      "conditioning.embedding: projection has no"
    ),
    (#"{"conditioning": {"embedding": 3}}"#, "conditioning.name: "),
    (#"{"encoder": {"architecture": "mlp"}}"#, "encoder: the family gan has no such network"),
    (#"{"optimizers": {"encoder": {}}}"#, "optimizers.encoder: a recipe of kind gan has no such network"),
    (
      #"{"kind": "classifier", "conditioning": {"name": "cgan"}}"#,
      "conditioning: a recipe of kind classifier"
    ),
  ])
  func refuses(json: String, message: String) {
    let error = #expect(throws: GANError.self) { try Recipe(json: json) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
  }

  @Test func conditionsComposeWithLossesAndPenalties() throws {
    let model = try model(
      """
      "preset": "wgan-gp", "conditioning": {"name": "projection"}, "instance-noise": {"deviation": 0.1}
      """)
    let statistics = try train(model, steps: 6, labels: turns)
    #expect(statistics.verdict == 0 && statistics.discriminatorLoss.isFinite)
  }
}
