import CKernels
import Graphs

/// A compiled chain of instructions.
final class FusedProgram: @unchecked Sendable {
  let pointer: OpaquePointer
  init(_ pointer: OpaquePointer) { self.pointer = pointer }
  deinit { gan_program_free(pointer) }
}

/// What a fused kernel reads: elements of a storage by strides.
private struct Load: Hashable {
  enum Source: Hashable {
    case value(Int)
    case storage(Int)
  }
  let source: Source
  let offset: Int
  /// Innermost first.
  let axes: [Layout.Axis]

  var isWhole: Bool { offset == 0 && axes.count <= 1 && axes.allSatisfy { $0.stride == 1 } }
}

/// A kernel's members as instructions over registers.
private struct Assembly {
  var loads: [Load] = []
  var instructions: [(operation: Int32, arguments: [Register], value: Float)] = []
  var results: [Int: Register] = [:]
  private var constants: [Float: Register] = [:]

  enum Register: Hashable {
    case load(Int)
    case instruction(Int)
  }

  init(_ members: [Int], of kernel: Int, _ values: [Value], _ fusion: Fusion) {
    for member in members {
      guard case .elementwise(let operation, let value) = values[member].kind else {
        results[member] = register(values[member].inputs[0], kernel, values, fusion)
        continue
      }
      let arguments = values[member].inputs.map { register($0, kernel, values, fusion) }
      guard let operation else {
        results[member] = arguments[0]
        continue
      }
      results[member] = append(operation, arguments, value)
    }
  }

  private mutating func append(_ operation: Int32, _ arguments: [Register], _ value: Float) -> Register {
    let known = instructions.firstIndex {
      $0.operation == operation && $0.arguments == arguments && $0.value == value
    }
    if let known { return .instruction(known) }
    instructions.append((operation, arguments, value))
    return .instruction(instructions.count - 1)
  }

  private mutating func register(_ input: Int, _ kernel: Int, _ values: [Value], _ fusion: Fusion) -> Register
  {
    if case .constant(let number) = values[input].kind {
      let value = Float(number)
      if let known = constants[value] { return known }
      let made = append(Instruction.constant, [], value)
      if !value.isNaN { constants[value] = made }
      return made
    }
    var view = View(whole: input, values[input].shape)
    if case .view(let other) = values[input].kind { view = other }
    let load = Load(source: .value(view.base), offset: view.offset, axes: view.merged)
    let whole = load.isWhole && values[view.base].shape.count == values[input].shape.count
    if whole, fusion.kernel[view.base] == kernel, let known = results[view.base] { return known }
    if let known = loads.firstIndex(of: load) { return .load(known) }
    loads.append(load)
    return .load(loads.count - 1)
  }

  func number(_ register: Register) -> Int32 {
    switch register {
    case .load(let index): Int32(index)
    case .instruction(let index): Int32(loads.count + index)
    }
  }
}

extension Builder {
  /// Emits one fused kernel: elementwise values, stored where others need them, and reductions.
  mutating func emitFused(_ index: Int, _ kernel: Fusion.Kernel) throws(GANError) {
    let members = Array(kernel.members.reversed())
    var assembly = Assembly(members, of: index, values, fusion)
    let count = kernel.count ?? 0
    let extents = try sharedExtents(&assembly.loads, count: count)
    let reductions = members.filter { values[$0].reductionKind != nil }
    let stored = members.filter { values[$0].reductionKind == nil && fusion.isStored($0, kept: kept) }
    let program = try compile(assembly, extents, stored, reductions, kernel.pattern ?? [1, 1, count])
    let bytesRead = assembly.loads.reduce(0) { $0 + element(of: $1).size * footprint($1) }
    let bytesWritten = stored.reduce(0) { $0 + mixed.elements[$1].size * count }
    var operands: [Operand] = assembly.loads.map { load in
      switch load.source {
      case .value(let value): Operand(storage: storage(of: value), offset: 0, writes: false)
      case .storage(let storage): Operand(storage: storage, offset: 0, writes: false)
      }
    }
    operands += stored.map { operand($0, writes: true) }
    let fused = FusedKernel(
      program: program, inputs: assembly.loads.count, stores: stored.count, count: count,
      flops: assembly.instructions.count * count,
      bytes: bytesRead + bytesWritten, path: values[members[members.count - 1]].path,
      inPlace: inPlacePairs(assembly.loads, stored, count))
    if let pattern = kernel.pattern {
      emitReduction(fused, pattern, reductions, operands)
    } else {
      emitElementwise(fused, operands)
    }
  }

  private func footprint(_ load: Load) -> Int {
    load.axes.reduce(1) { $0 * ($1.stride == 0 ? 1 : $1.extent) }
  }

  private func element(of load: Load) -> Element {
    switch load.source {
    case .value(let value): mixed.elements[value]
    case .storage(let storage): storages[storage].element
    }
  }

  /// A copy stored otherwise.
  mutating func emitConversion(from: Operand, to: Operand, count: Int, _ path: String) throws(GANError) {
    var assembly = Assembly([], of: -1, values, fusion)
    let whole = [Layout.Axis(extent: count, stride: 1)].filter { $0.extent != 1 }
    assembly.loads = [Load(source: .storage(from.storage), offset: 0, axes: whole)]
    let program = try makeProgram(
      assembly, [count], stores: [(0, storages[to.storage].element)], reductions: [], [1, 1, count])
    let bytes = count * (storages[from.storage].element.size + storages[to.storage].element.size)
    let fused = FusedKernel(
      program: program, inputs: 1, stores: 1, count: count, flops: 0, bytes: bytes, path: path, inPlace: [])
    emitElementwise(fused, [from, to])
  }

