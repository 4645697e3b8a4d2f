import CKernels
import Graphs

/// Values that are cheaper to compute anew in every kernel that reads them than to write and read:
/// a centred or normalised activation is one subtraction and one product away from the activation,
/// which is in memory anyway.
extension Lowering {
  /// Smaller values stay in the cache.
  private static let leastCount = 4096
  private static let greatestDepth = 6

  /// Gives each reader of such a value a copy of it. A kernel that gets several computes one.
  mutating func recompute() {
    let depths = recomputedDepths()
    guard depths.contains(where: { $0 > 0 }) else { return }
    var made: [Value] = []
    var places = Array(repeating: -1, count: values.count)
    func place(_ index: Int) -> Int {
      guard depths[index] > 0 else { return places[index] }
      return append(values[index])
    }
    func append(_ value: Value) -> Int {
      var kind = value.kind
      if case .view(let view) = kind {
        kind = .view(
          View(base: places[view.base], offset: view.offset, shape: view.shape, strides: view.strides))
      }
      let inputs = value.inputs.map(place)
      made.append(Value(kind: kind, inputs: inputs, shape: value.shape, path: value.path))
      return made.count - 1
    }
    for (index, value) in values.enumerated() where depths[index] == 0 { places[index] = append(value) }
    replace(by: made, at: places)
  }

  /// How many operations away from memory each value is that is to be computed anew; 0 for others.
  private func recomputedDepths() -> [Int] {
    let isRead = readElementwiseAlone()
    var depths = Array(repeating: 0, count: values.count)
    for (index, value) in values.enumerated() where isRead[index] && value.shape.count >= Self.leastCount {
      guard case .elementwise(let operation, _) = value.kind, Self.isCheap(operation) else { continue }
      let large = Set(value.inputs.filter { isLarge($0, beside: value.shape.count) })
      guard large.count == 1, let base = large.first else { continue }
      if case .view = values[base].kind { continue }
      if depths[base] < Self.greatestDepth { depths[index] = depths[base] + 1 }
    }
    return depths
  }

  /// Whether several values read it, all of them element by element, and nothing else does.
  private func readElementwiseAlone() -> [Bool] {
    var readers = Array(repeating: 0, count: values.count)
    for value in values {
      switch value.kind {
      case .view(let view): readers[view.base] = -1
      case .operation: for input in value.inputs { readers[input] = -1 }
      default: for input in Set(value.inputs) where readers[input] >= 0 { readers[input] += 1 }
      }
    }
    for kept in outputs + stores.map(\.value) { readers[kept] = -1 }
    return readers.map { $0 > 1 }
  }

  private func isLarge(_ input: Int, beside count: Int) -> Bool {
    switch values[input].kind {
    case .constant: false
    case .view(let view):
      zip(view.shape, view.strides).reduce(1) { $0 * ($1.1 == 0 ? 1 : $1.0) } * 8 > count
    default: true
    }
  }

  private static func isCheap(_ operation: Int32?) -> Bool {
    guard let operation else { return false }
    let cheap = [
      GAN_NEGATE, GAN_ABS, GAN_SIGN, GAN_SQUARE, GAN_LEAKY, GAN_LEAKY_SLOPE, GAN_ADD, GAN_SUBTRACT,
      GAN_MULTIPLY, GAN_MAXIMUM, GAN_MINIMUM, GAN_LESS, GAN_EQUAL, GAN_SELECT,
    ]
    return cheap.contains { Int32(truncatingIfNeeded: $0) == operation }
  }
}
