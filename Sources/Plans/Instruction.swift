import CKernels
import Graphs

/// The instruction of a fused kernel that computes an elementwise primitive.
struct Instruction {
  let operation: Int32
  let value: Float

  /// Nil when the primitive is not elementwise.
  init?(_ primitive: any Primitive) {
    switch primitive {
    case let unary as Unary: self.init(unary.function)
    case let binary as Binary: self.init(binary.function)
    case is Select: self.init(GAN_SELECT)
    default: return nil
    }
  }

  private init<Code: BinaryInteger>(_ operation: Code, _ value: Double = 0) {
    self.operation = Int32(truncatingIfNeeded: operation)
    self.value = Float(value)
  }

  private init(_ function: UnaryFunction) {
    switch function {
    case .negate: self.init(GAN_NEGATE)
    case .reciprocal: self.init(GAN_RECIPROCAL)
    case .exp: self.init(GAN_EXP)
    case .log: self.init(GAN_LOG)
    case .tanh: self.init(GAN_TANH)
    case .sigmoid: self.init(GAN_SIGMOID)
    case .softplus: self.init(GAN_SOFTPLUS)
    case .sine: self.init(GAN_SINE)
    case .squareRoot: self.init(GAN_SQRT)
    case .reciprocalSquareRoot: self.init(GAN_RSQRT)
    case .absolute: self.init(GAN_ABS)
    case .sign: self.init(GAN_SIGN)
    case .floor: self.init(GAN_FLOOR)
    case .square: self.init(GAN_SQUARE)
    case .isFinite: self.init(GAN_IS_FINITE)
    case .leaky(let slope): self.init(GAN_LEAKY, slope)
    case .leakySlope(let slope): self.init(GAN_LEAKY_SLOPE, slope)
    }
  }

  private init(_ function: BinaryFunction) {
    switch function {
    case .add: self.init(GAN_ADD)
    case .subtract: self.init(GAN_SUBTRACT)
    case .multiply: self.init(GAN_MULTIPLY)
    case .divide: self.init(GAN_DIVIDE)
    case .maximum: self.init(GAN_MAXIMUM)
    case .minimum: self.init(GAN_MINIMUM)
    case .less: self.init(GAN_LESS)
    case .equal: self.init(GAN_EQUAL)
    }
  }

  /// The instruction that makes a constant.
  static let constant = Instruction(GAN_CONSTANT).operation
}
