/// What one look at a run's samples showed. What could not be looked at is nil.
public struct Signals: Codable, Hashable, Sendable {
  /// Steps made.
  public var step: Int64
  /// 0…1: the share of pairs of a held-out and a generated sample in which the held-out one is scored
  /// higher; 0.5 says that the discriminator cannot tell them apart. Without held-out data of items of
  /// training.
  public var heldOutShare: Double?
  /// The same with items of training, where there is held-out data beside them.
  public var seenShare: Double?
  /// Mean distance between two generated samples by that between two held-out ones; 1 is right.
  public var diversity: Double?
  /// 0…1: the share of held-out samples with a generated one as near as their fifth real neighbour (Naeem
  /// et al., arXiv 2002.09797, eq. 6, between raw samples); some 0.95 is right.
  public var coverage: Double?
  /// Median distance of a generated sample to the nearest item of training by that of a held-out one; 1
  /// is right.
  public var nearest: Double?
  /// 0…1: the share of generated samples at most a third as far from the nearest item of training as from
  /// the second.
  public var copies: Double?
  /// 0…1: the share of items of training that are there once.
  public var distinct: Double?
  /// 0…1: the share of held-out samples with an item of training as near as their fifth held-out
  /// neighbour, where held-out data are there; some 0.95 is right, and less says that the training data lack part of them.
  public var represented: Double?
  /// How far the mean of the samples moved since the last look, in mean distances of the data.
  public var movement: Double?
  /// Distance of the generated samples from the data's centre by that of the data; 1 is right.
  public var spread: Double?
  /// Mean square of the score's slope at generated samples: what the penalty R2 weighs.
  public var fakeSlope: Double?
  /// −1…1: how well the classes of held-out data are told, of models that tell them; 0 is chance, 1 always.
  public var labelling: Double?
  /// −1…1: how often the nearest items of training have an item's own label; 0 is chance, 1 always.
  public var labelAgreement: Double?

  public init(step: Int64) { self.step = step }

  private enum CodingKeys: String, CodingKey {
    case step, diversity, coverage, nearest, copies, distinct, represented, movement, spread, labelling
    case heldOutShare = "held_out_share"
    case seenShare = "seen_share"
    case fakeSlope = "fake_slope"
    case labelAgreement = "label_agreement"
  }
}
