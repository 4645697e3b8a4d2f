import Graphs
import Networks

/// Semi-supervised learning, Salimans et al., arXiv 1606.03498, section 5: the discriminator has K
/// classes, and the logarithm of their exponentials' sum is its score; the generator matches the mean
/// of its features (section 3.1). Labels of −1 mark samples without a class.
public struct SGAN: Codable, Hashable, Sendable {
  /// Of the labelled samples' cross-entropy.
  public var weight = 1.0
  /// Whether the generator matches features; else it follows the objective.
  public var featureMatching = true
  /// Share of each batch that is drawn from the samples with labels, where only some have one. Those are real samples as well: a
  /// large share makes the few of them most of what both networks see of the data.
  public var labelledShare = 0.1

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case weight
    case featureMatching = "feature-matching"
    case labelledShare = "labelled-share"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    weight = try values.number(.weight, within: 0...1e6, default: 1)
    featureMatching = try values.flag(.featureMatching, default: true)
    labelledShare = try values.number(.labelledShare, within: 0...1, default: 0.1)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(weight, forKey: .weight)
    try values.encode(featureMatching, forKey: .featureMatching)
    try values.encode(labelledShare, forKey: .labelledShare)
  }
}

extension SGAN: AdversarialFamily {
  var labels: LabelNeed { .some }

  func labelledSamples(_ recipe: Recipe) -> Int {
    Int((Double(recipe.batch) * labelledShare).rounded())
  }

  func discriminatorRole(_ recipe: Recipe) -> Role { .classifier(classes: recipe.classes) }

  func score(_ outputs: Outputs) -> Node { logSumExp(outputs.classes) }

  func discriminatorTerms(_ seen: Seen) -> Phase.Loss? {
    let labels = seen.step.labels
    let found = ClassScores(seen.real().classes, labels)
    let labelled = less(-1, labels)
    let count = maximum(sum(labelled), 1)
    return Phase.Loss(
      value: weight * sum(found.crossEntropy) / count,
      figures: [(.classAccuracy, sum(found.right * labelled) / count)])
  }

  func generatorLoss(_ seen: Seen) -> Phase.Loss {
    guard featureMatching else { return adversarialLoss(seen) }
    // The authors' code takes the mean over features where the paper has the squared length.
    let real = mean(detached(seen.real().features), over: [0])
    let fake = mean(seen.fake.features, over: [0])
    return Phase.Loss(value: mean(square(fake - real)))
  }

  func operations(_ recipe: Recipe) -> [Operation] {
    adversarialOperations(recipe) + [
      .classify(recipe) { step in step.apply(Adversarial.discriminator, to: step.real).classes }
    ]
  }
}
