import Datasets
import Graphs
import Networks

extension Recipe {
  /// The recipe with everything filled in that follows from the data: the samples' shape, networks
  /// and optimisers that suit it.
  ///
  /// - Parameter dataset: nil where the recipe itself says what a sample is.
  /// - Throws: `.argument` naming the key path, what was expected and what came; `.unsupported`.
  public func resolved(for dataset: Dataset? = nil) throws(GANError) -> Recipe {
    var recipe = self
    if let dataset {
      let found = try description(of: dataset)
      let isText = found.kind == .text && data?.kind == .text
      if let data, !isText, data.shape != found.shape || data.kind != found.kind {
        throw GANError(
          field: "data.shape", expected: "the data's, \(found.kind.rawValue) of \(found.shape)",
          got: "\(data.kind.rawValue) of \(data.shape)")
      }
      if !isText { recipe.data = found }
      if found.kind == .sounds { recipe.data?.rate = found.rate ?? data?.rate }
    }
    guard let data = recipe.data else {
      throw GANError(
        field: "data.shape", expected: "the shape of a sample, or data to take it from", got: "none")
    }
    try data.validate("data")
    if kind == .gan {
      let usual = usualNetworks(for: data.kind)
      recipe.generator = generator ?? usual.generator
      if data.kind == .series { recipe.generator = recipe.generator?.unbounded() }
      let adam = Optimizer(.adam, rate: 2e-4, beta1: 0.5)
      recipe.optimizers.generator = optimizers.generator ?? adam
      if hasDiscriminator {
        recipe.discriminator = discriminator ?? usual.discriminator
        recipe.optimizers.discriminator = optimizers.discriminator ?? adam
      }
      if hasEncoder {
        recipe.encoder = encoder ?? usual.discriminator
        recipe.optimizers.encoder = optimizers.encoder ?? recipe.optimizers.generator
      }
    } else {
      recipe.classifier =
        classifier ?? Network(Classifier(spectrogram: data.kind == .sounds && data.shape[0] >= 1024))
      recipe.optimizers.classifier = optimizers.classifier ?? Optimizer(.adam)
    }
    try recipe.validate()
    return recipe
  }

  /// A table is taken for what the recipe says of it, if it does; that it has such rows is found when they are read.
  private func description(of dataset: Dataset) throws(GANError) -> SampleDescription {
    if dataset.table != nil, let data, data.table != nil { return data }
    return try SampleDescription(dataset)
  }

  /// Networks that suit the data and the family.
  private func usualNetworks(for kind: DataKind) -> (generator: Network, discriminator: Network) {
    if kind == .text { return (Network(Recurrent()), Network(TextCNN())) }
    let isImage = kind == .images
    if kind == .sounds || kind == .series { return usualNetworksInTime(kind) }
    if family.name == .ctgan { return (Network(CTGAN()), Network(CTGAN())) }
    if family.name == .began {
      // Section 3.3: no normalisation, exponential linear units.
      let activation = Activation(.elu)
      let network =
        isImage
        ? Network(DCGAN(normalization: .none, activation: activation))
        : Network(Perceptron(activation: activation))
      return (network, network)
    }
    if conditioning?.name == .projection {
      // As the paper's: classes in the generator's normalisation, the discriminator spectrally normal.
      return isImage
        ? (Network(DCGAN()), Network(DCGAN(normalization: .none, spectralNorm: true)))
        : (Network(Perceptron(normalization: .batch)), Network(Perceptron(spectralNorm: true)))
    }
    // The paper's networks for images (appendix C.1).
    if family.name == .infogan && isImage { return (Network(InfoGAN28()), Network(InfoGAN28())) }
    // Penalties look at each sample's own slope, which statistics over the batch would mix
    // (Gulrajani et al., arXiv 1704.00028, section 4).
    // A classifier's running statistics would be of real and fake samples mixed.
    let isAlone = !objective.penalties.isEmpty || family.name == .sgan
    let own = DCGAN(normalization: isAlone ? .layer : .batch)
    return isImage
      ? (Network(DCGAN()), Network(own)) : (Network(Perceptron()), Network(Perceptron()))
  }

