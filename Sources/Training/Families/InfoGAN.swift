import Glibc
import Graphs
import Networks

/// Chen et al., arXiv 1606.03657: codes join the latent, and a network Q, which shares the
/// discriminator's trunk, has to find them again in the samples. As in the authors' code the
/// discriminator's update also teaches Q, and continuous codes are normal with deviation 1 around
/// what Q says.
public struct InfoGAN: Codable, Hashable, Sendable {
  /// The number of values of each categorical code.
  public var categorical = [10]
  /// Continuous codes, evenly in −1…1.
  public var continuous = 2
  public var categoricalWeight = 1.0
  public var continuousWeight = 0.1
  /// Units of Q's own hidden layer; 0 for none.
  public var hidden = 128

  public init(categorical: [Int] = [10], continuous: Int = 2) {
    self.categorical = categorical
    self.continuous = continuous
  }

  private enum CodingKeys: String, CodingKey {
    case categorical, continuous, hidden
    case categoricalWeight = "categorical-weight"
    case continuousWeight = "continuous-weight"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    categorical = try values.decodeIfPresent([Int].self, forKey: .categorical) ?? [10]
    continuous = try values.count(.continuous, within: 0...1024, default: 2)
    categoricalWeight = try values.number(.categoricalWeight, within: 0...1e6, default: 1)
    continuousWeight = try values.number(.continuousWeight, within: 0...1e6, default: 0.1)
    hidden = try values.count(.hidden, within: 0...65536, default: 128)
    guard categorical.count <= 64, categorical.allSatisfy((2...65536).contains) else {
      throw GANError(
        field: "categorical", expected: "at most 64 numbers of values, each 2…65536",
        got: "\(categorical.prefix(8))")
    }
    guard !categorical.isEmpty || continuous > 0 else {
      throw GANError(field: "continuous", expected: "1 or more where there is no categorical code", got: 0)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(categorical, forKey: .categorical)
    try values.encode(continuous, forKey: .continuous)
    try values.encode(categoricalWeight, forKey: .categoricalWeight)
    try values.encode(continuousWeight, forKey: .continuousWeight)
    try values.encode(hidden, forKey: .hidden)
  }
}

extension InfoGAN: AdversarialFamily {
  private static let head = "codes"

  func conditions(_ recipe: Recipe) -> Conditions {
    .codes(categorical: categorical, continuous: continuous)
  }

  func discriminatorAttachments(_ recipe: Recipe) -> Attachments {
    Attachments(heads: [Head(Self.head, units: conditions(recipe).width, hidden: hidden)])
  }

  func discriminatorTerms(_ seen: Seen) -> Phase.Loss? { codeLoss(seen) }

  func generatorLoss(_ seen: Seen) -> Phase.Loss {
    adversarialLoss(seen).adding(Phase.Loss(value: codeLoss(seen).value))
  }

  /// −λ·L_I, eq. 5 without the codes' own entropy, which is constant. The figure counts it in.
  private func codeLoss(_ seen: Seen) -> Phase.Loss {
    let found = seen.fake.required(Self.head)
    guard let codes = seen.condition else { return Phase.Loss(value: 0 * mean(found)) }
    var loss = Node.constant(0, in: seen.step.graph)
    var surprise = loss
    var (start, entropy) = (0, 0.0)
    for count in categorical {
      let logits = found.sliced(axis: 1, from: start, count: count)
      let chosen = codes.sliced(axis: 1, from: start, count: count)
      surprise = surprise - mean(sum(logProbabilities(logits) * chosen, over: [1]))
      entropy += Glibc.log(Double(count))
      start += count
    }
    loss = loss + categoricalWeight * surprise
    if continuous > 0 {
      let mean = found.sliced(axis: 1, from: start, count: continuous)
      let codes = codes.sliced(axis: 1, from: start, count: continuous)
      let distance = sum(square(codes - mean), over: [1])
      loss = loss + 0.5 * continuousWeight * Graphs.mean(distance)
    }
    return Phase.Loss(value: loss, figures: categorical.isEmpty ? [] : [(.information, entropy - surprise)])
  }
}
