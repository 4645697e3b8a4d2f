import Graphs
import Testing

@testable import Plans

/// Runs a program in f32 and by the reference, and gives the worst relative difference of each output.
func compare(
  _ nodes: [Node], _ values: [String: Tensor], threads: Int = 2,
  random: RandomState = RandomState(seed: 7, step: 3), precision: Precision = .f32,
  least: MixedPrecision.Sizes = MixedPrecision.Sizes()
) throws -> [Double] {
  let program = Program(
    graph: nodes[0].graph, outputs: nodes.enumerated().map { ("output \($0.offset)", $0.element) })
  let results = try run(program, values, threads: threads, random: random, precision: precision, least: least)
  let truth = try evaluate(nodes, with: values, random: random)
  return zip(results, truth).map { result, truth in
    let scale = max(1e-3, truth.values.map(abs).max() ?? 0)
    return zip(result, truth.values).map { Double($0) == $1 ? 0 : abs(Double($0) - $1) / scale }.max() ?? 0
  }
}

/// The outputs of one run of a program.
func run(
  _ program: Program, _ values: [String: Tensor], threads: Int, random: RandomState,
  precision: Precision = .f32, least: MixedPrecision.Sizes = MixedPrecision.Sizes()
) throws -> [[Float]] {
  let plan = try Plan(compiling: program, precision, least: least)
  let instance = try PlanInstance(plan)
  var buffers: [Buffer<Float>] = []
  for input in plan.inputs {
    let buffer = try Buffer<Float>(count: input.shape.count, for: input.name)
    for (index, value) in values[input.name]!.values.enumerated() { buffer.pointer[index] = Float(value) }
    instance.bind(input.name, to: buffer.pointer)
    buffers.append(buffer)
  }
  try instance.run(random: random, pool: ThreadPool(threads: threads))
  return plan.outputs.map { Array(instance.output($0.name)) }
}
