import Datasets
import Graphs
import Networks
import Plans

/// Everything that decides a model and its training, as a value. In JSON an object whose keys are
/// all optional; `gan presets NAME` shows complete ones.
///
/// A recipe is complete once `resolved(for:)` has filled in what follows from the data.
public struct Recipe: Codable, Hashable, Sendable {
  /// What is trained.
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Generator against discriminator.
    case gan
    /// One network that learns the labels.
    case classifier
  }

  /// The preset it was made from, if any; only a note.
  public var preset: String?
  /// What is trained.
  public var kind = Kind.gan
  /// What generator and discriminator are trained as.
  public var family = Family.gan
  /// Of family gan: how samples depend on their class; nil: not at all.
  public var conditioning: Conditioning?
  /// What a sample is; nil until the data is known.
  public var data: SampleDescription?
  /// Of kind gan; nil for what suits the data: dcgan for images, mlp for vectors.
  public var generator: Network?
  /// As `generator`.
  public var discriminator: Network?
  /// Of family bigan.
  public var encoder: Network?
  /// Of kind classifier.
  public var classifier: Network?
  /// What the generator starts from.
  public var latent = Latent()
  /// Loss and penalties.
  public var objective = Objective()
  /// How each network's weights move; nil ones get Adam.
  public var optimizers = Optimizers()
  /// How much of the generator's averaged weights stays at each update, 0…1; 0 for no average.
  /// Grows to this value as (1 + t) / (10 + t), so that young averages forget the beginning.
  public var averaging = 0.0
  /// Steps in which the average's half-life grows from 0 by half a cosine instead (R3GAN, arXiv
  /// 2501.05441); 0 for the above.
  public var averagingBurnIn: Int64 = 0
  /// Noise on everything the discriminator sees (Sønderby et al., arXiv 1610.04490, section 3).
  public var instanceNoise = InstanceNoise()
  /// What is done to everything the discriminator sees.
  public var augmentation = Augmentation()
  /// Samples that the discriminator judges together, as one (Lin et al., PacGAN, arXiv 1712.04086); the
  /// batch is a multiple of it.
  public var packing = 1
  /// Samples in a step.
  public var batch = 64
  /// Decides initial weights, noise and the order of the data.
  public var seed: UInt64 = 0
  /// Length of the run, which schedules refer to.
  public var steps: Int64 = 10_000
  /// Mirrors images left to right with probability one half.
  public var flip = false
  /// What the large products of training are computed in; weights and samples are f32 in any case.
  public var precision = Precision.f32
  /// How the run is watched, and what happens when something goes wrong.
  public var health = HealthPlan()
  /// How it is measured.
  public var evaluation = EvaluationPlan()

  /// Every default; what follows from the data is open.
  public init() {}

  enum CodingKeys: String, CodingKey {
    case preset, kind, family, conditioning, data, generator, discriminator, encoder, classifier, latent
    case objective, optimizers
    case averaging, augmentation, packing, batch, seed, steps, flip, precision, health, evaluation
    case averagingBurnIn = "averaging-burn-in"
    case instanceNoise = "instance-noise"
  }

  /// Keys that mean nothing for a classifier.
  private static let adversarial: [CodingKeys] = [
    .family, .conditioning, .generator, .discriminator, .encoder, .latent, .objective, .averaging,
    .averagingBurnIn, .instanceNoise, .augmentation, .packing,
  ]

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func take<Value: Decodable>(_ key: CodingKeys, _ target: inout Value) throws {
      target = try values.decodeIfPresent(Value.self, forKey: key) ?? target
    }
    kind = try values.named(.kind, default: .gan)
    let foreign = kind == .gan ? [.classifier] : Self.adversarial
    if let key = foreign.first(where: { values.contains($0) }) {
      throw GANError(.argument, key.stringValue, "a recipe of kind \(kind.rawValue) has no such key")
    }
    preset = try values.decodeIfPresent(String.self, forKey: .preset)
    try take(.family, &family)
    conditioning = try values.decodeIfPresent(Conditioning.self, forKey: .conditioning)
    data = try values.decodeIfPresent(SampleDescription.self, forKey: .data)
    generator = try values.decodeIfPresent(Network.self, forKey: .generator)
    discriminator = try values.decodeIfPresent(Network.self, forKey: .discriminator)
    encoder = try values.decodeIfPresent(Network.self, forKey: .encoder)
    classifier = try values.decodeIfPresent(Network.self, forKey: .classifier)
    try take(.latent, &latent)
    try take(.objective, &objective)
    try take(.optimizers, &optimizers)
    try take(.averaging, &averaging)
    try take(.averagingBurnIn, &averagingBurnIn)
    try take(.augmentation, &augmentation)
    try take(.packing, &packing)
    try take(.instanceNoise, &instanceNoise)
    try take(.batch, &batch)
    try take(.seed, &seed)
    try take(.steps, &steps)
    try take(.flip, &flip)
    precision = try values.named(.precision, default: .f32)
    try take(.health, &health)
    try take(.evaluation, &evaluation)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(preset, forKey: .preset)
    try values.encode(kind, forKey: .kind)
    try values.encodeIfPresent(data, forKey: .data)
    if kind == .gan {
      try values.encode(family, forKey: .family)
      try values.encodeIfPresent(conditioning, forKey: .conditioning)
      try values.encodeIfPresent(self.encoder, forKey: .encoder)
      try values.encodeIfPresent(generator, forKey: .generator)
      try values.encodeIfPresent(discriminator, forKey: .discriminator)
      try values.encode(latent, forKey: .latent)
      try values.encode(objective, forKey: .objective)
      try values.encode(averaging, forKey: .averaging)
      try values.encode(averagingBurnIn, forKey: .averagingBurnIn)
      try values.encode(augmentation, forKey: .augmentation)
      try values.encode(packing, forKey: .packing)
      try values.encode(instanceNoise, forKey: .instanceNoise)
    } else {
      try values.encodeIfPresent(classifier, forKey: .classifier)
    }
    try values.encode(optimizers, forKey: .optimizers)
    try values.encode(batch, forKey: .batch)
    try values.encode(seed, forKey: .seed)
    try values.encode(steps, forKey: .steps)
    try values.encode(flip, forKey: .flip)
    try values.encode(precision, forKey: .precision)
    try values.encode(health, forKey: .health)
    try values.encode(evaluation, forKey: .evaluation)
  }
}
