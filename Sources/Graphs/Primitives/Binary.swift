/// A function of two variables, applied element by element. Two equal shapes → the same; the
/// operators below broadcast first, by NumPy's rules.
public struct Binary: Primitive {
  public let function: BinaryFunction
  public init(_ function: BinaryFunction) { self.function = function }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    guard inputs[0] == inputs[1] else {
      throw GANError(field: "", expected: "equal shapes", got: "\(inputs[0]) and \(inputs[1])")
    }
    return inputs[0]
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let (a, b) = (inputs[0], inputs[1])
    guard a.shape == b.shape else { return nil }
    let (left, right) = (a.constantValue, b.constantValue)
    if let left, let right { return .constant(function.value(left, right), a.shape, in: a.graph) }
    switch (function, left, right) {
    case (.add, .some(0), _), (.multiply, .some(1), _): return b
    case (.add, _, .some(0)), (.subtract, _, .some(0)): return a
    case (.multiply, _, .some(1)), (.divide, _, .some(1)): return a
    case (.subtract, .some(0), _), (.multiply, .some(-1), _): return -b
    case (.multiply, _, .some(-1)): return -a
    case (.multiply, .some(0), _): return a
    case (.multiply, _, .some(0)): return b
    default: return nil
    }
  }

  public func gradient(of output: Node, from g: Node) -> [Node?] {
    let (a, b) = (output.inputs[0], output.inputs[1])
    return switch function {
    case .add: [g, g]
    case .subtract: [g, -g]
    case .multiply: [g * b, g * a]
    case .divide: [g / b, -g * output / b]
    case .maximum: [select(less(a, b), 0, g), select(less(a, b), g, 0)]
    case .minimum: [select(less(b, a), 0, g), select(less(b, a), g, 0)]
    case .less, .equal: [nil, nil]
    }
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    Tensor(inputs[0].shape, zip(inputs[0].values, inputs[1].values).map(function.value))
  }

  public static let samples: [Sample] = BinaryFunction.allCases.map { function in
    Sample(Binary(function), [Sample.values([3, 4]), Sample.values([3, 4], in: 0.5...2, seed: 2)])
  }
}

public enum BinaryFunction: Hashable, Sendable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum
  /// 1 where it holds, else 0.
  case less, equal

  func value(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: a > b ? a : b
    case .minimum: a < b ? a : b
    case .less: a < b ? 1 : 0
    case .equal: a == b ? 1 : 0
    }
  }
}

private func broadcasting(_ function: BinaryFunction, _ a: Node, _ b: Node) -> Node {
  let shape = Broadcast.common(a.shape, b.shape)
  return a.graph.add(Binary(function), [a.broadcast(to: shape), b.broadcast(to: shape)])
}

extension Node {
  public static func + (a: Node, b: Node) -> Node { broadcasting(.add, a, b) }
  public static func - (a: Node, b: Node) -> Node { broadcasting(.subtract, a, b) }
  public static func * (a: Node, b: Node) -> Node { broadcasting(.multiply, a, b) }
  public static func / (a: Node, b: Node) -> Node { broadcasting(.divide, a, b) }
  public static func + (a: Node, b: Double) -> Node { a + .constant(b, in: a.graph) }
  public static func - (a: Node, b: Double) -> Node { a - .constant(b, in: a.graph) }
  public static func * (a: Node, b: Double) -> Node { a * .constant(b, in: a.graph) }
  public static func / (a: Node, b: Double) -> Node { a * (1 / b) }
  public static func + (a: Double, b: Node) -> Node { .constant(a, in: b.graph) + b }
  public static func - (a: Double, b: Node) -> Node { .constant(a, in: b.graph) - b }
  public static func * (a: Double, b: Node) -> Node { .constant(a, in: b.graph) * b }
  public static func / (a: Double, b: Node) -> Node { .constant(a, in: b.graph) / b }
}

public func maximum(_ a: Node, _ b: Node) -> Node { broadcasting(.maximum, a, b) }
public func maximum(_ a: Node, _ b: Double) -> Node { maximum(a, .constant(b, in: a.graph)) }
public func minimum(_ a: Node, _ b: Node) -> Node { broadcasting(.minimum, a, b) }
public func minimum(_ a: Node, _ b: Double) -> Node { minimum(a, .constant(b, in: a.graph)) }
/// 1 where a < b, else 0.
public func less(_ a: Node, _ b: Node) -> Node { broadcasting(.less, a, b) }
public func less(_ a: Node, _ b: Double) -> Node { less(a, .constant(b, in: a.graph)) }
public func less(_ a: Double, _ b: Node) -> Node { less(.constant(a, in: b.graph), b) }
/// 1 where a = b, else 0.
public func equal(_ a: Node, _ b: Node) -> Node { broadcasting(.equal, a, b) }
public func equal(_ a: Node, _ b: Double) -> Node { equal(a, .constant(b, in: a.graph)) }
