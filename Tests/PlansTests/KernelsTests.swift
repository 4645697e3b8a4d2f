import CKernels
import Testing

@testable import Graphs

/// The program interpreter against its definition.
struct KernelsTests {
  /// Operations whose result IEEE arithmetic determines to the bit.
  static let exact: [Int32] = [
    GAN_CONSTANT, GAN_NEGATE, GAN_RECIPROCAL, GAN_SQRT, GAN_ABS, GAN_SIGN, GAN_FLOOR, GAN_SQUARE,
    GAN_IS_FINITE, GAN_LEAKY, GAN_LEAKY_SLOPE, GAN_ADD, GAN_SUBTRACT, GAN_MULTIPLY, GAN_DIVIDE,
    GAN_MAXIMUM, GAN_MINIMUM, GAN_LESS, GAN_EQUAL, GAN_SELECT, GAN_INDEX,
  ].map { Int32($0) }

  static func random(_ dice: inout Dice) -> ProgramCase {
    var extents: [Int] = []
    let rank = Int.random(in: 0...5, using: &dice)
    for _ in 0..<rank { extents.append(dice.pick([1, 2, 3, 4, 5, 7, 16, 20, 33, 64, 130, 600, 1100])) }
    while extents.reduce(1, *) > 9_000 {
      let largest = extents.firstIndex(of: extents.max() ?? 1) ?? 0
      extents[largest] = (extents[largest] + 2) / 3
    }
    var result = ProgramCase(extents: extents)
    for _ in 0..<Int.random(in: 1...5, using: &dice) { addInput(&result, &dice) }
    for index in 0..<Int.random(in: 0...14, using: &dice) {
      let known = Int32(result.views.count + index)
      func register() -> Int32 { Int32.random(in: max(0, known - 8)..<known, using: &dice) }
      var instruction = gan_instruction(
        operation: dice.pick(exact), a: register(), b: register(), c: register(),
        value: dice.pick([0, 0.25, -1.5, 3]))
      if instruction.operation == Int32(GAN_INDEX) {
        if rank == 0 { instruction.operation = Int32(GAN_NEGATE) }
        instruction.a = rank == 0 ? 0 : Int32.random(in: 0..<Int32(rank), using: &dice)
      }
      result.instructions.append(instruction)
    }
    let limit = Int32(result.views.count + result.instructions.count)
    for _ in 0..<Int.random(in: 1...3, using: &dice) {
      result.stores.append(Int32.random(in: max(0, limit - 4)..<limit, using: &dice))
    }
    return result
  }

