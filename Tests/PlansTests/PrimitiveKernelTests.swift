import Graphs
import Testing

@testable import Plans

/// Every primitive's sample cases: the kernel against the reference, gradients included.
struct PrimitiveKernelTests {
  static let samples: [Sample] = primitiveCatalogue.flatMap { $0.samples }

  @Test(arguments: samples.indices)
  func kernelsAgreeWithTheReference(index: Int) throws {
    let (nodes, values) = Self.derivatives(Self.samples[index])
    for (position, difference) in try compare(nodes, values).enumerated() {
      #expect(difference < 2e-5, "\(Self.samples[index].primitive), output \(position)")
    }
  }

  /// Products of every size and kind, with bf16 wherever a kernel of oneDNN's takes it.
  @Test(.enabled(if: hasBF16), arguments: samples.indices)
  func mixedPrecisionIsNear(index: Int) throws {
    let (nodes, values) = Self.derivatives(Self.samples[index])
    let least = MixedPrecision.Sizes(flops: 0, count: 0)
    let differences = try compare(nodes, values, precision: .bf16, least: least)
    for (position, difference) in differences.enumerated() {
      #expect(difference < 0.03, "\(Self.samples[index].primitive), output \(position)")
    }
  }

  /// The primitive's value and its first and second derivatives.
  private static func derivatives(_ sample: Sample) -> (nodes: [Node], values: [String: Tensor]) {
    let graph = Graph()
    var values: [String: Tensor] = [:]
    let inputs = sample.inputs.enumerated().map { position, tensor in
      // Stored as f32 are: what is compared is the arithmetic, not the rounding of the inputs.
      values["input \(position)"] = Tensor(tensor.shape, tensor.values.map { Double(Float($0)) })
      return graph.add(Input("input \(position)", tensor.shape))
    }
    let output = graph.add(sample.primitive, inputs)
    let weights = graph.add(
      Literal(Sample.values(output.shape, seed: 5).values.map { Double(Float($0)) }, output.shape))
    let targets = zip(inputs, sample.differentiable).filter(\.1).map(\.0)
    let first = gradient(of: sum(output * weights), at: targets)
    var nodes = [output] + first
    if !first.isEmpty {
      nodes += gradient(of: first.reduce(.constant(0, in: graph)) { $0 + sum(square($1)) }, at: targets)
    }
    return (nodes, values)
  }
}
