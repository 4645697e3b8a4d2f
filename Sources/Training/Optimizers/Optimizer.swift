import Graphs

/// How a network's parameters follow their gradient. The semantics are PyTorch's, to the place of
/// every epsilon.
public struct Optimizer: Codable, Hashable, Sendable {
  /// The rules there are; each has its own defaults.
  public enum Name: String, Codable, Hashable, Sendable, CaseIterable {
    /// Kingma & Ba, arXiv 1412.6980, algorithm 1.
    case adam
    /// Loshchilov & Hutter, arXiv 1711.05101, algorithm 2: decay apart from the gradient.
    case adamw
    /// Tieleman & Hinton, lecture 6.5.
    case rmsprop
    /// Plain or with momentum (PyTorch's: no dampening, no Nesterov).
    case sgd
  }

  /// The rule.
  public var name: Name
  /// Learning rate.
  public var rate: Double
  /// Of Adam: how much of the first and second moment stays.
  public var beta1: Double
  /// Decay of the second moment, 0 ..< 1 (Adam).
  public var beta2: Double
  /// What beta2 becomes while the rate falls by its schedule (Huang et al., R3GAN, arXiv 2501.05441,
  /// appendix); nil: it stays.
  public var beta2Final: Double?
  /// Of RMSprop: how much of the second moment stays.
  public var smoothing: Double
  /// Of SGD and RMSprop.
  public var momentum: Double
  /// Added to the root of the second moment, above 0.
  public var epsilon: Double
  /// Added to the gradient, times the parameter; with adamw taken off the parameter itself.
  public var weightDecay: Double
  /// Added to the loss, times how much the outputs of each layer look for the same: Brock et al.,
  /// BigGAN, arXiv 1809.11096, eq. 3, where it is 1e-4.
  public var orthogonality: Double
  /// The greatest norm of the whole gradient; longer ones are scaled down. 0: no bound.
  public var clipNorm: Double
  /// After each update every parameter is cut to ±this (Arjovsky et al., Wasserstein GAN, arXiv
  /// 1701.07875, algorithm 1). 0: no bound.
  public var clipWeights: Double
  /// How the rate changes over the run.
  public var schedule: Schedule

  /// PyTorch's defaults of that optimiser.
  public init(
    _ name: Name, rate: Double? = nil, beta1: Double = 0.9, beta2: Double = 0.999,
    weightDecay: Double? = nil, clipWeights: Double = 0, schedule: Schedule = Schedule()
  ) {
    self.name = name
    let usual =
      switch name {
      case .adam, .adamw: 1e-3
      case .rmsprop: 1e-2
      case .sgd: 1e-3
      }
    self.rate = rate ?? usual
    self.beta1 = beta1
    self.beta2 = beta2
    self.smoothing = 0.99
    self.momentum = 0
    self.epsilon = 1e-8
    self.weightDecay = weightDecay ?? (name == .adamw ? 0.01 : 0)
    self.orthogonality = 0
    self.clipNorm = 0
    self.clipWeights = clipWeights
    self.schedule = schedule
  }

  private enum CodingKeys: String, CodingKey {
    case name, rate, beta1, beta2, smoothing, momentum, epsilon, orthogonality, schedule
    case beta2Final = "beta2-final"
    case weightDecay = "weight-decay"
    case clipNorm = "clip-norm"
    case clipWeights = "clip-weights"
  }

  /// Which keys mean something for an optimiser: others are neither written nor accepted.
  private static func applies(_ key: CodingKeys, to name: Name) -> Bool {
    switch key {
    case .beta1, .beta2, .beta2Final: name == .adam || name == .adamw
    case .smoothing: name == .rmsprop
    case .momentum: name == .rmsprop || name == .sgd
    case .epsilon: name != .sgd
    default: true
    }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try values.named(.name, default: .adam))
    for key in values.allKeys where !Self.applies(key, to: name) {
      throw GANError(.argument, keyPath(decoder.codingPath + [key]), "\(name.rawValue) has no such key")
    }
    func take(_ key: CodingKeys, _ target: inout Double) throws {
      target = try values.decodeIfPresent(Double.self, forKey: key) ?? target
    }
    try take(.rate, &rate)
    try take(.beta1, &beta1)
    try take(.beta2, &beta2)
    beta2Final = try values.decodeIfPresent(Double.self, forKey: .beta2Final)
    try take(.smoothing, &smoothing)
    try take(.momentum, &momentum)
    try take(.epsilon, &epsilon)
    try take(.weightDecay, &weightDecay)
    try take(.orthogonality, &orthogonality)
    try take(.clipNorm, &clipNorm)
    try take(.clipWeights, &clipWeights)
    schedule = try values.decodeIfPresent(Schedule.self, forKey: .schedule) ?? schedule
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    let numbers: [(CodingKeys, Double)] = [
      (.rate, rate), (.beta1, beta1), (.beta2, beta2), (.smoothing, smoothing), (.momentum, momentum),
      (.epsilon, epsilon), (.weightDecay, weightDecay), (.orthogonality, orthogonality),
      (.clipNorm, clipNorm), (.clipWeights, clipWeights),
    ]
    for (key, number) in numbers where Self.applies(key, to: name) {
      try values.encode(number, forKey: key)
    }
    try values.encodeIfPresent(beta2Final, forKey: .beta2Final)
    try values.encode(schedule, forKey: .schedule)
  }

  func validate(_ field: String) throws(GANError) {
    try Bounds.check(rate, 0...1000, field + ".rate")
    try Bounds.check(beta1, 0..<1, field + ".beta1")
    try Bounds.check(beta2, 0..<1, field + ".beta2")
    if let beta2Final {
      try Bounds.check(beta2Final, 0..<1, field + ".beta2-final")
      if schedule.name == .constant {
        throw GANError(field: field + ".beta2-final", expected: "a schedule that it follows", got: "constant")
      }
    }
    try Bounds.check(smoothing, 0..<1, field + ".smoothing")
    try Bounds.check(momentum, 0..<1, field + ".momentum")
    try Bounds.check(epsilon, 1e-30...1, field + ".epsilon")
    try Bounds.check(weightDecay, 0...1000, field + ".weight-decay")
    try Bounds.check(orthogonality, 0...1000, field + ".orthogonality")
    try Bounds.check(clipNorm, 0...1e30, field + ".clip-norm")
    try Bounds.check(clipWeights, 0...1e30, field + ".clip-weights")
    try schedule.validate(field + ".schedule")
  }
}
