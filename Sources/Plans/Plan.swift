import COneDNN
import Graphs

/// One phase, compiled once: which kernels run in which order, and where everything lies in memory.
/// Immutable; `PlanInstance` holds the memory of one run.
public final class Plan: Sendable {
  /// What must be bound before a run.
  public let inputs: [(name: String, shape: Shape)]
  public let outputs: [(name: String, shape: Shape)]
  let outputPlaces: [Place]
  let steps: [Step]
  /// The first of them follow from the program's constants alone: they run once for each version.
  let preparations: Int
  let constants: Set<String>
  /// For each step, its operands' places.
  let places: [[Place]]
  let tables: [Float]
  let arenaBytes: Int
  /// What the arena would have if no two values shared memory.
  let unsharedBytes: Int
  /// Bytes that each worker needs beside the arena.
  let scratch: Int

  /// Throws the graph's first error, what no kernel can do, or a precision that this machine lacks.
  public convenience init(compiling program: Program, precision: Precision = .f32) throws(GANError) {
    try self.init(compiling: program, precision, least: MixedPrecision.Sizes())
  }

  init(
    compiling program: Program, _ precision: Precision, least: MixedPrecision.Sizes
  ) throws(GANError) {
    try precision.validate()
    try program.validate()
    let lowering = try Lowering(program)
    let fusion = Fusion(lowering.values)
    let kept = lowering.outputs + lowering.stores.map(\.value)
    let bases = kept.map { lowering.view(of: $0).base }
    var builder = try Plan.oneThread { () throws(GANError) in
      let mixed = MixedPrecision(lowering.values, precision, least: least, exact: Set(bases))
      return try Builder(lowering.values, fusion, kept: Set(bases), mixed)
    }
    preparations = builder.movePreparationsForward(
      constants: program.constants, of: lowering.inputs.map(\.name))
    let outputStorages = lowering.outputs.map { builder.operand($0) }
    let stores = lowering.stores.map { (input: $0.input, source: builder.operand($0.value)) }
    let externals = stores.map { builder.externalStorage($0.input) }
    // Stores that cannot be written where they belong are copied there after everything else.
    var arena = Arena(
      builder, preparations: preparations, kept: outputStorages.map(\.storage) + stores.map(\.source.storage),
      stores: stores.filter { $0.source.offset == 0 }.map { ($0.input, $0.source.storage) })
    for (store, external) in zip(stores, externals)
    where arena.resolve(store.source).slot != Place.firstInput + store.input {
      builder.emitCopy(
        from: store.source, to: Operand(storage: external, offset: 0, writes: true),
        count: lowering.inputs[store.input].shape.count)
    }
    arena = Arena(
      builder, preparations: preparations, kept: outputStorages.map(\.storage) + stores.map(\.source.storage),
      stores: stores.filter { arena.resolve($0.source).slot == Place.firstInput + $0.input }
        .map { ($0.input, $0.source.storage) })
    inputs = lowering.inputs
    constants = program.constants
    outputs = zip(program.outputs, outputStorages).map { ($0.0.name, $0.0.node.shape) }
    outputPlaces = outputStorages.map(arena.resolve)
    steps = builder.steps
    places = builder.steps.map { $0.operands.map(arena.resolve) }
    tables = builder.tables
    arenaBytes = arena.bytes
    unsharedBytes = arena.storages.filter { $0.isInArena }.reduce(0) { $0 + $1.bytes }
    scratch = ((builder.steps.map(\.scratch).max() ?? 0) + 63) / 64 * 64 + 64
  }

  /// oneDNN fixes a kernel's bits by the OpenMP threads it is made with: one, whatever the host set.
  private static func oneThread(_ build: () throws(GANError) -> Builder) throws(GANError) -> Builder {
    var saved: Int32 = 0
    gan_dnn_begin_thread(&saved)
    defer { gan_dnn_end_thread(saved) }
    return try build()
  }

  /// Bytes that one instance takes, shared by `threads` workers; what callers bind is their own.
  public func memory(threads: Int) -> Int { arenaBytes + 4 * tables.count + scratch * threads }

  /// Bytes that an instance and its runs take of the memory limit.
  public func instanceMemory(threads: Int) -> Int { Self.memory(of: [self], sharingWorkspace: threads) }

  /// The same of instances that share a workspace, run by so many threads.
  public static func memory(of plans: [Plan], sharingWorkspace threads: Int) -> Int {
    let arena = plans.map(\.arenaBytes).max() ?? 0
    let scratch = plans.map(\.scratch).max() ?? 0
    let shared = Buffer<Float>.byteCount(arena / 4) + Buffer<UInt8>.byteCount(threads * scratch)
    return plans.reduce(shared) { $0 + $1.bindingMemory }
  }

  private var bindingMemory: Int {
    let operands = places.reduce(0) { $0 + $1.count }
    let pointers = Buffer<UnsafeMutablePointer<Float>?>.self
    return Buffer<Float>.byteCount(tables.count) + pointers.byteCount(operands)
      + pointers.byteCount(Place.firstInput + inputs.count)
  }

  public var flops: Int { steps.reduce(0) { $0 + $1.flops } }
}

extension Builder {
  mutating func externalStorage(_ input: Int) -> Int {
    let value = values.firstIndex { if case .external(input) = $0.kind { true } else { false } }
    return value.map { storage(of: $0) } ?? temporary(0)
  }
}
