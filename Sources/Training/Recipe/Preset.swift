import Datasets
import Graphs
import Networks

/// A recipe known by name. What it leaves open follows from the data: DCGAN networks for images,
/// an MLP for vectors, unless `kind` says that it is for one of them.
public struct Preset: Sendable {
  /// What recipes and the command call it.
  public let name: String
  /// What it is for: a kind of data, such as `images`, or `any`.
  public let kind: String
  /// Where it comes from, as `arXiv 1511.06434`; empty for none.
  public let paper: String
  /// One line.
  public let summary: String
  let build: @Sendable (inout Recipe) -> Void

  /// The recipe as JSON, before the data is known.
  public var recipe: JSON {
    get throws(GANError) {
      var recipe = Recipe()
      recipe.preset = name
      build(&recipe)
      return try JSON(encoding: recipe)
    }
  }

  /// - Throws: `.argument` listing the known names.
  public static func named(_ name: String) throws(GANError) -> Preset {
    if let preset = all.first(where: { $0.name == name }) { return preset }
    throw GANError.unknown(name, among: all.map(\.name), field: "preset")
  }

  /// What `gan presets --json` prints.
  ///
  /// - Parameter costs: whether each has its `cost` too, which takes a second for all.
  public static func list(costs: Bool = false) throws(GANError) -> JSON {
    var list: [JSON] = []
    for preset in all {
      var members = JSON.Members()
      members["name"] = .string(preset.name)
      members["kind"] = .string(preset.kind)
      members["paper"] = .string(preset.paper)
      members["summary"] = .string(preset.summary)
      members["recipe"] = try preset.recipe
      if costs {
        let cost = try preset.cost
        members["cost"] = .object([
          "batch": .integer(cost.batch), "flops": .integer(cost.flops),
          "parameters": .integer(cost.parameters), "shape": try JSON(encoding: cost.shape),
        ])
      }
      list.append(.object(members))
    }
    return .array(list)
  }

  /// Every preset there is.
  public static let all: [Preset] = [
    mlp, dcgan, gan, lsgan, wgan, wganGP, dragan, hinge, sngan, sagan, rpgan, r3gan, cgan, acgan, projection,
    infogan, sgan, bigan, ebgan, began, wavegan, ctgan, seqgan, relgan, languageModel, sequence, classifier,
  ]
}

extension Preset {
  static func adam(_ rate: Double, _ beta1: Double, _ beta2: Double) -> Optimizers {
    let optimizer = Optimizer(.adam, rate: rate, beta1: beta1, beta2: beta2)
    return Optimizers(generator: optimizer, discriminator: optimizer)
  }

  /// Covers the ring of eight Gaussians, with nine samples of ten within three deviations.
  static let mlp = Preset(
    name: "mlp", kind: "any", paper: "arXiv 2501.05441",
    summary: "fully connected networks, relativistic pairs with R1 and R2: for points and small vectors"
  ) { recipe in
    recipe.generator = Network(Perceptron())
    recipe.discriminator = Network(Perceptron())
    recipe.latent.size = 16
    recipe.batch = 256
    recipe.steps = 4000
    recipe.averaging = 0.995
    recipe.objective = Objective(
      loss: .relativistic, penalties: [.init(.r1, weight: 0.01), .init(.r2, weight: 0.01)])
    recipe.optimizers = adam(1e-3, 0, 0.99)
    let fall = Schedule(.cosine, start: 1000, final: 0.05)
    recipe.optimizers.generator?.schedule = fall
    recipe.optimizers.discriminator?.schedule = fall
  }