  /// Those of WaveGAN; for numbers of any size without tanh, and narrower, since series are short. Classes
  /// that enter by normalisation need one.
  private func usualNetworksInTime(_ kind: DataKind) -> (generator: Network, discriminator: Network) {
    var network = kind == .sounds ? WaveGAN(width: 16) : WaveGAN(width: 32, kernel: 9, phaseShuffle: 0)
    guard conditioning?.name == .projection else { return (Network(network), Network(network)) }
    var judge = network
    judge.spectralNorm = true
    network.normalization = .batch
    return (Network(network), Network(judge))
  }

  /// Checks every number.
  ///
  /// - Throws: `.argument` naming the key path; `.unsupported` for what this build cannot do.
  func validate() throws(GANError) {
    try data?.validate("data")
    try Bounds.check(batch, 1...Bounds.batch, "batch")
    try Bounds.check(steps, 1...Bounds.steps, "steps")
    try Bounds.check(averaging, 0..<1, "averaging")
    try Bounds.check(averagingBurnIn, 0...Bounds.steps, "averaging-burn-in")
    try Bounds.check(latent.size, 1...Bounds.latent, "latent.size")
    try Bounds.check(instanceNoise.deviation, 0...1000, "instance-noise.deviation")
    try Bounds.check(instanceNoise.steps, 0...Bounds.steps, "instance-noise.steps")
    try objective.validate("objective", data)
    try augmentation.validate("augmentation", data)
    try health.validate("health")
    try evaluation.validate("evaluation")
    try Bounds.check(packing, 1...64, "packing")
    if batch % packing != 0 {
      throw GANError(field: "batch", expected: "a multiple of packing, \(packing)", got: batch)
    }
    let all = [
      ("generator", optimizers.generator, kind == .gan),
      ("discriminator", optimizers.discriminator, kind == .gan && hasDiscriminator),
      ("encoder", optimizers.encoder, hasEncoder),
      ("classifier", optimizers.classifier, kind == .classifier),
    ]
    for (name, optimizer, belongs) in all {
      if optimizer != nil && !belongs {
        throw GANError(
          .argument, "optimizers.\(name)", "a recipe of kind \(kind.rawValue) has no such network")
      }
      try optimizer?.validate("optimizers.\(name)")
    }
    try validateFamily()
  }

  private var hasEncoder: Bool { family.name == .bigan && kind == .gan }
  private var hasDiscriminator: Bool { (program as? any TextFamily)?.hasDiscriminator ?? true }

  /// What is added to the discriminator's state: of penalties and of the augmentation.
  var discriminatorVariables: [(name: String, start: Double)] {
    let averages = objective.penalties.flatMap(\.name.averages).flatMap {
      [($0, 0.0), ($0 + ".weight", 0.0)]
    }
    return augmentation.variables + averages
  }

  private func validateTricks() throws(GANError) {
    let packs = family.name == .ctgan || (family == .gan && conditioning == nil)
    if packing > 1, !packs {
      throw GANError(
        field: "packing", expected: "1 with \(familyName), which looks at single samples", got: packing)
    }
    if !augmentation.transforms.isEmpty, !(program is any AdversarialFamily) {
      throw GANError(
        field: "augmentation.transforms", expected: "none with \(familyName)",
        got: augmentation.transforms.map(\.rawValue))
    }
  }

  private func validateFamily() throws(GANError) {
    if kind == .gan { try validateTricks() }
    if let conditioning, family != .gan {
      throw GANError(
        field: "conditioning", expected: "none with the family \(family.name.rawValue)",
        got: conditioning.name.rawValue)
    }
    if discriminator != nil && !hasDiscriminator {
      throw GANError(.argument, "discriminator", "the family \(family.name.rawValue) has no such network")
    }
    if let data, data.kind == .text, !(program is any TextFamily) {
      let known = Family.Name.allCases.filter { $0.isOfText }.map(\.rawValue).joined(separator: ", ")
      throw GANError(field: "family.name", expected: "one of \(known) for text", got: familyName)
    }
    if encoder != nil && !hasEncoder {
      throw GANError(.argument, "encoder", "the family \(family.name.rawValue) has no such network")
    }
    if let data, (data.kind == .tables) != (family.name == .ctgan && kind == .gan) {
      let expected =
        family.name == .ctgan
        ? "tables, which the family ctgan is for" : "data other than tables, which need the preset ctgan"
      throw GANError(field: "data.kind", expected: expected, got: data.kind.rawValue)
    }
    if program.labels != .none, let data, data.classes < 2 {
      throw GANError(
        field: "data.classes", expected: "2 or more, since \(familyName) learns from labels",
        got: data.classes)
    }
    try program.validate(self)
  }
}
