import Glibc

/// Philox4x32-10, a counter-based generator: every output is a function of counter and key alone.
/// Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011, section 3.
public enum Philox {
  public typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// Ten rounds over `counter`.
  public static func block(_ counter: Block, key: (UInt32, UInt32)) -> Block {
    var (block, key) = (counter, key)
    for _ in 0..<10 {
      let (high0, low0) = (0xD251_1F53 as UInt32).multipliedFullWidth(by: block.0)
      let (high1, low1) = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: block.2)
      block = (high1 ^ block.1 ^ key.0, low1, high0 ^ block.3 ^ key.1, low0)
      key = (key.0 &+ 0x9E37_79B9, key.1 &+ 0xBB67_AE85)
    }
    return block
  }
}

extension RandomState {
  /// The words of elements `4 · index … 4 · index + 3` of a stream.
  public func block(_ index: UInt64, stream: UInt32) -> Philox.Block {
    Philox.block(
      (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), stream, step),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
  }

  /// Element `index` of a stream, evenly in [0, 1): a multiple of 2⁻²⁴, hence exact in f32.
  public func uniform(_ index: UInt64, stream: UInt32) -> Double {
    let block = block(index >> 2, stream: stream)
    let word =
      switch index & 3 {
      case 0: block.0
      case 1: block.1
      case 2: block.2
      default: block.3
      }
    return Double(word >> 8) * 0x1p-24
  }

  /// Element `index` of a stream, normal with mean 0 and variance 1: each two neighbours are a pair of
  /// Box and Muller, A Note on the Generation of Random Normal Deviates, 1958, eq. 1.
  public func normal(_ index: UInt64, stream: UInt32) -> Double {
    let block = block(index >> 2, stream: stream)
    let (first, second) = index & 2 == 0 ? (block.0, block.1) : (block.2, block.3)
    // In (0, 1], so that the logarithm is finite.
    let radius = (-2 * log(Double((first >> 8) + 1) * 0x1p-24)).squareRoot()
    let angle = 2 * Double.pi * Double(second >> 8) * 0x1p-24
    return radius * (index & 1 == 0 ? cos(angle) : sin(angle))
  }

  /// The stream's index of a node's first element: row `n` of a node is sample `first + n`.
  public func start(of shape: Shape) -> UInt64 {
    let rows = shape.rank == 0 ? 1 : shape[0]
    return rows == 0 ? 0 : first &* UInt64(shape.count / rows)
  }

  func draw(_ shape: Shape, _ element: (UInt64) -> Double) -> Tensor {
    let start = start(of: shape)
    return Tensor(shape, (0..<shape.count).map { element(start &+ UInt64($0)) })
  }
}