  static let dcgan = Preset(
    name: "dcgan", kind: "images", paper: "arXiv 1511.06434",
    summary: "convolutional networks with batch normalisation, non-saturating loss"
  ) { recipe in
    recipe.generator = Network(DCGAN())
    recipe.discriminator = Network(DCGAN())
    recipe.averaging = 0.999
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let gan = Preset(
    name: "gan", kind: "any", paper: "arXiv 1406.2661",
    summary: "the first one: the discriminator classifies; objective.loss=minimax for equation 1"
  ) { recipe in
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let lsgan = Preset(
    name: "lsgan", kind: "any", paper: "arXiv 1611.04076",
    summary: "least squares instead of a classifier's loss"
  ) { recipe in
    recipe.objective = Objective(loss: .leastSquares)
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let wgan = Preset(
    name: "wgan", kind: "any", paper: "arXiv 1701.07875",
    summary: "earth mover's distance, the critic's weights cut to 0.01, five critic steps"
  ) { recipe in
    recipe.objective = Objective(loss: .wasserstein, discriminatorSteps: 5)
    let optimizer = Optimizer(.rmsprop, rate: 5e-5)
    recipe.optimizers = Optimizers(
      generator: optimizer, discriminator: Optimizer(.rmsprop, rate: 5e-5, clipWeights: 0.01))
  }

  static let wganGP = Preset(
    name: "wgan-gp", kind: "any", paper: "arXiv 1704.00028",
    summary: "earth mover's distance, slopes of the critic held at 1, five critic steps"
  ) { recipe in
    recipe.objective = Objective(
      loss: .wasserstein, penalties: [.init(.gradientPenalty, weight: 10)], discriminatorSteps: 5)
    recipe.optimizers = adam(1e-4, 0, 0.9)
  }

  static let dragan = Preset(
    name: "dragan", kind: "any", paper: "arXiv 1705.07215",
    summary: "slopes held at 1 around the data"
  ) { recipe in
    recipe.objective = Objective(penalties: [.init(.dragan, weight: 10)])
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let hinge = Preset(
    name: "hinge", kind: "any", paper: "arXiv 1705.02894",
    summary: "hinge loss, a margin on either side of the discriminator's border"
  ) { recipe in
    recipe.objective = Objective(loss: .hinge)
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let rpgan = Preset(
    name: "rpgan", kind: "any", paper: "arXiv 2501.05441",
    summary: "relativistic pairs with R1 and R2, the objective of R3GAN"
  ) { recipe in
    recipe.objective = Objective(
      loss: .relativistic, penalties: [.init(.r1), .init(.r2)])
    recipe.averaging = 0.999
    recipe.optimizers = adam(2e-4, 0, 0.99)
  }

  static let sngan = Preset(
    name: "sngan", kind: "images", paper: "arXiv 1802.05957",
    summary: "residual networks, hinge loss, spectral normalisation; width 64, the paper's is 256 and 128"
  ) { recipe in
    recipe.generator = Network(ResNet(width: 64))
    recipe.discriminator = Network(ResNet(width: 64))
    recipe.latent.size = 128
    recipe.objective = Objective(loss: .hinge, discriminatorSteps: 5)
    recipe.averaging = 0.999
    recipe.optimizers = adam(2e-4, 0, 0.9)
    recipe.optimizers.generator?.schedule = Schedule(.linear)
    recipe.optimizers.discriminator?.schedule = Schedule(.linear)
  }

  static let sagan = Preset(
    name: "sagan", kind: "images", paper: "arXiv 1805.08318",
    summary: "residual networks with self-attention, spectral normalisation in both, two rates (TTUR)"
  ) { recipe in
    recipe.generator = Network(ResNet(width: 64, spectralNorm: true, attention: 16))
    recipe.discriminator = Network(ResNet(width: 64, attention: 16))
    recipe.latent.size = 128
    recipe.objective = Objective(loss: .hinge)
    recipe.averaging = 0.999
    // Heusel et al., arXiv 1706.08500: the discriminator learns faster.
    recipe.optimizers = Optimizers(
      generator: Optimizer(.adam, rate: 1e-4, beta1: 0, beta2: 0.9),
      discriminator: Optimizer(.adam, rate: 4e-4, beta1: 0, beta2: 0.9))
  }

  /// The weights of R1 and R2 are for CIFAR-10.
  static let r3gan = Preset(
    name: "r3gan", kind: "images", paper: "arXiv 2501.05441",
    summary: "grouped residual networks without normalisation, relativistic pairs, R1 and R2; small"
  ) { recipe in
    recipe.generator = Network(R3GAN(width: 32, widest: 128, blocks: 1))
    recipe.discriminator = Network(R3GAN(width: 32, widest: 128, blocks: 1))
    recipe.latent.size = 64
    let burnIn: Int64 = 2000
    let fall = Schedule(.cosine, end: burnIn, final: 0.1)
    recipe.objective = Objective(
      loss: .relativistic,
      penalties: [.init(.r1, weight: 0.05, schedule: fall), .init(.r2, weight: 0.05, schedule: fall)])
    recipe.averaging = 0.999
    recipe.averagingBurnIn = burnIn
    var optimizer = Optimizer(.adam, rate: 2e-4, beta1: 0, beta2: 0.9)
    optimizer.beta2Final = 0.99
    optimizer.schedule = Schedule(.cosine, end: burnIn, final: 0.25)
    recipe.optimizers = Optimizers(generator: optimizer, discriminator: optimizer)
  }

  static let wavegan = Preset(
    name: "wavegan", kind: "sounds", paper: "arXiv 1802.04208",
    summary: "sound: one-dimensional convolutions, phase shuffle, slopes held at 1; small (generator.width)"
  ) { recipe in
    recipe.generator = Network(WaveGAN(width: 16))
    recipe.discriminator = Network(WaveGAN(width: 16))
    recipe.latent = Latent(size: 100, distribution: .uniform)
    recipe.objective = Objective(
      loss: .wasserstein, penalties: [.init(.gradientPenalty, weight: 10)], discriminatorSteps: 5)
    recipe.averaging = 0.999
    recipe.optimizers = adam(1e-4, 0.5, 0.9)
  }

  static let classifier = Preset(
    name: "classifier", kind: "any", paper: "",
    summary: "a plain convolutional classifier of labelled data"
  ) { recipe in
    recipe.kind = .classifier
    recipe.steps = 2000
  }
}
