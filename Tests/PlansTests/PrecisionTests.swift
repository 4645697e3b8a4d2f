import CKernels
import COneDNN
import Testing

@testable import Graphs
@testable import Plans

let hasBF16 = gan_dnn_has_bf16() == 1

/// The nearest bf16, ties to even, by its definition.
private func rounded(_ x: Float) -> UInt16 {
  if x.isNaN { return UInt16(x.bitPattern >> 16) | 0x40 }
  let below = UInt16(x.bitPattern >> 16)
  let rest = x.bitPattern & 0xffff
  let isUp = rest > 0x8000 || (rest == 0x8000 && below & 1 == 1)
  return below &+ (isUp ? 1 : 0)
}

private func value(_ x: UInt16) -> Float { Float(bitPattern: UInt32(x) << 16) }

struct PrecisionTests {
  /// Any program over bf16 inputs gives what it gives over the same numbers in f32, rounded.
  @Test(arguments: 0..<100)
  func programsLoadAndRoundBF16(seed: Int) {
    var dice = Dice(state: UInt64(seed) &+ 1000)
    var program = KernelsTests.random(&dice)
    program.inputs = program.inputs.map { $0.map { value(rounded($0)) } }
    let exact = program.registers()
    program.viewElements = program.views.map { _ in dice.pick([Int32(GAN_F32), Int32(GAN_BF16)]) }
    program.storeElements = program.stores.map { _ in dice.pick([Int32(GAN_F32), Int32(GAN_BF16)]) }
    for (index, result) in results(of: program).enumerated() {
      let expected = exact[Int(program.stores[index])]
      let isRounded = program.storeElements[index] == Int32(GAN_BF16)
      let wrong = result.indices.first { i in
        !same(result[i], isRounded ? value(rounded(expected[i])) : expected[i])
      }
      #expect(wrong == nil, "\(program.extents), store \(index), element \(wrong ?? 0)")
    }
  }

  private func results(of program: ProgramCase) -> [[Float]] {
    let count = program.total
    let inputs = zip(program.inputs, program.viewElements).map { values, element in
      memory(values.count, element) { values[$0] }
    }
    let stores = program.storeElements.map { memory(count, $0) { _ in 0 } }
    defer { (inputs + stores).forEach { $0.deallocate() } }
    let reads = inputs.map { UnsafePointer($0.assumingMemoryBound(to: Float.self)) as UnsafePointer<Float>? }
    let writes = stores.map { $0.assumingMemoryBound(to: Float.self) as UnsafeMutablePointer<Float>? }
    program.withProgram { made in
      #expect(made != nil)
      withScratch(gan_program_scratch_bytes(made)) { scratch in
        gan_program_run(made, reads, writes, 0, Int64(count), scratch)
      }
    }
    return zip(stores, program.storeElements).map { store, element in
      (0..<count).map { index in
        element == Int32(GAN_F32)
          ? store.load(fromByteOffset: 4 * index, as: Float.self)
          : value(store.load(fromByteOffset: 2 * index, as: UInt16.self))
      }
    }
  }

  private func memory(_ count: Int, _ element: Int32, _ number: (Int) -> Float) -> UnsafeMutableRawPointer {
    let made = UnsafeMutableRawPointer.allocate(byteCount: max(1, 4 * count), alignment: 64)
    for index in 0..<count {
      if element == Int32(GAN_F32) {
        made.storeBytes(of: number(index), toByteOffset: 4 * index, as: Float.self)
      } else {
        made.storeBytes(of: rounded(number(index)), toByteOffset: 2 * index, as: UInt16.self)
      }
    }
    return made
  }

  /// Ties, the largest numbers, subnormal ones, and what is no number.
  @Test func roundingIsToNearestEven() {
    let bits: [UInt32] = [
      0, 0x8000_0000, 0x3f80_8000, 0x3f81_8000, 0x3f80_8001, 0x3f80_7fff, 0x7f7f_7fff, 0x7f7f_8000,
      0x7f7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7f80_0001, 0x7fff_ffff, 0xffc0_0000, 0x0000_0001,
      0x0000_8000, 0x0001_8000, 0x8000_8001,
    ]
    var program = ProgramCase(extents: [bits.count])
    program.views = [View(strides: [1])]
    program.inputs = [bits.map(Float.init(bitPattern:))]
    program.stores = [0]
    program.viewElements = [Int32(GAN_F32)]
    program.storeElements = [Int32(GAN_BF16)]
    for (got, x) in zip(results(of: program)[0], program.inputs[0]) {
      #expect(got.bitPattern == value(rounded(x)).bitPattern, "\(x)")
    }
    #expect(value(rounded(Float(bitPattern: 0x7f7f_ffff))) == .infinity)
  }

