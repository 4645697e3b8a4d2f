import Graphs

/// How a tensor's values begin.
public enum Initializer: Hashable, Sendable {
  case constant(Double)
  case normal(mean: Double, deviation: Double)
  /// Evenly in −bound … bound.
  case uniform(bound: Double)
  /// A normal vector of length 1: where a power iteration starts.
  case unitVector

  /// A class' or a word's learned vector begins with a length of about one, as a one-hot code's. A longer one outweighs
  /// a latent beside it, and what is learnt of rare words.
  static func embedding(width: Int) -> Self { .normal(mean: 0, deviation: 1 / Double(width).squareRoot()) }
}

/// A network's way of choosing initialisers.
public enum Initialization: String, Codable, Hashable, Sendable, CaseIterable {
  /// Weights N(0, 0.02), normalisation scales N(1, 0.02), biases 0 (Radford et al., DCGAN,
  /// arXiv 1511.06434, section 4, and its reference code).
  case dcgan
  /// Weights and biases evenly in ±1/√fan-in, scales 1: PyTorch's default.
  case fanIn = "fan-in"
  /// Weights evenly in ±√(6 / (fan-in + fan-out)), scales 1, biases 0 (Glorot & Bengio, AISTATS 2010,
  /// eq. 16).
  case glorot
  /// Weights N(0, 1/fan-in), scales 1, biases 0 (He et al., arXiv 1502.01852, eq. 10, without the
  /// activation's factor, which is a layer's gain).
  case he

  /// - Parameter gain: the values' factor; 0 begins with zeros.
  func weight(fanIn: Int, fanOut: Int, gain: Double = 1) -> Initializer {
    let (inputs, outputs) = (Double(max(1, fanIn)), Double(max(1, fanOut)))
    return switch self {
    case _ where gain == 0: .constant(0)
    case .dcgan: .normal(mean: 0, deviation: gain * 0.02)
    case .fanIn: .uniform(bound: gain / inputs.squareRoot())
    case .glorot: .uniform(bound: gain * (6 / (inputs + outputs)).squareRoot())
    case .he: .normal(mean: 0, deviation: gain / inputs.squareRoot())
    }
  }

  func bias(fanIn: Int) -> Initializer {
    switch self {
    case .fanIn: .uniform(bound: 1 / Double(max(1, fanIn)).squareRoot())
    case .dcgan, .glorot, .he: .constant(0)
    }
  }

  var scale: Initializer {
    switch self {
    case .dcgan: .normal(mean: 1, deviation: 0.02)
    case .fanIn, .glorot, .he: .constant(1)
    }
  }
}

/// Fills a flat buffer of `layout.count` elements with its first values. They depend on the seed,
/// the network's name and each tensor's path alone, so that a layer more or less leaves the others
/// as they were.
public func initialValues(
  _ layout: ParameterLayout, seed: UInt64, named network: String = "",
  into buffer: UnsafeMutablePointer<Float>
) {
  // Training's draws count steps from 0: the last step is never theirs.
  let random = RandomState(seed: seed, step: .max)
  for entry in layout.entries {
    let stream = streamNumber(of: network + "." + entry.path)
    let elements = UnsafeMutableBufferPointer(start: buffer + entry.offset, count: entry.shape.count)
    entry.initializer.fill(elements, random, stream)
  }
}

extension Initializer {
  fileprivate func fill(
    _ elements: UnsafeMutableBufferPointer<Float>, _ random: RandomState, _ stream: UInt32
  ) {
    switch self {
    case .constant(let value):
      elements.update(repeating: Float(value))
    case .normal(let mean, let deviation):
      for index in elements.indices {
        elements[index] = Float(mean + deviation * random.normal(UInt64(index), stream: stream))
      }
    case .uniform(let bound):
      for index in elements.indices {
        elements[index] = Float(bound * (2 * random.uniform(UInt64(index), stream: stream) - 1))
      }
    case .unitVector:
      Initializer.normal(mean: 0, deviation: 1).fill(elements, random, stream)
      let length = elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      for index in elements.indices where length > 0 { elements[index] /= Float(length) }
    }
  }
}

/// FNV-1a, 32 bits: the same path gives the same stream everywhere.
private func streamNumber(of text: String) -> UInt32 {
  text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
}
