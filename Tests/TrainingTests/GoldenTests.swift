import Graphs
import Networks
import Testing

@testable import Training

/// Every objective on tiny networks against PyTorch's Float64 (`Goldens/make.py`): the reference
/// evaluation and the compiled plans.
@Suite struct GoldenTests {
  static let cases = GoldenCase.all(in: "goldens.json")

  private func golden(_ index: Int) throws -> GoldenCase {
    let json = Self.cases[index]
    let isImage = json["network"] == .string("dcgan")
    let spectral = json["spectral"]?.compact ?? "false"
    let network =
      isImage ? #"{"architecture":"dcgan","width":1"# : #"{"architecture":"mlp","width":6,"depth":2"#
    var recipe = try Recipe(
      json: """
        {"generator": \(network)}, "discriminator": \(network), "spectral-norm": \(spectral)},
         "latent": {"size": 3}, "seed": 7, "batch": \(isImage ? 4 : 5),
         "data": {"shape": \(isImage ? "[16, 8, 1]" : "[2]")},
         "objective": {"loss": \(json["loss"]?.compact ?? ""),
                        "penalties": \(json["penalties"]?.compact ?? "")}}
        """)
    let clip = json["clip"]?.real ?? 0
    var optimizer = Optimizer(clip > 0 ? .rmsprop : .adam, rate: 0.01, beta1: 0.5)
    optimizer.epsilon = 1e-4
    recipe.optimizers.generator = optimizer
    optimizer.clipWeights = clip
    recipe.optimizers.discriminator = optimizer
    return try GoldenCase(json, recipe, size: isImage ? 0.4 : 0.5)
  }

  @Test func everyObjectiveIsThere() {
    #expect(Self.cases.count == 22)
    for loss in AdversarialLoss.all { #expect(Self.cases.contains { $0["loss"] == .string(loss.name) }) }
    let penalties = Self.cases.flatMap { $0["penalties"]?.elements ?? [] }
    let tricks = GoldenCase.all(in: "tricks.json").flatMap {
      $0["recipe"]?["objective"]?["penalties"]?.elements ?? []
    }
    for penalty in Penalty.all {
      #expect((penalties + tricks).contains { $0["name"] == .string(penalty.name) })
    }
  }

  @Test(arguments: 0..<22) func theReferenceEvaluationIsPyTorch(index: Int) throws {
    try golden(index).compareReference()
  }

  @Test(arguments: 0..<22) func thePlansArePyTorch(index: Int) throws { try golden(index).comparePlans() }
}

/// Every other architecture in the same way (`Goldens/architectures.py`), spectral vectors and the
/// schedules of R3GAN among them.
@Suite struct ArchitectureGoldenTests {
  static let cases = GoldenCase.all(in: "architectures.json")

  private func golden(_ index: Int) throws -> GoldenCase {
    let json = Self.cases[index]
    return try GoldenCase(json, Recipe(json: #require(json["recipe"])), size: #require(json["size"]?.real))
  }

  @Test func everyArchitectureIsThere() {
    let names = Self.cases.map { $0["recipe"]?["generator"]?["architecture"]?.text }
    #expect(names == ["resnet", "resnet", "r3gan", "infogan"])
  }

  @Test(arguments: 0..<4) func theReferenceEvaluationIsPyTorch(index: Int) throws {
    try golden(index).compareReference()
  }

  @Test(arguments: 0..<4) func thePlansArePyTorch(index: Int) throws { try golden(index).comparePlans() }
}

/// WaveGAN with phase shuffle and the gradient penalty, in the same way (`Goldens/sound.py`).
@Suite struct SoundGoldenTests {
  static let cases = GoldenCase.all(in: "sound.json")

  private func golden(_ index: Int) throws -> GoldenCase {
    let json = Self.cases[index]
    return try GoldenCase(json, Recipe(json: #require(json["recipe"])), size: #require(json["size"]?.real))
  }

  @Test func bothAreThere() { #expect(Self.cases.count == 2) }

  @Test(arguments: 0..<2) func theReferenceEvaluationIsPyTorch(index: Int) throws {
    try golden(index).compareReference()
  }

  @Test(arguments: 0..<2) func thePlansArePyTorch(index: Int) throws { try golden(index).comparePlans() }
}

/// What is added to a pair of networks, in the same way (`Goldens/tricks.py`): augmentation, whose
/// probability is state, packing, consistency, LeCam's running means, minibatch deviation, orthogonality.
@Suite struct TrickGoldenTests {
  static let cases = GoldenCase.all(in: "tricks.json")

  private func golden(_ index: Int) throws -> GoldenCase {
    let json = Self.cases[index]
    return try GoldenCase(json, Recipe(json: #require(json["recipe"])), size: #require(json["size"]?.real))
  }

  @Test func everyTransformIsThere() {
    #expect(Self.cases.count == 8)
    let used = Self.cases.flatMap { $0["recipe"]?["augmentation"]?["transforms"]?.elements ?? [] }
    for transform in Augmentation.Transform.allCases { #expect(used.contains(.string(transform.rawValue))) }
  }

  @Test(arguments: 0..<8) func theReferenceEvaluationIsPyTorch(index: Int) throws {
    try golden(index).compareReference()
  }

  @Test(arguments: 0..<8) func thePlansArePyTorch(index: Int) throws { try golden(index).comparePlans() }
}
