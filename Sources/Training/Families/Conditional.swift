import Graphs
import Networks

/// How a model's samples depend on their class.
public struct Conditioning: Codable, Hashable, Sendable {
  public enum Name: String, Codable, Hashable, Sendable, CaseIterable {
    /// A learned vector joins the latent, a learned plane (of vectors, another vector) what the
    /// discriminator sees: Mirza & Osindero, arXiv 1411.1784.
    case cgan
    /// The score grows by the inner product of a learned vector and the features, and the generator's
    /// normalisations have a scale and a shift for each class: Miyato & Koyama, arXiv 1802.05637.
    case projection
    /// The discriminator also tells the classes of what it sees, and both networks want it to be
    /// right: Odena et al., arXiv 1610.09585.
    case acgan
  }

  public var name: Name
  /// Width of the learned vectors, of cgan and acgan.
  public var embedding = 50
  /// Of the classes' cross-entropy, of acgan; on both networks.
  public var weight = 1.0
  /// Whether acgan's discriminator learns the classes of generated samples too, as in the paper's equation 3. It
  /// then learns to be right about samples that have nothing of their class, and the generator stays with them.
  public var fakeClasses = false

  public init(_ name: Name, embedding: Int = 50, weight: Double = 1, fakeClasses: Bool = false) {
    self.name = name
    self.embedding = embedding
    self.weight = weight
    self.fakeClasses = fakeClasses
  }

  private enum CodingKeys: String, CodingKey {
    case name, embedding, weight
    case fakeClasses = "fake-classes"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.named(.name)
    let foreign: [CodingKeys] =
      switch name {
      case .cgan: [.weight, .fakeClasses]
      case .projection: [.embedding, .weight, .fakeClasses]
      case .acgan: []
      }
    if let key = foreign.first(where: values.contains) {
      throw GANError(.argument, keyPath(decoder.codingPath + [key]), "\(name.rawValue) has no such key")
    }
    embedding = try values.count(.embedding, within: 1...4096, default: 50)
    weight = try values.number(.weight, within: 0...1e6, default: 1)
    fakeClasses = try values.flag(.fakeClasses, default: false)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    if name != .projection { try values.encode(embedding, forKey: .embedding) }
    guard name == .acgan else { return }
    try values.encode(weight, forKey: .weight)
    try values.encode(fakeClasses, forKey: .fakeClasses)
  }
}

/// Generator and discriminator that know the classes. Fake samples take those of the batch's real
/// ones, so classes are as frequent among them as in the data, and pairs are of one class.
struct Conditional: AdversarialFamily {
  let conditioning: Conditioning

  init(_ conditioning: Conditioning) { self.conditioning = conditioning }

  var labels: LabelNeed { .all }

  func conditions(_ recipe: Recipe) -> Conditions { .classes(recipe.classes) }

  func generatorAttachments(_ recipe: Recipe) -> Attachments {
    Attachments(
      classes: conditioning.name == .projection
        ? .normalizing(classes: recipe.classes)
        : .joined(classes: recipe.classes, width: conditioning.embedding))
  }

  func discriminatorAttachments(_ recipe: Recipe) -> Attachments {
    switch conditioning.name {
    case .cgan: Attachments(classes: .joined(classes: recipe.classes, width: conditioning.embedding))
    case .projection: Attachments(classes: .projected(classes: recipe.classes))
    case .acgan: Attachments(heads: [Head("classes", units: recipe.classes)])
    }
  }

  /// Eq. 3 of ACGAN; the figure is of the real samples.
  func discriminatorTerms(_ seen: Seen) -> Phase.Loss? {
    guard conditioning.name == .acgan else { return nil }
    let real = ClassScores(seen.real().classes, seen.step.labels)
    var entropy = mean(real.crossEntropy)
    if conditioning.fakeClasses {
      entropy = entropy + mean(ClassScores(seen.fake.classes, seen.step.labels).crossEntropy)
    }
    return Phase.Loss(
      value: conditioning.weight * entropy, figures: [(.classAccuracy, mean(real.right))])
  }

  func generatorLoss(_ seen: Seen) -> Phase.Loss {
    let loss = adversarialLoss(seen)
    guard conditioning.name == .acgan else { return loss }
    let fake = ClassScores(seen.fake.classes, seen.step.labels)
    return loss.adding(Phase.Loss(value: conditioning.weight * mean(fake.crossEntropy)))
  }

  func operations(_ recipe: Recipe) -> [Operation] {
    let usual = adversarialOperations(recipe)
    guard conditioning.name == .acgan else { return usual }
    return usual + [
      .classify(recipe) { step in step.apply(Adversarial.discriminator, to: step.real).classes }
    ]
  }
}
