import Graphs
import Networks

/// What discriminator and generator minimise.
public struct Objective: Codable, Hashable, Sendable {
  /// A penalty of the discriminator in its place.
  public struct Term: Codable, Hashable, Sendable {
    /// Which penalty.
    public var name: Penalty
    /// Its factor in the loss, 0…1e9.
    public var weight: Double
    /// Steps between its uses; its weight then counts that many times (Karras et al., arXiv
    /// 1912.04958, section 3.1).
    public var every: Int
    /// Of its weight.
    public var schedule: Schedule

    /// A penalty with its factor, used every `every` steps, 1…1000.
    public init(_ penalty: Penalty, weight: Double = 1, every: Int = 1, schedule: Schedule = Schedule()) {
      self.name = penalty
      self.weight = weight
      self.every = every
      self.schedule = schedule
    }

    private enum CodingKeys: String, CodingKey { case name, weight, every, schedule }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(Penalty.self, forKey: .name)
      weight = try values.decodeIfPresent(Double.self, forKey: .weight) ?? 1
      every = try values.decodeIfPresent(Int.self, forKey: .every) ?? 1
      schedule = try values.decodeIfPresent(Schedule.self, forKey: .schedule) ?? Schedule()
    }
  }

  static let greatestPenalties = 16

  /// Which generated samples the generator's update looks at, in a step that updates both networks.
  public enum Fakes: String, Codable, Hashable, Sendable, CaseIterable {
    /// Those that the discriminator has just learnt from, as in DCGAN's own code: they are made once.
    case shared
    /// Others, as in Goodfellow et al., arXiv 1406.2661, algorithm 1.
    case fresh
  }

  /// What both sides minimise.
  public var loss: AdversarialLoss
  /// Added to the discriminator's loss; at most 16.
  public var penalties: [Term]
  /// Updates of the discriminator for each one of the generator.
  public var discriminatorSteps: Int
  /// Taken off the target of real samples, 0…1 (Salimans et al., arXiv 1606.03498, section 3.4).
  public var labelSmoothing: Double
  /// What the generator's update is made from.
  public var fakes: Fakes

  public init(
    loss: AdversarialLoss = .nonSaturating, penalties: [Term] = [], discriminatorSteps: Int = 1,
    labelSmoothing: Double = 0, fakes: Fakes = .shared
  ) {
    self.loss = loss
    self.penalties = penalties
    self.discriminatorSteps = discriminatorSteps
    self.labelSmoothing = labelSmoothing
    self.fakes = fakes
  }

  private enum CodingKeys: String, CodingKey {
    case loss, penalties, fakes
    case discriminatorSteps = "discriminator-steps"
    case labelSmoothing = "label-smoothing"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      loss: try values.decodeIfPresent(AdversarialLoss.self, forKey: .loss) ?? .nonSaturating,
      penalties: try values.decodeIfPresent([Term].self, forKey: .penalties) ?? [],
      discriminatorSteps: try values.decodeIfPresent(Int.self, forKey: .discriminatorSteps) ?? 1,
      labelSmoothing: try values.decodeIfPresent(Double.self, forKey: .labelSmoothing) ?? 0,
      fakes: try values.named(.fakes, default: .shared))
  }

  func validate(_ field: String, _ data: SampleDescription?) throws(GANError) {
    try Bounds.check(discriminatorSteps, 1...1000, field + ".discriminator-steps")
    try Bounds.check(labelSmoothing, 0..<1, field + ".label-smoothing")
    if labelSmoothing > 0 && !loss.smoothsLabels {
      let known = AdversarialLoss.all.filter(\.smoothsLabels).map(\.name).joined(separator: ", ")
      throw GANError(
        field: field + ".label-smoothing", expected: "0, or one of the losses \(known)",
        got: "\(labelSmoothing) with \(loss.name)")
    }
    guard penalties.count <= Self.greatestPenalties else {
      throw GANError(
        field: field + ".penalties", expected: "at most \(Self.greatestPenalties)", got: penalties.count)
    }
    for (index, term) in penalties.enumerated() {
      try Bounds.check(term.weight, 0...1e9, "\(field).penalties[\(index)].weight")
      try Bounds.check(term.every, 1...1000, "\(field).penalties[\(index)].every")
      try term.schedule.validate("\(field).penalties[\(index)].schedule")
      if term.name.needsImages, let data, data.kind != .images {
        throw GANError(
          field: "\(field).penalties[\(index)].name", expected: "a penalty that fits \(data.kind.rawValue)",
          got: term.name.name)
      }
      if !term.name.averages.isEmpty, penalties[..<index].contains(where: { $0.name == term.name }) {
        throw GANError(
          field: "\(field).penalties[\(index)].name", expected: "\(term.name.name) once", got: "twice")
      }
    }
  }
}
