import CKernels
import Glibc
import Testing

@testable import Graphs

/// Elementary functions against the C library's, and the kernels that move data or draw numbers.
struct ElementaryTests {
  static func values(_ operation: Int, _ x: [Float]) -> [Float] {
    var program = ProgramCase(extents: [x.count], views: [View(strides: [1])])
    program.instructions = [gan_instruction(operation: Int32(operation), a: 0, b: 0, c: 0, value: 0)]
    program.stores = [1]
    var y = x
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        program.withProgram { made in
          withScratch(gan_program_scratch_bytes(made)) {
            gan_program_run(made, [x.baseAddress], [y.baseAddress], 0, Int64(x.count), $0)
          }
        }
      }
    }
    return y
  }

  struct Range: Sendable {
    let operation: Int
    let bounds: ClosedRange<Double>
  }

  static let ranges = [
    Range(operation: GAN_EXP, bounds: -87...88.7), Range(operation: GAN_EXP, bounds: -1...1),
    Range(operation: GAN_LOG, bounds: 1e-37...2), Range(operation: GAN_LOG, bounds: 0.9...1.1),
    Range(operation: GAN_LOG, bounds: 1...3e38), Range(operation: GAN_TANH, bounds: -1...1),
    Range(operation: GAN_TANH, bounds: -20...20), Range(operation: GAN_SIGMOID, bounds: -86...86),
    Range(operation: GAN_SOFTPLUS, bounds: -86...86), Range(operation: GAN_SOFTPLUS, bounds: -2...2),
    Range(operation: GAN_SINE, bounds: -1.6...1.6), Range(operation: GAN_SINE, bounds: -1e5...1e5),
    Range(operation: GAN_RSQRT, bounds: 1e-30...4),
  ]

  @Test(arguments: ranges)
  func relativeErrorIsAFewUnits(range: Range) throws {
    let count = 20_000
    let width = range.bounds.upperBound - range.bounds.lowerBound
    let x = (0..<count).map {
      Float(range.bounds.lowerBound + width * (Double($0) + 0.5) / Double(count))
    }
    let instruction = gan_instruction(operation: Int32(range.operation), a: 0, b: 0, c: 0, value: 0)
    let function = try #require(unary(instruction))
    for (x, y) in zip(x, Self.values(range.operation, x)) {
      let wanted = function.value(Double(x))
      #expect(abs(Double(y) - wanted) <= 2.5e-7 * abs(wanted), "\(function) at \(x)")
    }
  }

  @Test(arguments: [GAN_EXP, GAN_LOG, GAN_TANH, GAN_SIGMOID, GAN_SOFTPLUS, GAN_SINE])
  func edgesAreTheCLibrarys(operation: Int) throws {
    let x: [Float] = [
      .infinity, -.infinity, .nan, 0, -0.0, 100, -100, 3e38, -3e38, 1e-45, 1e-40, -1e-40, -1,
    ]
    let function = try #require(
      unary(gan_instruction(operation: Int32(operation), a: 0, b: 0, c: 0, value: 0)))
    for (x, y) in zip(x, Self.values(operation, x)) {
      let wanted = Float(function.value(Double(x)))
      #expect(
        same(y, wanted) || abs(y - wanted) <= 3e-7 * abs(wanted) + .leastNonzeroMagnitude,
        "\(function) at \(x)")
    }
  }

  @Test(arguments: 0..<60)
  func copiesAreStrided(seed: Int) {
    var dice = Dice(state: UInt64(seed + 900))
    let rank = Int.random(in: 0...4, using: &dice)
    let extents = (0..<rank).map { _ in dice.pick([1, 2, 3, 8, 17, 20]) }
    func strides() -> ([Int64], Int) {
      var size = 1
      var strides = extents.map { _ in Int64(0) }
      for axis in extents.indices.shuffled(using: &dice) {
        strides[axis] = Int64(size)
        size *= extents[axis] * (dice.chance(20) ? 2 : 1)
      }
      return (strides, size)
    }
    let (from, fromSize) = strides()
    let (to, toSize) = strides()
    let source = (0..<fromSize).map(Float.init)
    var result = Array(repeating: Float(-1), count: toSize)
    gan_copy(Int32(rank), extents.map(Int64.init), source, from, &result, to)
    var expected = Array(repeating: Float(-1), count: toSize)
    for position in Tensor.positions(extents) {
      let a = zip(position, from).map { $0 * Int($1) }.reduce(0, +)
      expected[zip(position, to).map { $0 * Int($1) }.reduce(0, +)] = source[a]
    }
    #expect(result == expected, "\(extents) from \(from) to \(to)")
  }

  @Test func rowsOutsideATableAreZeroAndIgnored() {
    let indices: [Float] = [2, -1, .nan, 3, 1e30, 0, -.infinity, 2]
    let table: [Float] = [1, 2, 3, 4, 5, 6]
    var out = Array(repeating: Float(9), count: 16)
    gan_gather(table, 3, 2, indices, 0, 8, &out)
    #expect(out == [5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 5, 6])
    var sums = Array(repeating: Float(9), count: 6)
    let updates = (0..<16).map(Float.init)
    gan_scatter_add(updates, indices, 8, 2, 0, 1, &sums)
    gan_scatter_add(updates, indices, 8, 2, 1, 3, &sums)
    #expect(sums == [10, 11, 0, 0, 14, 16])
  }

  @Test(arguments: [0, 1, 3, 4, 1_023])
  func randomNumbersAreTheGraphs(first: UInt64) {
    let (seed, step, stream) = (UInt64(0x1234_5678_9abc_def0), UInt32(7), UInt32(3))
    let state = RandomState(seed: seed, step: step, first: 0)
    var uniform = Array(repeating: Float(0), count: 600)
    var normal = uniform
    var bernoulli = uniform
    gan_random_uniform(seed, step, stream, first, 600, &uniform)
    gan_random_normal(seed, step, stream, first, 600, &normal)
    gan_random_bernoulli(seed, step, stream, first, 600, 0.3, &bernoulli)
    for i in 0..<600 {
      let wanted = state.uniform(first + UInt64(i), stream: stream)
      #expect(uniform[i] == Float(wanted))
      #expect(bernoulli[i] == (wanted < 0.3 ? 1 : 0))
      #expect(abs(Double(normal[i]) - state.normal(first + UInt64(i), stream: stream)) < 2e-6)
    }
  }
}

extension Tensor {
  /// Every position of an array with these extents.
  static func positions(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { starts, extent in starts.flatMap { start in (0..<extent).map { start + [$0] } } }
  }
}
