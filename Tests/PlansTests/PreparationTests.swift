import Testing

@testable import Graphs
@testable import Plans

/// What follows from constants alone is computed once for each of their versions.
struct PreparationTests {
  private let pool = ThreadPool(threads: 2)

  private func bound(_ plan: Plan, _ values: [String: Tensor]) throws -> (
    PlanInstance, [String: Buffer<Float>]
  ) {
    let instance = try PlanInstance(plan)
    var buffers: [String: Buffer<Float>] = [:]
    for input in plan.inputs {
      let buffer = try Buffer<Float>(count: input.shape.count, for: input.name)
      for (index, value) in values[input.name]!.values.enumerated() { buffer.pointer[index] = Float(value) }
      instance.bind(input.name, to: buffer.pointer)
      buffers[input.name] = buffer
    }
    return (instance, buffers)
  }

  @Test func constantsArePreparedOnceAVersion() throws {
    let graph = Graph()
    let (x, w) = (graph.add(Input("x", [4])), graph.add(Input("w", [4])))
    // A sum, so that the constant part is a step of its own.
    let part = sum(square(w)).broadcast(to: [4])
    let program = Program(graph: graph, outputs: [("y", x * part)], constants: ["w"])
    let plan = try Plan(compiling: program)
    #expect(plan.preparations > 0 && plan.preparations < plan.steps.count)
    let (instance, buffers) = try bound(
      plan, ["x": Tensor([4], [1, 2, 3, 4]), "w": Tensor([4], [1, 1, 1, 1])])
    func result(_ version: UInt64?) throws -> [Float] {
      try instance.run(random: RandomState(seed: 0), pool: pool, version: version)
      return Array(instance.output("y"))
    }
    #expect(try result(1) == [4, 8, 12, 16])
    buffers["w"]!.pointer[0] = 3
    buffers["x"]!.pointer[0] = 2
    #expect(try result(1) == [8, 8, 12, 16], "what was prepared, and the new x")
    #expect(try result(2) == [24, 24, 36, 48])
    buffers["w"]!.pointer[0] = 1
    #expect(try result(nil) == [8, 8, 12, 16], "no version: nothing is known to be the same")
    buffers["w"]!.pointer[0] = 3
    #expect(try result(2) == [24, 24, 36, 48], "nor is it afterwards")
    withExtendedLifetime(buffers) {}
  }

  @Test func randomNumbersAreNeverPrepared() throws {
    let graph = Graph()
    let w = graph.add(Input("w", [2, 3]))
    let drawn = randomCategorical(w)
    let plan = try Plan(compiling: Program(graph: graph, outputs: [("y", drawn)], constants: ["w"]))
    #expect(plan.preparations == 0)
  }

  /// Convolutions of a batch of one and of more, run again and again.
  @Test(arguments: [1, 3])
  func preparedWeightsGiveTheSame(batch: Int) throws {
    let geometry = ConvolutionGeometry(stride: [2, 2], padLow: [1, 1], padHigh: [1, 1])
    let graph = Graph()
    let (y, w) = (graph.add(Input("y", [batch, 12, 12, 128])), graph.add(Input("w", [4, 4, 64, 128])))
    let image = convolutionBackwardData(y, w, geometry, inputSize: [24, 24])
    let back = tanh(0.01 * convolution(image, w, geometry) * sum(square(w)))
    let program = Program(graph: graph, outputs: [("y", back)], constants: ["w"])
    let plan = try Plan(compiling: program)
    let values = ["y": Sample.values([batch, 12, 12, 128]), "w": Sample.values([4, 4, 64, 128], seed: 2)]
    let (instance, buffers) = try bound(plan, values)
    try instance.run(random: RandomState(seed: 0), pool: pool, version: 5)
    let first = Array(instance.output("y"))
    for _ in 0..<3 {
      try instance.run(random: RandomState(seed: 0), pool: pool, version: 5)
      #expect(Array(instance.output("y")) == first)
    }
    let truth = try evaluate([back], with: values, random: RandomState(seed: 0))[0].values
    #expect(zip(first, truth).allSatisfy { abs(Double($0) - $1) < 1e-4 })
    withExtendedLifetime(buffers) {}
  }
}
