import Datasets
import Graphs
import Networks

/// A family whose generator makes texts, token by token. It first learns by maximum likelihood.
protocol TextFamily: ModelFamily {
  /// Whether there is a discriminator.
  var hasDiscriminator: Bool { get }
  /// Width of the discriminator's vectors of tokens.
  var embedding: Int { get }
  /// What the discriminator sees beside a text.
  var partner: Partner? { get }
  /// How real the discriminator finds texts, `[N]`.
  func score(of texts: Node, _ recipe: Recipe, _ step: Step) -> Node
}

extension TextFamily {
  var partner: Partner? { nil }

  func score(of texts: Node, _ recipe: Recipe, _ step: Step) -> Node {
    step.apply(Adversarial.discriminator, to: texts).score
  }

  func validate(_ recipe: Recipe) throws(GANError) {
    try recipe.refusePenalties()
    guard recipe.data?.vocabulary != nil || recipe.data == nil else {
      throw GANError(
        field: "data.kind",
        expected: "text with \(recipe.family.name.rawValue) (an array of tokens needs option kind \"text\")",
        got: recipe.data?.kind.rawValue ?? "none")
    }
    guard recipe.instanceNoise.deviation == 0 else {
      throw GANError(
        field: "instance-noise.deviation", expected: "0 with \(recipe.family.name.rawValue)",
        got: recipe.instanceNoise.deviation)
    }
  }

  func groups(_ recipe: Recipe) throws(GANError) -> [Group] {
    let generator = try Group(
      Adversarial.generator, recipe.generator, recipe.optimizers.generator, input: recipe.batchOfTwo,
      role: .language(recipe.texts), isAveraged: recipe.averaging > 0)
    guard hasDiscriminator else { return [generator] }
    let tokens = TokenVectors(vocabulary: recipe.texts.vocabulary, width: embedding)
    return [
      try Group(
        Adversarial.discriminator, recipe.discriminator, recipe.optimizers.discriminator,
        input: recipe.batchOfTwo, role: .discriminator, with: Attachments(partner: partner, tokens: tokens)),
      generator,
    ]
  }

  func sampled(_ recipe: Recipe, rows: Int, scale: Node, _ step: Step) -> Node {
    step.language(recipe)?.texts(rows, temperature: scale) ?? Node.constant(0, in: step.graph)
  }

  /// The generator learns what comes next in the data.
  func likelihoodPhase(_ recipe: Recipe, until end: Int64? = nil, rate: Double? = nil) -> Phase {
    var phase = Phase("likelihood", moves: [Adversarial.generator]) { step in
      guard let language = step.language(recipe) else {
        return Phase.Loss(value: .constant(0, in: step.graph))
      }
      let mask = recipe.texts.mask(of: step.real)
      return Phase.Loss(value: -sum(language.logProbabilities(of: step.real) * mask) / sum(mask))
    }
    (phase.until, phase.rate) = (end, rate)
    return phase
  }

  func operations(_ recipe: Recipe) -> [Operation] {
    let likelihood = Operation(name: Operation.likelihood, input: .samples(labelled: false), output: 1) {
      step in
      guard let language = step.language(recipe) else { return Node.constant(0, in: step.graph) }
      return sum(language.logProbabilities(of: step.real) * recipe.texts.mask(of: step.real), over: [1])
    }
    guard hasDiscriminator else { return [likelihood] }
    let discriminate = Operation(name: "discriminate", input: .samples(labelled: false), output: 1) { step in
      score(of: step.real, recipe, step)
    }
    return [likelihood, discriminate]
  }
}

extension Operation {
  /// log p of a text, in nats.
  static let likelihood = "likelihood"
}

extension Recipe {
  /// What networks have to know of the data, of a recipe that is resolved.
  var texts: Texts {
    Texts(
      vocabulary: data?.vocabulary?.size ?? 1, length: data?.shape.first ?? 1, end: data?.vocabulary?.end)
  }
}

extension Step {
  /// The generator as a model of texts, in one more application; nil when the graph has failed.
  func language(_ recipe: Recipe) -> LanguageModel? {
    guard let scope = scope(named: Adversarial.generator), let network = recipe.generator else { return nil }
    do throws(GANError) {
      return try network.languageModel(recipe.texts, in: scope.applied(training: training))
    } catch {
      graph.fail(error)
      return nil
    }
  }
}

/// A recurrent generator that learns texts by maximum likelihood alone.
struct MaximumLikelihood: TextFamily {
  var hasDiscriminator: Bool { false }
  var embedding: Int { 0 }

  func phases(_ recipe: Recipe) -> [Phase] { [likelihoodPhase(recipe)] }
}
