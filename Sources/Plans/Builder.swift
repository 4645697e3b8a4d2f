import CKernels
import Graphs

private struct Conversion: Hashable {
  let from: Operand
  let count: Int
}

/// Collects the steps of a plan and the memory they touch.
struct Builder {
  let values: [Value]
  let fusion: Fusion
  /// Values that must be in memory when the run has ended.
  let kept: Set<Int>
  let mixed: MixedPrecision
  private(set) var steps: [Step] = []
  var storages: [Storage] = []
  private(set) var tables: [Float] = []
  /// For each step, pairs of an operand read and one written that may be the same memory.
  private(set) var inPlace: [[(input: Int, store: Int)]] = []
  private var storageOf: [Int: Int] = [:]
  /// Parts of a linear concatenation, which are computed where they are wanted.
  private var placements: [Int: (whole: Int, offset: Int)] = [:]
  /// Weights in the layout that a kernel wants, made once a run.
  var reordered: [ReorderKey: Int] = [:]
  /// Matrices the other way round, made once a run.
  var transposed: [TransposeKey: Int] = [:]
  /// Weights with zeros around, made once a run.
  var padded: [PaddedKey: Int] = [:]
  /// Copies of operands as other elements, made once a run.
  private var converted: [Conversion: Int] = [:]

  init(_ values: [Value], _ fusion: Fusion, kept: Set<Int>, _ mixed: MixedPrecision) throws(GANError) {
    self.values = values
    self.fusion = fusion
    self.kept = kept
    self.mixed = mixed
    placeConcatenations()
    for index in fusion.schedule() {
      let kernel = fusion.kernels[index]
      if case .operation(let primitive) = values[kernel.members[0]].kind {
        try emit(primitive, kernel.members[0])
      } else {
        try emitFused(index, kernel)
      }
    }
  }

  mutating func emit(_ step: Step, inPlace pairs: [(input: Int, store: Int)] = []) {
    steps.append(step)
    inPlace.append(pairs)
  }

  /// Another order of the steps, in which each still comes after what it needs.
  mutating func reorder(_ order: [Int]) {
    steps = order.map { steps[$0] }
    inPlace = order.map { inPlace[$0] }
  }

  private mutating func emit(_ primitive: any Primitive, _ value: Int) throws(GANError) {
    switch primitive {
    case let product as MatMul: try emit(product, value)
    case let convolution as Convolution: try emit(convolution, value)
    case let convolution as ConvolutionBackwardData: try emit(convolution, value)
    case let convolution as ConvolutionBackwardWeights: try emit(convolution, value)
    case let concatenate as Concatenate: emit(concatenate, value)
    case let pad as Pad: emit(pad, value)
    case is Gather: emitGather(value)
    case is ScatterAdd: emitScatter(value)
    default:
      if emitRandom(primitive, value) { return }
      throw GANError(.unsupported, values[value].path, "no kernel for \(primitive.name)")
    }
  }

  // MARK: Memory

  mutating func temporary(_ count: Int, _ element: Element = .f32) -> Int {
    storages.append(Storage(count: count, element: element))
    return storages.count - 1
  }

  /// Where a value's own elements lie.
  mutating func storage(of value: Int) -> Int {
    if let known = storageOf[value] { return known }
    let element = mixed.elements[value]
    var storage = Storage(count: values[value].shape.count, element: element)
    switch values[value].kind {
    case .external(let position): storage.home = .external(position)
    case .table(let numbers):
      storage.home = .table(offset: tables.count * element.size)
      tables += numbers.map(Float.init)
      tables += Array(repeating: 0, count: (16 - tables.count % 16) % 16)
    default:
      if let placement = placements[value] {
        storage.home = .within(
          storage: self.storage(of: placement.whole), offset: placement.offset * element.size)
      }
    }
    storages.append(storage)
    storageOf[value] = storages.count - 1
    return storages.count - 1
  }

  /// A dense value as a kernel reads or writes it; views of a stretch of another value included.
  mutating func operand(_ value: Int, writes: Bool = false) -> Operand {
    if case .view(let view) = values[value].kind {
      return Operand(storage: storage(of: view.base), offset: view.offset, writes: writes)
    }
    return Operand(storage: storage(of: value), offset: 0, writes: writes)
  }

  /// The same stored as `element`: a copy, made once a run, where it is not.
  mutating func operand(_ value: Int, as element: Element) throws(GANError) -> Operand {
    let own = operand(value)
    if storages[own.storage].element == element { return own }
    let count = values[value].shape.count
    let key = Conversion(from: own, count: count)
    if let known = converted[key] { return Operand(storage: known, offset: 0, writes: false) }
    let storage = temporary(count, element)
    try emitConversion(
      from: own, to: Operand(storage: storage, offset: 0, writes: true), count: count, values[value].path)
    converted[key] = storage
    return Operand(storage: storage, offset: 0, writes: false)
  }

  /// Whether a part was computed where the concatenation wants it.
  func isPlaced(_ value: Int, in whole: Int, at offset: Int) -> Bool {
    guard let placement = placements[base(of: value)] else { return false }
    return placement.whole == whole && placement.offset == offset
  }

  private func base(of value: Int) -> Int {
    if case .view(let view) = values[value].kind { return view.base }
    return value
  }

  private mutating func placeConcatenations() {
    for (index, value) in values.enumerated().reversed() {
      guard case .operation(let primitive) = value.kind, let concatenate = primitive as? Concatenate,
        value.shape.dimensions[..<concatenate.axis].allSatisfy({ $0 == 1 })
      else { continue }
      var offset = 0
      for input in value.inputs {
        let base = base(of: input)
        let count = values[input].shape.count
        if fusion.kernel[base] >= 0, placements[base] == nil, values[base].shape.count == count {
          placements[base] = (index, offset)
        }
        offset += count
      }
    }
  }
}
