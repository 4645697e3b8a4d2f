import Graphs
import Networks

extension Recipe {
  /// What the networks of a GAN are trained as, `{"name": "infogan", "categorical": [10]}`: the name and
  /// that family's settings.
  public enum Family: Codable, Hashable, Sendable {
    /// Generator against discriminator, conditional where the recipe says so.
    case gan
    case infogan(InfoGAN)
    case sgan(SGAN)
    case bigan(BiGAN)
    case ebgan(EBGAN)
    case began(BEGAN)
    /// Texts by maximum likelihood.
    case likelihood
    case ctgan(TableGAN)
    case seqgan(SeqGAN)
    case relgan(RelGAN)

    enum Name: String, CaseIterable {
      case gan, infogan, sgan, bigan, ebgan, began, ctgan, likelihood, seqgan, relgan

      var isOfText: Bool { [.likelihood, .seqgan, .relgan].contains(self) }
    }

    private enum CodingKeys: String, CodingKey { case name }

    public init(from decoder: any Decoder) throws {
      let name: Name = try decoder.container(keyedBy: CodingKeys.self).named(.name, default: .gan)
      switch name {
      case .gan: self = .gan
      case .infogan: self = .infogan(try InfoGAN(from: decoder))
      case .sgan: self = .sgan(try SGAN(from: decoder))
      case .bigan: self = .bigan(try BiGAN(from: decoder))
      case .ebgan: self = .ebgan(try EBGAN(from: decoder))
      case .began: self = .began(try BEGAN(from: decoder))
      case .ctgan: self = .ctgan(try TableGAN(from: decoder))
      case .likelihood: self = .likelihood
      case .seqgan: self = .seqgan(try SeqGAN(from: decoder))
      case .relgan: self = .relgan(try RelGAN(from: decoder))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(name.rawValue, forKey: .name)
      switch self {
      case .gan, .likelihood: break
      case .infogan(let settings): try settings.encode(to: encoder)
      case .sgan(let settings): try settings.encode(to: encoder)
      case .bigan(let settings): try settings.encode(to: encoder)
      case .ebgan(let settings): try settings.encode(to: encoder)
      case .began(let settings): try settings.encode(to: encoder)
      case .ctgan(let settings): try settings.encode(to: encoder)
      case .seqgan(let settings): try settings.encode(to: encoder)
      case .relgan(let settings): try settings.encode(to: encoder)
      }
    }

    var name: Name {
      switch self {
      case .gan: .gan
      case .infogan: .infogan
      case .sgan: .sgan
      case .bigan: .bigan
      case .ebgan: .ebgan
      case .began: .began
      case .ctgan: .ctgan
      case .likelihood: .likelihood
      case .seqgan: .seqgan
      case .relgan: .relgan
      }
    }

    var program: any ModelFamily {
      switch self {
      case .gan: Adversarial()
      case .infogan(let settings): settings
      case .sgan(let settings): settings
      case .bigan(let settings): settings
      case .ebgan(let settings): settings
      case .began(let settings): settings
      case .ctgan(let settings): settings
      case .likelihood: MaximumLikelihood()
      case .seqgan(let settings): settings
      case .relgan(let settings): settings
      }
    }
  }

  /// The name under which the model's kind is known: `cgan`, `infogan`, …
  var familyName: String {
    if kind == .classifier { return kind.rawValue }
    return conditioning?.name.rawValue ?? family.name.rawValue
  }

  /// Refuses what a family's own losses have no use for.
  func refuseObjective() throws(GANError) {
    let plain = Objective(discriminatorSteps: objective.discriminatorSteps)
    let name = family.name.rawValue
    guard objective.loss == plain.loss, objective.labelSmoothing == 0 else {
      throw GANError(
        field: "objective.loss",
        expected: "non-saturating without smoothing (unused: \(name) has its own loss)",
        got: objective.loss.name)
    }
    try refusePenalties()
  }

  func refusePenalties() throws(GANError) {
    guard objective.penalties.isEmpty else {
      throw GANError(
        field: "objective.penalties", expected: "none with \(family.name.rawValue)",
        got: objective.penalties.count)
    }
  }
}
