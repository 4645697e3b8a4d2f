import Graphs

/// One kernel call of a plan, cut into chunks whose number the plan fixes, so that results do not
/// depend on how many threads share them.
struct Step: Sendable {
  let name: String
  /// Which kernel: oneDNN's name of it, or ours.
  let implementation: String
  /// The layer it was built in.
  let path: String
  let flops: Int
  /// Read and written at least.
  let bytes: Int
  let chunks: Int
  /// Bytes that each worker needs beside the arena.
  let scratch: Int
  let operands: [Operand]
  /// Whether it draws random numbers: its result is another in every run.
  var isRandom = false
  let body: @Sendable (Call) -> Int32
}

/// Memory that a step reads or writes: a place in a storage, in elements.
struct Operand: Hashable, Sendable {
  let storage: Int
  let offset: Int
  let writes: Bool
}

/// What one chunk of a step is handed.
struct Call {
  let operands: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  let chunk: Int
  let scratch: UnsafeMutableRawPointer
  let random: RandomState

  func pointer(_ index: Int) -> UnsafeMutablePointer<Float> { operands[index]! }

  /// Element `position` of an operand stored as `element`.
  func address(_ index: Int, _ position: Int, _ element: Element) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(operands[index]!) + position * element.size
  }

  /// The operands from `first` on, as C takes arrays of inputs.
  func inputs(from first: Int = 0) -> UnsafePointer<UnsafePointer<Float>?> {
    UnsafeRawPointer(operands + first).assumingMemoryBound(to: UnsafePointer<Float>?.self)
  }
}

/// A stretch of memory: part of the arena while it is alive, a caller's buffer, or a fixed table.
struct Storage: Sendable {
  enum Home: Sendable, Hashable {
    case arena(offset: Int)
    case external(Int)
    case table(offset: Int)
    /// Part of another storage of the same element.
    case within(storage: Int, offset: Int)
  }

  let count: Int
  let element: Element
  /// Offsets are in bytes.
  var home: Home?
  /// Steps between which its contents matter.
  var first = Int.max
  var last = -1

  var bytes: Int { count * element.size }

  /// Whether it takes memory of the arena, its own or another's.
  var isInArena: Bool {
    switch home {
    case .arena, .within: true
    default: false
    }
  }
}
