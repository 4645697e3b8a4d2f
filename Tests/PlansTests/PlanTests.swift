import CAllocationCounter
import CMemory
import Graphs
import Testing

@testable import Plans

struct PlanTests {
  /// Random expressions with many users a value: fusion, views and shared memory against the reference.
  @Test(arguments: 0..<60)
  func randomExpressionsAgreeWithTheReference(seed: Int) throws {
    var random = Generator(state: UInt64(seed) &* 7919 + 1)
    let graph = Graph()
    let shapes: [Shape] = [[6, 4, 4, 3], [3], [6, 1, 1, 3], [6, 4, 4, 1], [], [4, 3]]
    var values: [String: Tensor] = [:]
    var pool = shapes.enumerated().map { index, shape in
      values["x\(index)"] = Tensor(
        shape, Sample.values(shape, seed: index + seed).values.map { Double(Float($0)) })
      return graph.add(Input("x\(index)", shape))
    }
    for _ in 0..<40 { pool.append(random.expression(over: pool)) }
    let total =
      sum(square(pool[pool.count - 1])) + mean(pool[pool.count - 2]) + sum(tanh(pool[pool.count - 7]))
    let nodes = Array(pool[(pool.count - 6)...]) + [total] + gradient(of: total, at: Array(pool.prefix(6)))
    for (index, difference) in try compare(nodes, values).enumerated() {
      #expect(difference < 1e-4, "seed \(seed), output \(index)")
    }
  }

  /// New contents never reach a reader of the old ones, wherever the plan writes them.
  @Test func storesReplaceInputsAfterTheirReaders() throws {
    let graph = Graph()
    let (a, b) = (graph.add(Input("a", [100])), graph.add(Input("b", [100])))
    let program = Program(
      graph: graph, outputs: [("sum of old", sum(a) + sum(b))],
      stores: [("a", b), ("b", a + 1), ("c", graph.add(Input("c", [100])) * 2 + a)])
    let plan = try Plan(compiling: program)
    let instance = try PlanInstance(plan)
    let buffers = try ["a", "b", "c"].map { try Buffer<Float>(count: 100, for: $0) }
    for index in 0..<100 {
      (buffers[0].pointer[index], buffers[1].pointer[index], buffers[2].pointer[index]) = (1, 2, 3)
    }
    for (name, buffer) in zip(["a", "b", "c"], buffers) { instance.bind(name, to: buffer.pointer) }
    let threads = ThreadPool(threads: 2)
    try instance.run(random: RandomState(seed: 0), pool: threads)
    #expect(instance.output("sum of old")[0] == 300)
    #expect(buffers.map { $0.pointer[99] } == [2, 2, 7])
    try instance.run(random: RandomState(seed: 0), pool: threads)
    #expect(buffers.map { $0.pointer[50] } == [2, 3, 16])
  }

  /// What is held belongs to the process: other suites free theirs meanwhile, but not every time.
  private func holdsItsArena(_ plan: Plan) throws -> Bool {
    for _ in 0..<50 {
      let held = gan_memory_held()
      let instance = try PlanInstance(plan)
      if gan_memory_held() - held >= Int64(plan.memory.arena) { return true }
      withExtendedLifetime(instance) {}
    }
    return false
  }

  @Test func runsAllocateNothingAndArenaIsAsReported() throws {
    let (program, values) = smallNetwork()
    let plan = try Plan(compiling: program)
    let instance = try PlanInstance(plan)
    #expect(try holdsItsArena(plan))
    let input = try Buffer<Float>(count: 1 << 20, for: "inputs")
    for name in values.keys { instance.bind(name, to: input.pointer) }
    allocation_counter_begin()
    let list = UnsafeMutablePointer<Int>.allocate(capacity: 3)
    list.deallocate()
    #expect(allocation_counter_end() > 0, "the counter counts")
    for threads in [1, 2] {
      let pool = ThreadPool(threads: threads)
      try instance.run(random: RandomState(seed: 1), pool: pool)
      allocation_counter_begin()
      for step in 0..<20 { try instance.run(random: RandomState(seed: 1, step: UInt32(step)), pool: pool) }
      #expect(allocation_counter_end() == 0, "\(threads) threads")
    }
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let (program, values) = smallNetwork()
    let runs = try [1, 2, 3].map { try run(program, values, threads: $0, random: RandomState(seed: 5)) }
    #expect(runs[0] == runs[1])
    #expect(runs[0] == runs[2])
  }