  /// Contiguous, or any mixture of broadcast, permuted, sliced and reversed axes.
  static func addInput(_ program: inout ProgramCase, _ dice: inout Dice) {
    let extents = program.extents
    var strides = extents.map { _ in 0 }
    var offset = 0
    var size = 1
    let plain = dice.chance(40)
    let order = plain ? Array(extents.indices.reversed()) : extents.indices.shuffled(using: &dice)
    for axis in order where plain || !dice.chance(40) {
      let step = plain || dice.chance(70) ? 1 : Int.random(in: 2...3, using: &dice)
      strides[axis] = size * step
      if !plain, dice.chance(10) {
        offset += size * step * (extents[axis] - 1)
        strides[axis] = -strides[axis]
      }
      size *= extents[axis] * step
    }
    let start = dice.chance(80) ? 0 : 5
    var values = (0..<size + start).map { _ in Float.random(in: -3...3, using: &dice) }
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0]
    for _ in 0..<size / 50 { values[Int.random(in: 0..<values.count, using: &dice)] = dice.pick(special) }
    program.views.append(View(offset: offset + start, strides: strides))
    program.inputs.append(values)
  }

  @Test(arguments: 0..<150)
  func programsAreTheirDefinition(seed: Int) {
    var dice = Dice(state: UInt64(seed))
    let program = Self.random(&dice)
    let expected = program.registers()
    let results = run(program, &dice)
    for (store, result) in zip(program.stores, results) {
      let wrong = result.indices.first { !same(result[$0], expected[Int(store)][$0]) }
      #expect(wrong == nil, "\(program.extents), register \(store), element \(wrong ?? 0)")
    }
  }

  /// Runs in ranges cut anywhere, sometimes with a store in the memory of a contiguous input.
  private func run(_ program: ProgramCase, _ dice: inout Dice) -> [[Float]] {
    var inputs = program.inputs.map { values in
      let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = memory.initialize(from: values)
      return memory
    }
    var stores: [UnsafeMutablePointer<Float>?] = []
    let contiguous = Shape(program.extents).strides
    var free = program.views.indices.filter {
      zip(zip(program.views[$0].strides, contiguous), program.extents).allSatisfy {
        $0.0 == $0.1 || $1 == 1
      }
    }
    for _ in program.stores {
      if dice.chance(40), let input = free.popLast() {
        stores.append(inputs[input].baseAddress.map { $0 + program.views[input].offset })
      } else {
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: program.total)
        memory.initialize(repeating: 0)
        inputs.append(memory)
        stores.append(memory.baseAddress)
      }
    }
    let pointers = inputs.map { UnsafePointer($0.baseAddress) }
    program.withProgram { made in
      #expect(made != nil)
      withScratch(gan_program_scratch_bytes(made)) { scratch in
        var begin = 0
        while begin < program.total {
          let end = dice.chance(50) ? program.total : Int.random(in: begin + 1...program.total, using: &dice)
          gan_program_run(made, pointers, stores, Int64(begin), Int64(end), scratch)
          begin = end
        }
      }
    }
    let results = stores.map { Array(UnsafeBufferPointer(start: $0, count: program.total)) }
    for memory in inputs { memory.deallocate() }
    return results
  }

  @Test(arguments: 0..<150)
  func reductionsAreSumsAndMaxima(seed: Int) {
    var dice = Dice(state: UInt64(seed + 5_000))
    var program = Self.random(&dice)
    let limit = Int32(program.views.count + program.instructions.count)
    for kind in Int32(0)...1 where kind == 0 || dice.chance(70) {
      program.reductions.append(Int32.random(in: 0..<limit, using: &dice))
      program.kinds.append(kind)
    }
    let first = Int.random(in: 0...program.extents.count, using: &dice)
    let last = Int.random(in: first...program.extents.count, using: &dice)
    program.split = (
      program.extents[..<first].reduce(1, *), program.extents[first..<last].reduce(1, *),
      program.extents[last...].reduce(1, *)
    )
    let expected = program.registers()
    for (index, result) in reduce(program, expected, &dice).enumerated() {
      check(result, program, index, expected[Int(program.reductions[index])])
    }
  }

  private func check(_ result: [Float], _ program: ProgramCase, _ index: Int, _ values: [Float]) {
    let (outer, reduced, inner) = program.split
    for o in 0..<outer {
      for i in 0..<inner {
        let column = (0..<reduced).map { Double(values[(o * reduced + $0) * inner + i]) }
        let got = Double(result[o * inner + i])
        let isSum = program.kinds[index] == 0
        let wanted = isSum ? column.reduce(0, +) : column.contains { $0.isNaN } ? .nan : column.max() ?? 0
        let close = abs(got - wanted) <= 2e-6 * column.map(abs).reduce(0, +)
        // A sum of huge numbers may leave the range of f32 only in single precision.
        let huge = isSum && column.contains { abs($0) > 1e36 }
        let equal = got == wanted || (got.isNaN && wanted.isNaN)
        #expect(
          huge || (isSum && close) || equal, "\(program.split), result \(o), \(i): \(wanted), got \(got)")
      }
    }
  }

  /// In chunks of the outer or of the reduced extent, added up by `gan_combine`.
  private func reduce(_ program: ProgramCase, _ expected: [[Float]], _ dice: inout Dice) -> [[Float]] {
    let (outer, reduced, inner) = program.split
    let count = outer * inner
    let chunks = reduced > 1 && dice.chance(50) ? 2 : 1
    let cut = chunks == 2 ? Int.random(in: 1..<reduced, using: &dice) : reduced
    let middle = dice.chance(50) ? outer : Int.random(in: 0...outer, using: &dice)
    var partials = program.reductions.map { _ in Array(repeating: Double.nan, count: chunks * count) }
    var stores = program.stores.map { _ in Array(repeating: Float(0), count: program.total) }
    let inputs = program.inputs.map { UnsafeBufferPointer(start: copy($0), count: $0.count) }
    defer { inputs.forEach { $0.deallocate() } }
    let storePointers: [UnsafeMutablePointer<Float>?] = stores.indices.map { index in
      stores[index].withUnsafeMutableBufferPointer { copy(Array($0)) }
    }
    defer { storePointers.forEach { $0?.deallocate() } }
    program.withProgram { made in
      #expect(made != nil)
      withScratch(gan_program_scratch_bytes(made)) { scratch in
        for chunk in 0..<chunks {
          for range in [0..<middle, middle..<outer] {
            let into = partials.indices.map { _ in
              UnsafeMutablePointer<Double>.allocate(capacity: max(1, range.count * inner))
            }
            gan_program_reduce(
              made, inputs.map(\.baseAddress), storePointers, Int64(range.lowerBound),
              Int64(range.upperBound), Int64(chunk == 0 ? 0 : cut), Int64(chunk == 0 ? cut : reduced),
              into.map { Optional($0) }, scratch)
            for index in partials.indices {
              for i in 0..<range.count * inner {
                partials[index][chunk * count + range.lowerBound * inner + i] = into[index][i]
              }
              into[index].deallocate()
            }
          }
        }
      }
    }
    for (index, store) in program.stores.enumerated() {
      stores[index] = Array(UnsafeBufferPointer(start: storePointers[index], count: program.total))
      #expect(zip(stores[index], expected[Int(store)]).allSatisfy(same), "store with a reduction")
    }
    return partials.indices.map { index in
      var out = Array(repeating: Float(0), count: count)
      gan_combine(
        partials[index], Int64(chunks), Int64(count), program.kinds[index], &out, 0, Int64(count))
      return out
    }
  }

  private func copy(_ values: [Float]) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    return memory
  }
}
