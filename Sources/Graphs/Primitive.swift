/// An operation the graph knows. Its file in `Primitives/` holds everything about it.
///
/// All values are real scalars: labels, tokens and other indices are whole numbers held in them
/// (exact up to 2^24 in f32), conditions and masks are 0 or 1.
public protocol Primitive: Hashable, Sendable {
  /// The result's shape, or why these inputs do not fit.
  func shape(of inputs: [Shape]) throws(GANError) -> Shape

  /// An equal but cheaper expression, where there is one: `x · 1`, a reshape to the same shape.
  func simplified(_ inputs: [Node]) -> Node?

  /// Cotangents of the inputs, as graph expressions (hence differentiable again); nil where there
  /// is none. `output.inputs` are the inputs.
  func gradient(of output: Node, from cotangent: Node) -> [Node?]

  /// The definition, in plain Swift: the oracle of every test.
  func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor

  /// Cases checked automatically: kernel against `evaluate`, gradients to second order.
  static var samples: [Sample] { get }
}

extension Primitive {
  public var name: String { String(describing: Self.self) }
  public func simplified(_ inputs: [Node]) -> Node? { nil }
}

/// A case that tests run for a primitive.
public struct Sample: Sendable {
  public let primitive: any Primitive
  public let inputs: [Tensor]
  /// Which inputs a gradient is checked for; indices and conditions have none.
  public let differentiable: [Bool]

  public init(_ primitive: any Primitive, _ inputs: [Tensor], differentiable: [Bool]? = nil) {
    self.primitive = primitive
    self.inputs = inputs
    self.differentiable = differentiable ?? inputs.map { _ in true }
  }

  /// Fixed pseudo-random values in `range`, no two close together, so that comparisons and
  /// maxima do not change under finite differences.
  public static func values(_ shape: Shape, in range: ClosedRange<Double> = -1...1, seed: Int = 1)
    -> Tensor
  {
    // Multiples of an irrational modulo 1 are evenly spread and never equal.
    let width = range.upperBound - range.lowerBound
    return Tensor(
      shape,
      (0..<shape.count).map { index in
        let turn = (Double(index + 1) * 0.618_033_988_749_895 + Double(seed) * 0.381).truncatingRemainder(
          dividingBy: 1)
        return range.lowerBound + width * turn
      })
  }
}

/// What the random primitives draw from: no hidden state, so element `i` of a node is a function of
/// `(seed, step, stream, i)` alone.
public struct RandomState: Hashable, Sendable {
  public var seed: UInt64
  /// The training step, so that each step draws anew.
  public var step: UInt32
  /// Index of the batch's first sample: row `n` of a random node is sample `first + n`, which makes
  /// a sample independent of the batch it was drawn in.
  public var first: UInt64

  public init(seed: UInt64, step: UInt32 = 0, first: UInt64 = 0) {
    self.seed = seed
    self.step = step
    self.first = first
  }
}
