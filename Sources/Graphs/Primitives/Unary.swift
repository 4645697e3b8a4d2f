import Glibc

/// A function of one variable, applied to every element. `Any` shape → the same.
public struct Unary: Primitive {
  public let function: UnaryFunction
  public init(_ function: UnaryFunction) { self.function = function }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape { inputs[0] }

  public func simplified(_ inputs: [Node]) -> Node? {
    if let value = inputs[0].constantValue {
      return .constant(function.value(value), inputs[0].shape, in: inputs[0].graph)
    }
    if case .negate = function, let inner = inputs[0].primitive as? Unary, inner.function == .negate {
      return inputs[0].inputs[0]
    }
    return nil
  }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    [slope(of: function, at: output.inputs[0], giving: output).map { cotangent * $0 }]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    Tensor(inputs[0].shape, inputs[0].values.map(function.value))
  }

  public static let samples: [Sample] = UnaryFunction.all.map { function in
    Sample(Unary(function), [Sample.values([3, 4], in: function.domain)])
  }
}

/// The functions of `Unary`, each with its value and its derivative in one line.
public enum UnaryFunction: Hashable, Sendable {
  case negate, reciprocal, exp, log, tanh, sigmoid, softplus, sine, squareRoot
  case reciprocalSquareRoot, absolute, sign, floor, square
  /// 1 for finite numbers, 0 for NaN and infinities.
  case isFinite
  /// x where positive, else slope · x; slope 0 is ReLU.
  case leaky(slope: Double)
  /// The derivative of `leaky`: 1 where positive, else the slope.
  case leakySlope(slope: Double)

  static let all: [UnaryFunction] = [
    .negate, .reciprocal, .exp, .log, .tanh, .sigmoid, .softplus, .sine, .squareRoot,
    .reciprocalSquareRoot, .absolute, .sign, .floor, .square, .isFinite, .leaky(slope: 0.2),
    .leakySlope(slope: 0.2),
  ]

  /// Where the samples are drawn from.
  var domain: ClosedRange<Double> {
    switch self {
    case .log, .squareRoot, .reciprocalSquareRoot, .reciprocal: 0.3...2
    default: -2...2
    }
  }

  func value(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .reciprocal: 1 / x
    case .exp: Glibc.exp(x)
    case .log: Glibc.log(x)
    case .tanh: Glibc.tanh(x)
    case .sigmoid: x >= 0 ? 1 / (1 + Glibc.exp(-x)) : Glibc.exp(x) / (1 + Glibc.exp(x))
    case .softplus: max(x, 0) + Glibc.log1p(Glibc.exp(-Swift.abs(x)))
    case .sine: Swift.abs(x) < 0x1p30 ? sin(x) : x - x
    case .squareRoot: x.squareRoot()
    case .reciprocalSquareRoot: 1 / x.squareRoot()
    case .absolute: Swift.abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
    case .floor: x.rounded(.down)
    case .square: x * x
    case .isFinite: x.isFinite ? 1 : 0
    case .leaky(let slope): x > 0 ? x : slope * x
    case .leakySlope(let slope): x > 0 ? 1 : slope
    }
  }
}

/// The derivative at `x`, where the function's value is `y`; nil where it is 0 everywhere.
/// (Outside the enum, whose cases would hide the functions of the same names.)
private func slope(of function: UnaryFunction, at x: Node, giving y: Node) -> Node? {
  switch function {
  case .negate: .constant(-1, x.shape, in: x.graph)
  case .reciprocal: -square(y)
  case .exp: y
  case .log: reciprocal(x)
  case .tanh: 1 - square(y)
  case .sigmoid: y * (1 - y)
  case .softplus: sigmoid(x)
  case .sine: sine(x + .pi / 2)
  case .squareRoot: 0.5 * reciprocal(y)
  case .reciprocalSquareRoot: -0.5 * y * square(y)
  case .absolute: sign(x)
  case .square: 2 * x
  // The output has the input's sign unless the slope is negative; reading it frees the input.
  case .leaky(let slope): x.graph.add(Unary(.leakySlope(slope: slope)), [slope < 0 ? x : y])
  case .sign, .floor, .isFinite, .leakySlope: nil
  }
}

public prefix func - (x: Node) -> Node { x.graph.add(Unary(.negate), [x]) }
public func reciprocal(_ x: Node) -> Node { x.graph.add(Unary(.reciprocal), [x]) }
public func exp(_ x: Node) -> Node { x.graph.add(Unary(.exp), [x]) }
public func log(_ x: Node) -> Node { x.graph.add(Unary(.log), [x]) }
public func tanh(_ x: Node) -> Node { x.graph.add(Unary(.tanh), [x]) }
public func sigmoid(_ x: Node) -> Node { x.graph.add(Unary(.sigmoid), [x]) }
/// log(1 + e^x), without overflow.
public func softplus(_ x: Node) -> Node { x.graph.add(Unary(.softplus), [x]) }
/// 0 from 2^30 on, where neighbouring numbers are many turns apart.
public func sine(_ x: Node) -> Node { x.graph.add(Unary(.sine), [x]) }
public func sqrt(_ x: Node) -> Node { x.graph.add(Unary(.squareRoot), [x]) }
public func rsqrt(_ x: Node) -> Node { x.graph.add(Unary(.reciprocalSquareRoot), [x]) }
public func abs(_ x: Node) -> Node { x.graph.add(Unary(.absolute), [x]) }
public func sign(_ x: Node) -> Node { x.graph.add(Unary(.sign), [x]) }
public func floor(_ x: Node) -> Node { x.graph.add(Unary(.floor), [x]) }
public func square(_ x: Node) -> Node { x.graph.add(Unary(.square), [x]) }
public func isFinite(_ x: Node) -> Node { x.graph.add(Unary(.isFinite), [x]) }
public func leakyReLU(_ x: Node, slope: Double = 0.2) -> Node {
  x.graph.add(Unary(.leaky(slope: slope)), [x])
}
public func relu(_ x: Node) -> Node { leakyReLU(x, slope: 0) }