  @Test func noReferenceKernels() throws {
    let plan = try Plan(compiling: smallNetwork().program)
    #expect(plan.listing.contains { $0.kernel == "convolution" })
    for step in plan.listing { #expect(!step.implementation.contains("ref:"), "\(step)") }
  }

  @Test func anUnboundInputIsAnError() throws {
    let graph = Graph()
    let plan = try Plan(compiling: Program(graph: graph, outputs: [("y", graph.add(Input("x", [3])) + 1)]))
    let instance = try PlanInstance(plan)
    #expect(throws: GANError.self) {
      try instance.run(random: RandomState(seed: 0), pool: ThreadPool(threads: 1))
    }
    #expect(instance.output("none").isEmpty)
  }

  @Test func aFailedGraphDoesNotCompile() {
    let graph = Graph()
    let x = graph.add(Input("x", [3]))
    let y = graph.within("layer") { matmul(x, x) }
    #expect(throws: GANError.self) { try Plan(compiling: Program(graph: graph, outputs: [("y", y)])) }
  }

  /// A convolution with a normalisation, a product, dropout and every gradient.
  private func smallNetwork() -> (program: Program, values: [String: Tensor]) {
    let graph = Graph()
    let shapes: [(String, Shape)] = [
      ("x", [16, 16, 16, 8]), ("w", [4, 4, 8, 32]), ("v", [8 * 8 * 32, 64]),
    ]
    var values: [String: Tensor] = [:]
    let inputs = shapes.map { name, shape in
      values[name] = Sample.values(shape, seed: shape.rank)
      return graph.add(Input(name, shape))
    }
    let hidden = convolution(inputs[0], inputs[1], ConvolutionGeometry(stride: [2, 2], padding: [1, 1]))
    let centred = hidden - mean(hidden, over: [0, 1, 2], keepingAxes: true)
    let normal = centred * rsqrt(mean(square(centred), over: [0, 1, 2], keepingAxes: true) + 1e-5)
    let dropped = leakyReLU(normal) * randomBernoulli(normal.shape, probability: 0.5, in: graph)
    let score = matmul(dropped.reshaped(to: [16, -1]), inputs[2])
    let loss = mean(softplus(score))
    let outputs = [loss] + gradient(of: loss, at: inputs)
    return (Program(graph: graph, outputs: outputs.enumerated().map { ("\($0.offset)", $0.element) }), values)
  }
}

/// A small deterministic source of choices.
private struct Generator {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  mutating func expression(over pool: [Node]) -> Node {
    let (a, b) = (pool[next(pool.count)], pool[next(pool.count)])
    switch next(14) {
    case 0: return a + b
    case 1: return a * b
    case 2: return a - tanh(b)
    case 3: return sigmoid(a)
    case 4: return leakyReLU(a)
    case 5: return a.shape.rank > 1 ? sum(a, over: [0], keepingAxes: true) * 0.2 : a * 0.5
    case 6: return a.shape.rank > 0 ? mean(a, over: [-1], keepingAxes: true) : softplus(a)
    case 7: return a.shape.rank == 4 ? mean(a, over: [1, 2], keepingAxes: true) : square(a)
    case 8: return a.shape.rank == 4 && a.shape[1] == a.shape[2] ? a.transposed([0, 2, 1, 3]) : a + 1
    case 9: return a.shape.rank == 4 ? mean(a, over: [0, 1, 2], keepingAxes: true) : -a
    case 10: return select(less(tanh(a), 0.1), a, 0.3 * b)
    case 11: return a.shape.count > 0 ? a.reshaped(to: [a.shape.count]).reshaped(to: a.shape) * tanh(b) : a
    case 12:
      return a.shape.rank == 4 && a.shape[1] == 4
        ? upsampleNearest(a.sliced(axis: 1, from: 0, count: 2), factors: [2, 1]) : a * 2
    default: return a / (2 + tanh(b))
    }
  }
}
