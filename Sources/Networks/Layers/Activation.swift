import Graphs

/// A function of each element: `"relu"`, or with a slope `{"function": "leaky-relu", "slope": 0.1}`.
public struct Activation: Layer {
  public static let name = "activation"

  public enum Function: String, Codable, Sendable, CaseIterable {
    case linear, relu, tanh, sigmoid, softplus, elu, gelu, silu
    case leakyReLU = "leaky-relu"
  }

  public var function: Function
  /// Of `leaky-relu` below 0.
  public var slope: Double

  public init(_ function: Function, slope: Double = 0.2) {
    self.function = function
    self.slope = slope
  }

  enum CodingKeys: String, CodingKey { case function, slope }

  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      guard let function = Function(rawValue: name) else {
        throw GANError.unknown(name, among: Function.allCases.map(\.rawValue))
      }
      self.function = function
      slope = 0.2
      return
    }
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    function = try fields.choice(.function, default: .leakyReLU)
    slope = try fields.number(.slope, within: 0...1, default: 0.2)
    if fields.contains(.slope), function != .leakyReLU {
      throw GANError(field: "slope", expected: "only with leaky-relu", got: function.rawValue)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    guard function == .leakyReLU, slope != 0.2 else {
      var container = encoder.singleValueContainer()
      try container.encode(function.rawValue)
      return
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(function.rawValue, forKey: .function)
    try container.encode(slope, forKey: .slope)
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node { self(x) }

  public func callAsFunction(_ x: Node) -> Node {
    switch function {
    case .linear: x
    case .relu: relu(x)
    case .leakyReLU: leakyReLU(x, slope: slope)
    case .tanh: tanh(x)
    case .sigmoid: sigmoid(x)
    case .softplus: softplus(x)
    // The exponential of large numbers is not taken, so that it cannot poison the gradient.
    case .elu: select(less(0, x), x, exp(minimum(x, 0)) - 1)
    case .gelu: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * square(x))))
    case .silu: x * sigmoid(x)
    }
  }
}
