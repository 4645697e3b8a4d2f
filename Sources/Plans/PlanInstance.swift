import Graphs
import Synchronization

/// A plan with the memory of one run at a time: its arena, and the buffers bound to its inputs.
/// Not for two threads at once.
public final class PlanInstance {
  public let plan: Plan
  private let workspace: Workspace
  private let isShared: Bool
  private let tables: Buffer<Float>
  private let operands: Buffer<UnsafeMutablePointer<Float>?>
  private let slots: Buffer<UnsafeMutablePointer<Float>?>
  private var stale = true
  /// Of the constants that were prepared; nil for none.
  private var prepared: UInt64?
  private let current: CurrentStep
  /// One chunk of the current step; made once, since making a closure for each step would allocate.
  private let chunk: (_ chunk: Int, _ worker: Int) -> Void

  /// - Parameter workspace: shared with instances that never run at the same time; then an output is
  ///   valid until any of them runs, and nothing is prepared for later runs.
  /// - Throws: `.memory` when there is not enough.
  public init(_ plan: Plan, sharing workspace: Workspace? = nil) throws(GANError) {
    self.plan = plan
    isShared = workspace != nil
    if let workspace { self.workspace = workspace } else { self.workspace = try Workspace() }
    try self.workspace.grow(elements: plan.arenaBytes / 4)
    tables = try Buffer(count: plan.tables.count, for: "plan")
    operands = try Buffer(count: plan.places.reduce(0) { $0 + $1.count }, for: "plan")
    slots = try Buffer(count: Place.firstInput + plan.inputs.count, for: "plan")
    let current = CurrentStep(operands.pointer, scratchSize: plan.scratch)
    self.current = current
    chunk = { current.run(chunk: $0, worker: $1) }
    for (index, value) in plan.tables.enumerated() { tables.pointer[index] = value }
    slots.pointer[Place.tables] = tables.pointer
  }

  /// The buffer, of the input's shape, that the following runs read (and, where the program stores
  /// into it, write). It must outlive them. False when there is no such input: programs that do not
  /// need a value have none.
  @discardableResult
  public func bind(_ input: String, to pointer: UnsafeMutablePointer<Float>) -> Bool {
    guard let index = plan.inputs.firstIndex(where: { $0.name == input }) else { return false }
    guard slots.pointer[Place.firstInput + index] != pointer else { return true }
    slots.pointer[Place.firstInput + index] = pointer
    stale = true
    if plan.constants.contains(input) { prepared = nil }
    return true
  }

  /// Runs every step. Allocates nothing once it has run with a pool of this many threads.
  ///
  /// - Parameters:
  ///   - threads: of the pool that may take part.
  ///   - version: of what the program's constants hold; the same number as in the last run says
  ///     that they have not changed. nil: they have.
  /// - Throws: `.internal` when an input was not bound or a kernel failed.
  public func run(random: RandomState, pool: ThreadPool, threads: Int = .max, version: UInt64? = nil)
    throws(GANError)
  {
    try run(random: random, pool: pool, threads: threads, version: version) { _ in }
  }

  /// The same; `after` is called with the index of each step when it has ended.
  func run(
    random: RandomState, pool: ThreadPool, threads: Int = .max, version: UInt64? = nil, after: (Int) -> Void
  ) throws(GANError) {
    if stale || slots.pointer[Place.arena] != workspace.arena.pointer { try resolve() }
    let isPrepared = version != nil && prepared == version
    prepared = nil
    current.scratch = try workers(pool.threads)
    current.random = random
    current.status.store(0, ordering: .relaxed)
    current.operands = operands.pointer
    if threads > 1 { pool.wake() }
    for (index, step) in plan.steps.enumerated() {
      if !isPrepared || index >= plan.preparations {
        current.step = step.body
        pool.run(chunks: step.chunks, most: threads, chunk)
      }
      current.operands += step.operands.count
      after(index)
    }
    let result = current.status.load(ordering: .relaxed)
    if result != 0 { throw GANError(.internal, "plan", "a kernel failed with status \(result)") }
    prepared = isShared ? nil : version
  }

  /// What the last run computed; valid until the next. Empty when there is no such output.
  public func output(_ name: String) -> UnsafeBufferPointer<Float> {
    guard let index = plan.outputs.firstIndex(where: { $0.name == name }) else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    let place = plan.outputPlaces[index]
    let base = slots.pointer[place.slot].map { UnsafePointer(address(place, in: $0)) }
    return UnsafeBufferPointer(start: base, count: base == nil ? 0 : plan.outputs[index].shape.count)
  }

  /// The first number of an output, by its place among the plan's, that the last run computed.
  public func scalar(_ output: Int) -> Float {
    let place = plan.outputPlaces[output]
    return slots.pointer[place.slot].map { address(place, in: $0).pointee } ?? .nan
  }

  private func resolve() throws(GANError) {
    slots.pointer[Place.arena] = workspace.arena.pointer
    for (index, input) in plan.inputs.enumerated() where slots.pointer[Place.firstInput + index] == nil {
      throw GANError(.internal, input.name, "no buffer was bound to this input")
    }
    var next = 0
    for places in plan.places {
      for place in places {
        operands.pointer[next] = address(place, in: slots.pointer[place.slot]!)
        next += 1
      }
    }
    stale = false
  }

  /// Makes room for a run on so many threads, which otherwise the first run does.
  public func reserve(threads: Int) throws(GANError) { _ = try workers(threads) }

  /// Elements need not be f32; kernels know what they are.
  private func address(_ place: Place, in slot: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
    (UnsafeMutableRawPointer(slot) + place.offset).assumingMemoryBound(to: Float.self)
  }

  private func workers(_ threads: Int) throws(GANError) -> UnsafeMutableRawPointer {
    try workspace.growScratch(bytes: threads * plan.scratch)
    return UnsafeMutableRawPointer(workspace.scratch.pointer)
  }
}

/// What the workers share while a step runs.
private final class CurrentStep: @unchecked Sendable {
  var step: @Sendable (Call) -> Int32 = { _ in 0 }
  var operands: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  var scratch: UnsafeMutableRawPointer?
  let scratchSize: Int
  var random = RandomState(seed: 0)
  let status = Atomic<Int32>(0)

  init(_ operands: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, scratchSize: Int) {
    self.operands = operands
    self.scratchSize = scratchSize
  }

  func run(chunk: Int, worker: Int) {
    guard let scratch else { return }
    let call = Call(
      operands: operands, chunk: chunk, scratch: scratch + worker * scratchSize, random: random)
    let result = step(call)
    if result != 0 { status.store(result, ordering: .relaxed) }
  }
}