  /// An input read in order, and at no other place, may give its memory to a result.
  private func inPlacePairs(_ loads: [Load], _ stored: [Int], _ count: Int) -> [(input: Int, store: Int)] {
    loads.indices.filter { index in
      loads[index].isWhole && (loads[index].axes.first?.extent ?? 1) == count
        && loads.count(where: { $0.source == loads[index].source }) == 1
    }.flatMap { input in stored.indices.map { (input, loads.count + $0) } }
  }

  /// Extents, innermost first, over which every load has one stride an axis; a load that does not
  /// fit the others is copied first.
  private mutating func sharedExtents(_ loads: inout [Load], count: Int) throws(GANError) -> [Int] {
    let whole = [Layout.Axis(extent: count, stride: 1)].filter { $0.extent != 1 }
    var fitting = [whole]
    for index in loads.indices {
      if let extents = Layout.refined(fitting + [loads[index].axes]), extents.count <= 8 {
        fitting.append(loads[index].axes)
        continue
      }
      let storage = try copied(loads[index], count: count)
      loads[index] = Load(source: .storage(storage), offset: 0, axes: whole)
    }
    return Layout.refined(fitting) ?? [count]
  }

  private mutating func copied(_ load: Load, count: Int) throws(GANError) -> Int {
    guard load.axes.count <= 8, case .value(let value) = load.source else {
      throw GANError(.unsupported, values.last?.path ?? "", "a view of more than 8 axes")
    }
    var assembly = Assembly([], of: -1, values, fusion)
    assembly.loads = [load]
    let program = try makeProgram(
      assembly, load.axes.map(\.extent), stores: [(0, .f32)], reductions: [], [1, 1, count])
    let storage = temporary(count)
    let fused = FusedKernel(
      program: program, inputs: 1, stores: 1, count: count, flops: 0, bytes: 8 * count,
      path: values[value].path, inPlace: [])
    emitElementwise(
      fused,
      [
        Operand(storage: self.storage(of: value), offset: 0, writes: false),
        Operand(storage: storage, offset: 0, writes: true),
      ])
    return storage
  }

  private func compile(
    _ assembly: Assembly, _ extents: [Int], _ stored: [Int], _ reductions: [Int], _ pattern: [Int]
  ) throws(GANError) -> FusedProgram {
    try makeProgram(
      assembly, extents,
      stores: stored.map { (assembly.number(assembly.results[$0]!), mixed.elements[$0]) },
      reductions: reductions.map { (assembly.number(assembly.results[$0]!), values[$0].reductionKind!) },
      pattern)
  }

  private func makeProgram(
    _ assembly: Assembly, _ extents: [Int], stores: [(register: Int32, element: Element)],
    reductions: [(register: Int32, kind: Int32)], _ pattern: [Int]
  ) throws(GANError) -> FusedProgram {
    let extents = extents.isEmpty ? [1] : extents
    var views = assembly.loads.map { load in
      var view = gan_view()
      view.element = element(of: load).rawValue
      view.offset = Int64(load.offset)
      let strides = Array(Layout.split(load.axes, into: extents).reversed())
      withUnsafeMutableBytes(of: &view.strides) { bytes in
        for (axis, stride) in strides.enumerated() {
          bytes.storeBytes(of: Int64(stride), toByteOffset: axis * 8, as: Int64.self)
        }
      }
      return view
    }
    if views.isEmpty { views = [gan_view()] }
    var instructions = assembly.instructions.map { instruction in
      let registers = instruction.arguments.map(assembly.number)
      return gan_instruction(
        operation: instruction.operation, a: registers.first ?? 0, b: registers.dropFirst().first ?? 0,
        c: registers.dropFirst(2).first ?? 0, value: instruction.value)
    }
    if instructions.isEmpty { instructions = [gan_instruction()] }
    let elements = stores.map(\.element.rawValue)
    let made = views.withUnsafeBufferPointer { views in
      instructions.withUnsafeBufferPointer { instructions in
        stores.map(\.register).withUnsafeBufferPointer { stores in
          reductions.map(\.register).withUnsafeBufferPointer { registers in
            reductions.map(\.kind).withUnsafeBufferPointer { kinds in
              elements.withUnsafeBufferPointer { elements in
                var description = gan_program_description()
                description.rank = Int32(extents.count)
                withUnsafeMutableBytes(of: &description.extents) { bytes in
                  for (axis, extent) in extents.reversed().enumerated() {
                    bytes.storeBytes(of: Int64(extent), toByteOffset: axis * 8, as: Int64.self)
                  }
                }
                description.input_count = Int32(assembly.loads.count)
                description.inputs = views.baseAddress
                description.instruction_count = Int32(assembly.instructions.count)
                description.instructions = instructions.baseAddress
                description.store_count = Int32(stores.count)
                description.stores = stores.baseAddress
                description.store_elements = elements.baseAddress
                description.reduction_count = Int32(registers.count)
                description.reductions = registers.baseAddress
                description.reduction_kinds = kinds.baseAddress
                (description.outer, description.reduced, description.inner) = (
                  Int64(pattern[0]), Int64(pattern[1]), Int64(pattern[2])
                )
                return gan_program_make(&description)
              }
            }
          }
        }
      }
    }
    guard let made else { throw GANError(.memory, "plan", "a fused kernel could not be made") }
    return FusedProgram(made)
  }
}

extension Value {
  fileprivate var reductionKind: Int32? {
    if case .reduction(let kind, _, _, _) = kind { return kind }
    return nil
  }
}
