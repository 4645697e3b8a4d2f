import Graphs
import Networks

/// Presets of the families, beside those of `Preset.swift`.
extension Preset {
  static let cgan = Preset(
    name: "cgan", kind: "any", paper: "arXiv 1411.1784",
    summary: "samples by label: a learned vector of the class joins the latent, a plane the image"
  ) { recipe in
    recipe.conditioning = Conditioning(.cgan)
    recipe.averaging = 0.999
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let acgan = Preset(
    name: "acgan", kind: "any", paper: "arXiv 1610.09585",
    summary: "samples by label: the discriminator also tells the classes apart"
  ) { recipe in
    recipe.conditioning = Conditioning(.acgan)
    recipe.averaging = 0.999
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let projection = Preset(
    name: "projection", kind: "any", paper: "arXiv 1802.05637",
    summary: "samples by label: class vectors projected on features, normalisation by class, hinge loss"
  ) { recipe in
    recipe.conditioning = Conditioning(.projection)
    recipe.objective = Objective(loss: .hinge)
    recipe.averaging = 0.999
    recipe.optimizers = adam(2e-4, 0, 0.9)
    recipe.optimizers.discriminator?.rate = 4e-4
  }

  static let infogan = Preset(
    name: "infogan", kind: "any", paper: "arXiv 1606.03657",
    summary: "codes that samples can be told apart by, found without labels: one of ten, and two numbers"
  ) { recipe in
    recipe.family = .infogan(InfoGAN())
    recipe.latent.size = 62
    recipe.optimizers = adam(1e-3, 0.5, 0.999)
    recipe.optimizers.discriminator?.rate = 2e-4
  }

  static let sgan = Preset(
    name: "sgan", kind: "any", paper: "arXiv 1606.03498",
    summary: "a classifier from few labels: the discriminator has the classes, the generator matches features"
  ) { recipe in
    recipe.family = .sgan(SGAN())
    recipe.optimizers = adam(3e-4, 0.5, 0.999)
  }

  static let bigan = Preset(
    name: "bigan", kind: "any", paper: "arXiv 1605.09782, 1709.01215",
    summary: "an encoder beside the generator: samples to latents and back"
  ) { recipe in
    recipe.family = .bigan(BiGAN(cycle: 10))
    recipe.latent.size = 50
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let ebgan = Preset(
    name: "ebgan", kind: "any", paper: "arXiv 1609.03126",
    summary: "the discriminator is an autoencoder, its error an energy with a margin; pull-away term"
  ) { recipe in
    recipe.family = .ebgan(EBGAN())
    recipe.optimizers = adam(2e-4, 0.5, 0.999)
  }

  static let ctgan = Preset(
    name: "ctgan", kind: "tables", paper: "arXiv 1907.00503",
    summary: "rows of a table: modes of numbers, conditions on categories, WGAN-GP"
  ) { recipe in
    recipe.family = .ctgan(TableGAN())
    recipe.generator = Network(CTGAN())
    recipe.discriminator = Network(CTGAN(dropout: 0.25))
    recipe.averaging = 0.99
    recipe.latent.size = 128
    recipe.batch = 500
    recipe.objective = Objective(loss: .wasserstein, penalties: [.init(.gradientPenalty, weight: 10)])
    recipe.optimizers = adam(5e-4, 0.5, 0.9)
    recipe.optimizers.generator?.weightDecay = 1e-6
    recipe.optimizers.discriminator?.weightDecay = 1e-6
  }

  static let began = Preset(
    name: "began", kind: "any", paper: "arXiv 1703.10717",
    summary: "autoencoder errors of real and fake in balance; a measure that shows convergence"
  ) { recipe in
    recipe.family = .began(BEGAN())
    recipe.latent = Latent(size: 64, distribution: .uniform)
    recipe.averaging = 0.999
    recipe.optimizers = adam(1e-4, 0.5, 0.999)
  }
}
