import Datasets
import Graphs
import Networks
import Testing

@testable import Training

/// A table of a number and a category, as a recipe's data has it.
let tinyTable = """
  "table": {"columns": [
    {"name": "x", "type": "number", "least": 0, "greatest": 1,
     "modes": [{"mean": 0, "deviation": 1, "level": 0}, {"mean": 1, "deviation": 0.5, "level": 0}]},
    {"name": "c", "type": "category", "values": ["a", "b"], "counts": [3, 1]}], "dialect": {}}
  """

@Suite struct RecipeTests {
  @Test(arguments: Preset.all.map(\.name))
  func presetsSurviveJSON(name: String) throws {
    let data =
      switch try Preset.named(name).kind {
      case "sounds": #""kind": "sounds", "shape": [4096], "rate": 8000"#
      case "series": #""kind": "series", "shape": [24, 6]"#
      case "tables": tinyTable
      case "text": #""kind": "text", "shape": [6], "vocabulary": {"size": 40}"#
      default: (name == "mlp" ? #""shape": [2]"# : #""shape": [28, 28, 1]"#) + #", "classes": 10"#
      }
    let json = #"{"preset": "\#(name)", "data": {\#(data)}}"#
    let recipe = try Recipe(json: json).resolved()
    #expect(recipe.preset == name)
    let text = try JSON(encoding: recipe).indented
    #expect(try Recipe(json: text) == recipe)
    #expect(try Recipe(json: text).resolved() == recipe)
    #expect(try JSON(encoding: recipe).decode(Recipe.self) == recipe)
  }

  @Test func presetsAreListed() throws {
    let list = try #require(try Preset.list().elements)
    #expect(list.count == Preset.all.count)
    for preset in list {
      for key in ["name", "kind", "paper", "summary"] { #expect(preset[key]?.text != nil) }
    }
    // A linear discriminator and generator of 3 inputs, worked out by hand.
    let tiny = Preset(name: "tiny", kind: "any", paper: "", summary: "") { recipe in
      recipe.generator = Network(Perceptron(depth: 0))
      recipe.discriminator = Network(Perceptron(depth: 0))
      recipe.latent.size = 3
      recipe.batch = 2
      recipe.objective.discriminatorSteps = 2
    }
    let cost = try tiny.cost
    let sample = 32 * 32 * 3
    #expect(cost.parameters == (3 + 1) * sample + (sample + 1))
    // D: G, D on real and fake, D's weights twice; G, every other step and on the same fakes: D, back to
    // the sample, G's weights.
    let (made, judged) = (2 * 2 * 3 * sample, 2 * 2 * sample)
    #expect(cost.flops == made + 4 * judged + (2 * judged + made) / 2)
    let error = #expect(throws: GANError.self) { try Preset.named("stylegan") }
    #expect(error?.description.hasPrefix("preset: expected one of mlp, dcgan, gan, lsgan") == true)
  }

  @Test func theDataDecidesTheNetworks() throws {
    let images = try Recipe(json: #"{"preset": "lsgan", "data": {"shape": [32, 32, 3]}}"#).resolved()
    #expect(images.data?.kind == .images && images.generator == Network(DCGAN()))
    let penalised = try Recipe(json: #"{"preset": "wgan-gp", "data": {"shape": [32, 32, 3]}}"#).resolved()
    #expect(penalised.discriminator == Network(DCGAN(normalization: .layer)))
    let ring = try Dataset.open("builtin:ring")
    let points = try Recipe(json: #"{"preset": "lsgan"}"#).resolved(for: ring)
    #expect(points.data == SampleDescription(kind: .vectors, shape: [2], classes: 8))
    #expect(points.generator == Network(Perceptron()))
    let error = #expect(throws: GANError.self) { try images.resolved(for: ring) }
    #expect(
      error?.description == "data.shape: expected the data's, vectors of [2], got images of [32, 32, 3]")
    let missing = #expect(throws: GANError.self) { try Recipe(json: "{}").resolved() }
    #expect(missing?.field == "data.shape")
  }

  @Test func settingsChangeKeys() throws {
    let recipe = try Recipe(
      json: #"{"preset": "dcgan"}"#,
      settings: [
        "optimizers.generator.rate=1e-3", "objective.loss=hinge", "seed=18446744073709551615",
        "generator.width=8", "optimizers.discriminator.name=sgd", "data={\"shape\":[16,16,1]}",
      ])
    #expect(recipe.optimizers.generator?.rate == 1e-3 && recipe.optimizers.generator?.beta1 == 0.5)
    #expect(recipe.optimizers.discriminator == Optimizer(.sgd))
    #expect(recipe.objective.loss == .hinge && recipe.seed == .max)
    #expect(recipe.generator == Network(DCGAN(width: 8)) && recipe.discriminator == Network(DCGAN()))
    for bad in ["seed", "=1", "a..b=1", ".=1"] {
      let error = #expect(throws: GANError.self) { try Recipe(json: "{}", settings: [bad]) }
      #expect(error?.description == "set: expected key.path=value, got '\(bad)'")
    }
  }

  @Test(arguments: [
    (#"{"bacth": 3}"#, "bacth: unknown key"),
    (#"{"generator": {"architecture": "dcgan", "depth": 3}}"#, "generator.depth: unknown key"),
    (#"{"optimizers": {"generator": {"lr": 3}}}"#, "optimizers.generator.lr: unknown key"),
    (#"{"batch": "64"}"#, #"batch: expected a whole number from"#),
    (#"{"batch": -1}"#, "batch: expected 1…65536, got -1"),
    (#"{"batch": 1e18}"#, "batch: expected 1…65536, got 1000000000000000000"),
    (#"{"batch": 1e300}"#, "batch: expected a whole number from"),
    (#"{"batch": 2.5}"#, "batch: expected a whole number from"),
    (#"{"seed": -1}"#, "seed: expected a whole number from 0"),
    (#"{"steps": 0}"#, "steps: expected 1…1000000000, got 0"),
    (#"{"averaging": 1}"#, "averaging: expected 0.0 or more, below 1.0, got 1.0"),
    (#"{"latent": {"size": 0}}"#, "latent.size: expected 1…65536, got 0"),
    (#"{"latent": {"distribution": "cauchy"}}"#, "latent.distribution: expected one of normal, uniform"),
    (#"{"data": {"shape": [9223372036854775807, 2, 3]}}"#, "data.shape[0]: expected 1…65536"),
    (#"{"data": {"shape": [65536, 65536, 3]}}"#, "data.shape: expected at most"),
    (#"{"data": {"shape": [-2]}}"#, "data.shape[0]: expected 1…65536, got -2"),
    (#"{"data": {"shape": [1, 2, 3, 4]}}"#, "data.shape: expected [height, width, channels]"),
    (#"{"data": {"shape": []}}"#, "data.shape: expected [dimensions]"),
    (#"{"objective": {"loss": "hinged"}}"#, "objective.loss: expected one of"),
    (#"{"objective": {"penalties": [{"name": "r3"}]}}"#, "objective.penalties[0].name: expected one of"),
    (
      #"{"objective": {"penalties": [{"name": "r1", "weight": -1}]}}"#,
      "objective.penalties[0].weight: expected"
    ),
    (
      #"{"objective": {"loss": "hinge", "label-smoothing": 0.1}}"#,
      "objective.label-smoothing: expected 0, or one of the losses minimax, non-saturating"
    ),
    (#"{"objective": {"discriminator-steps": 0}}"#, "objective.discriminator-steps: expected 1…1000"),
    (#"{"optimizers": {"generator": {"rate": -1}}}"#, "optimizers.generator.rate: expected 0.0…1000.0"),
    (#"{"optimizers": {"generator": {"beta2": 1}}}"#, "optimizers.generator.beta2: expected 0.0 or more"),
    (
      #"{"optimizers": {"generator": {"schedule": {"name": "exponential"}}}}"#,
      "optimizers.generator.schedule.final"
    ),
    (
      #"{"optimizers": {"generator": {"beta2-final": 0.99}}}"#,
      "optimizers.generator.beta2-final: expected a schedule that it follows, got constant"
    ),
    (
      #"{"optimizers": {"generator": {"name": "sgd", "beta2-final": 0.99}}}"#,
      "optimizers.generator.beta2-final: sgd has no such key"
    ),
    (
      #"{"objective": {"penalties": [{"name": "r1", "schedule": {"name": "linear", "start": 5, "end": 5}}]}}"#,
      "objective.penalties[0].schedule.end: expected 0, or more than start, 5, got 5"
    ),
    (#"{"augmentation": {"transforms": ["blur"]}}"#, "augmentation.transforms: expected one of flip, color"),
    (#"{"augmentation": {"transforms": ["flip", "flip"]}}"#, "augmentation.transforms: expected each once"),
    (
      #"{"augmentation": {"transforms": ["color"]}, "data": {"shape": [2]}}"#,
      "augmentation.transforms: expected none for vectors"
    ),
    (#"{"augmentation": {"target": 0.6}}"#, "augmentation.target: expected transforms that it is for"),
    (
      #"{"augmentation": {"transforms": ["color"]}, "family": {"name": "began"}}"#,
      "augmentation.transforms: expected none with began"
    ),
    (#"{"packing": 0}"#, "packing: expected 1…64, got 0"),
    (#"{"packing": 3}"#, "batch: expected a multiple of packing, 3, got 64"),
    (#"{"packing": 2, "family": {"name": "infogan"}}"#, "packing: expected 1 with infogan"),
    (
      #"{"objective": {"penalties": [{"name": "consistency"}]}, "data": {"shape": [2]}}"#,
      "objective.penalties[0].name: expected a penalty that fits vectors, got consistency"
    ),
    (
      #"{"objective": {"penalties": [{"name": "lecam"}, {"name": "lecam"}]}}"#,
      "objective.penalties[1].name: expected lecam once, got twice"
    ),
    (
      #"{"optimizers": {"generator": {"orthogonality": -1}}}"#, "optimizers.generator.orthogonality: expected"
    ),
    (#"{"averaging-burn-in": -1}"#, "averaging-burn-in: expected 0…1000000000, got -1"),
    (
      #"{"generator": {"architecture": "r3gan", "width": 64, "widest": 32}}"#,
      "generator.widest: expected at least width, 64, got 32"
    ),
    (#"{"generator": {"architecture": "resnet", "attention": 65}}"#, "generator.attention: expected within"),
    (#"{"optimizers": {"classifier": {"rate": 1}}}"#, "optimizers.classifier: a recipe of kind gan"),
    (#"{"kind": "vae"}"#, "kind: expected one of gan, classifier, got 'vae'"),
    (#"{"kind": "classifier", "objective": {}}"#, "objective: a recipe of kind classifier has no such key"),
    (#"{"precision": "f16"}"#, "precision: expected one of f32, bf16, got 'f16'"),
    (#"{"preset": "none"}"#, "preset: expected one of"),
    (#"{"preset": 3}"#, "preset: expected a text, got 3"),
    (#"[]"#, "recipe: expected an object, got a list"),
    ("{", "recipe, line 1, column 2: expected"),
  ])
  func refuses(json: String, message: String) {
    let error = #expect(throws: GANError.self) { try Recipe(json: json) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
  }

  @Test(arguments: [
    #"{"generator": {"architecture": "mlp", "width": 65536, "depth": 100}, "data": {"shape": [2]}}"#,
    #"{"latent":{"size":65536},"generator":{"layers":[{"dense":{"units":1048576}}]},"data":{"shape":[2]}}"#,
    #"{"data": {"shape": [4, 4, 1]}}"#,
    #"{"data": {"shape": [512, 512, 3]}}"#,
  ])
  func modelsThatCannotBeAreRefused(json: String) throws {
    let recipe = try Recipe(json: json)
    #expect(throws: GANError.self) { try Model(recipe: recipe) }
  }

  /// Also where a preset, whose probability stays at 1, is only given a target.
  @Test func adaptiveAugmentationBeginsWithNone() throws {
    let recipe = try Recipe(
      json: #"{"preset": "dcgan"}"#,
      settings: [#"augmentation.transforms=["color"]"#, "augmentation.target=0.6"])
    #expect(recipe.augmentation.variables.first?.start == 0)
    #expect(recipe.augmentation == Augmentation([.color], target: 0.6))
  }

  @Test func textsAreBounded() {
    let error = #expect(throws: GANError.self) {
      try Recipe(json: String(repeating: " ", count: Recipe.greatestText + 1))
    }
    #expect(error?.kind == .format)
  }
}
