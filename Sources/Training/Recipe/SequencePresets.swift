import Networks

// Texts and series of numbers.

extension Preset {
  /// The networks, rates and bound of the authors' code; how long each part learns is for 10,000 samples of 20
  /// tokens.
  static let seqgan = Preset(
    name: "seqgan", kind: "text", paper: "arXiv 1609.05473",
    summary: "an LSTM writes texts, rewarded by how real a convolutional network finds what its words lead to"
  ) { recipe in
    var settings = SeqGAN()
    settings.pretraining = Pretraining(steps: 10_000)
    settings.discriminatorPretraining = 1000
    recipe.family = .seqgan(settings)
    recipe.generator = Network(Recurrent(width: 32, embedding: 32))
    recipe.discriminator = Network(TextCNN())
    recipe.objective.discriminatorSteps = 15
    recipe.optimizers = textOptimizers(discriminator: 1e-4)
    recipe.steps = 14_000
  }

  /// A recurrent generator instead of the relational memory.
  static let relgan = Preset(
    name: "relgan", kind: "text", paper: "ICLR 2019, rJedV3R5tm",
    summary: "an LSTM writes texts whose words are relaxed (Gumbel-softmax), judged in relativistic pairs"
  ) { recipe in
    var settings = RelGAN()
    settings.pretraining = Pretraining(steps: 10_000)
    recipe.family = .relgan(settings)
    recipe.generator = Network(Recurrent(width: 32, embedding: 32))
    recipe.discriminator = Network(TextCNN(kernels: [2, 3, 4, 5], filters: [300, 300, 300, 300]))
    recipe.objective = Objective(loss: .relativistic, discriminatorSteps: 5)
    recipe.optimizers = textOptimizers(discriminator: 1e-4)
    recipe.optimizers.generator?.rate = 1e-4
    recipe.steps = 20_000
  }

  static let languageModel = Preset(
    name: "language-model", kind: "text", paper: "",
    summary: "an LSTM that learns which word comes next, by maximum likelihood alone"
  ) { recipe in
    recipe.family = .likelihood
    recipe.generator = Network(Recurrent(width: 128, embedding: 64))
    recipe.optimizers.generator = textOptimizers(discriminator: 0).generator
    recipe.optimizers.generator?.rate = 2e-3
    recipe.steps = 5000
  }

  static func textOptimizers(discriminator rate: Double) -> Optimizers {
    var generator = Optimizer(.adam, rate: 0.01)
    generator.clipNorm = 5
    return Optimizers(generator: generator, discriminator: Optimizer(.adam, rate: rate))
  }

  static let sequence = Preset(
    name: "sequence", kind: "series", paper: "arXiv 1706.02633",
    summary: "recurrent networks for series of numbers: an LSTM makes them, one that runs both ways judges"
  ) { recipe in
    recipe.generator = Network(Recurrent(width: 64))
    recipe.discriminator = Network(Recurrent(width: 64, bidirectional: true))
    recipe.latent.size = 32
    recipe.objective = Objective(
      loss: .relativistic, penalties: [.init(.r1, weight: 0.1), .init(.r2, weight: 0.1)])
    recipe.averaging = 0.999
    recipe.optimizers = adam(1e-3, 0, 0.99)
    recipe.steps = 5000
  }
}
