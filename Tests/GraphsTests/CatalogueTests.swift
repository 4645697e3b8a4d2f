import Glibc
import Testing

@testable import Graphs

/// One sample of the catalogue, named for the test's report.
struct CatalogueCase: Sendable, CustomTestStringConvertible {
  let sample: Sample
  let index: Int
  var testDescription: String { "\(sample.primitive.name) \(index)" }

  static let all: [CatalogueCase] = primitiveCatalogue.flatMap { type in
    type.samples.enumerated().map { CatalogueCase(sample: $1, index: $0) }
  }
  static let differentiable = all.filter { $0.sample.differentiable.contains(true) }
}

@Suite struct CatalogueTests {
  @Test func listsEveryPrimitiveOfTheFolder() throws {
    let declared = try declaredPrimitives()
    #expect(declared.count > 20)
    #expect(Set(declared) == Set(primitiveCatalogue.map { String(describing: $0) }))
    #expect(declared.count == primitiveCatalogue.count)
  }

  @Test func everyPrimitiveHasSamples() {
    // An input has nothing to evaluate.
    for type in primitiveCatalogue where type != Input.self {
      #expect(!type.samples.isEmpty, "\(type)")
      #expect(type.samples.allSatisfy { Swift.type(of: $0.primitive) == type }, "\(type)")
    }
  }

  @Test(arguments: CatalogueCase.all)
  func evaluatesToItsShape(_ item: CatalogueCase) throws {
    let probe = Probe(item.sample)
    let result = try evaluate([probe.output], with: probe.values, random: RandomState(seed: 3))[0]
    #expect(result.shape == probe.output.shape)
    #expect(result.shape.count > 0)
    #expect(result.values.allSatisfy { $0.isFinite })
    let again = try evaluate([probe.output], with: probe.values, random: RandomState(seed: 3))[0]
    #expect(result == again)
  }

  /// The sample's result goes through a curved function first, so that a linear primitive's gradient,
  /// too, is differentiated where its cotangent varies.
  @Test(arguments: CatalogueCase.differentiable)
  func derivativesOfBothOrdersAreThoseOfFiniteDifferences(_ item: CatalogueCase) throws {
    let probe = Probe(item.sample)
    let y = probe.output
    let first = sum(y * (1 + 0.5 * y) * spread(y.shape, in: probe.graph))
    let slopes = gradient(of: first, at: probe.targets)
    let second = slopes.enumerated().map { index, slope in
      sum(square(slope) * spread(slope.shape, in: probe.graph, seed: index + 5))
    }.reduce(.constant(0, in: probe.graph), +)
    let curvatures = gradient(of: second, at: probe.targets)
    #expect(probe.graph.error == nil)
    try probe.compare(first, slopes)
    try probe.compare(second, curvatures)
  }

  @Test(arguments: CatalogueCase.all)
  func inputsWithoutDerivativeGetZeros(_ item: CatalogueCase) throws {
    let probe = Probe(item.sample)
    let flat = probe.inputs.indices.filter { !item.sample.differentiable[$0] }.map { probe.inputs[$0] }
    for slope in gradient(of: sum(probe.output), at: flat) { #expect(slope.constantValue == 0) }
  }
}

/// A sample in a graph of its own, its tensors as named inputs.
private struct Probe {
  let graph = Graph()
  let inputs: [Node]
  let targets: [Node]
  let output: Node
  var values: [String: Tensor] = [:]

  init(_ sample: Sample) {
    let graph = graph
    inputs = sample.inputs.enumerated().map { graph.add(Input("x\($0)", $1.shape)) }
    for (index, tensor) in sample.inputs.enumerated() { values["x\(index)"] = tensor }
    targets = zip(inputs, sample.differentiable).filter(\.1).map(\.0)
    output = graph.add(sample.primitive, inputs)
  }

  /// `slopes` against central differences of the scalar `value`, element by element.
  func compare(_ value: Node, _ slopes: [Node]) throws {
    let expected = try evaluate(slopes, with: values)
    for (target, slope) in zip(targets, expected) {
      #expect(slope.shape == target.shape)
      let name = (target.primitive as? Input)?.name ?? ""
      for element in slope.values.indices {
        let numeric = try difference(of: value, by: name, element)
        let tolerance = 2e-6 * max(1, Swift.abs(numeric))
        #expect(Swift.abs(slope.values[element] - numeric) < tolerance, "\(name)[\(element)]")
      }
    }
  }

  private func difference(of value: Node, by name: String, _ element: Int) throws -> Double {
    let step = 1e-5
    func moved(by offset: Double) throws -> Double {
      var point = values
      point[name]?.values[element] += offset
      return try evaluate([value], with: point)[0].values[0]
    }
    return (try moved(by: step) - moved(by: -step)) / (2 * step)
  }
}

/// Different weights for every element.
private func spread(_ shape: Shape, in graph: Graph, seed: Int = 4) -> Node {
  literal(Sample.values(shape, in: 0.5...1.5, seed: seed).values, shape, in: graph)
}

/// Names of the structs that the files of `Sources/Graphs/Primitives` declare as primitives.
private func declaredPrimitives() throws -> [String] {
  let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
  let folder = root + "/Sources/Graphs/Primitives"
  let directory = try #require(opendir(folder))
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard name.hasSuffix(".swift") else { continue }
    for line in try contents(of: folder + "/" + name).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "struct"), line.contains(": Primitive {") else { continue }
      names.append(String(words[at + 1].dropLast()))
    }
  }
  return names
}

private func contents(of path: String) throws -> String {
  let file = try #require(fopen(path, "r"))
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while true {
    let byte = getc(file)
    if byte == EOF { break }
    bytes.append(UInt8(byte))
  }
  return String(decoding: bytes, as: UTF8.self)
}