  @Test(.enabled(if: hasBF16)) func gradientsAreNearAndSmaller() throws {
    let (program, values) = network()
    let random = RandomState(seed: 5)
    let mixed = try run(program, values, threads: 2, random: random, precision: .bf16)
    let full = try run(program, values, threads: 2, random: random)
    for (output, (a, b)) in zip(mixed, full).enumerated() {
      #expect(length(zip(a, b).map { $0 - $1 }) < 0.1 * length(b), "output \(output)")
      #expect(a != b, "output \(output) is computed otherwise")
    }
    let (small, large) = (try Plan(compiling: program, precision: .bf16), try Plan(compiling: program))
    #expect(Double(small.memory.arena) < 0.8 * Double(large.memory.arena))
  }

  @Test(.enabled(if: hasBF16)) func bitsDoNotDependOnThreads() throws {
    let (program, values) = network()
    let runs = try [1, 2, 3].map {
      try run(program, values, threads: $0, random: RandomState(seed: 5), precision: .bf16)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] == runs[2])
  }

  @Test(.enabled(if: hasBF16)) func largeProductsAreBF16AndNoneIsAReference() throws {
    let listing = try Plan(compiling: network().program, precision: .bf16).listing
    let products = listing.filter { $0.flops > 1 << 22 && $0.kernel.hasPrefix("convolution") }
    #expect(products.count >= 9)
    for step in products { #expect(step.implementation.contains("bf16"), "\(step)") }
    for step in listing { #expect(!step.implementation.contains("ref"), "\(step)") }
  }

  @Test(.enabled(if: !hasBF16)) func whereItIsMissingTheErrorSaysWhy() {
    let error = #expect(throws: GANError.self) {
      try Plan(compiling: network().program, precision: .bf16)
    }
    #expect(error?.kind == .unsupported && error?.field == "precision")
  }

  private func length(_ x: [Float]) -> Double { x.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot() }

  /// An image through two convolutions, one to few channels back, a normalisation and a product, the gradient
  /// penalty of it, and the derivatives of all.
  private func network() -> (program: Program, values: [String: Tensor]) {
    let graph = Graph()
    let shapes: [(String, Shape)] = [
      ("x", [16, 32, 32, 3]), ("w", [4, 4, 3, 32]), ("u", [4, 4, 32, 64]), ("v", [8 * 8 * 64, 64]),
    ]
    var values: [String: Tensor] = [:]
    let inputs = shapes.map { name, shape in
      let scale = name == "x" ? 1 : 2 / Double(shape.count / shape[-1]).squareRoot()
      let numbers = Sample.values(shape, seed: shape.count).values
      values[name] = Tensor(shape, numbers.map { Double(Float($0 * scale)) })
      return graph.add(Input(name, shape))
    }
    let halved = ConvolutionGeometry(stride: [2, 2], padding: [1, 1])
    let first = tanh(convolution(inputs[0], inputs[1], halved))
    let hidden = convolution(first, inputs[2], halved)
    let centred = hidden - mean(hidden, over: [1, 2, 3], keepingAxes: true)
    let normal = tanh(centred * rsqrt(mean(square(centred), over: [1, 2, 3], keepingAxes: true) + 1e-5))
    let score = matmul(normal.reshaped(to: [16, -1]), inputs[3])
    let slope = gradient(of: sum(tanh(score)), at: [inputs[0]])[0]
    let penalty = mean(square(sqrt(sum(square(slope), over: [1, 2, 3]) + 1e-8) - 1))
    let loss = mean(softplus(score)) + penalty
    let outputs = [loss] + gradient(of: loss, at: inputs)
    return (Program(graph: graph, outputs: outputs.enumerated().map { ("\($0.offset)", $0.element) }), values)
  }
}
