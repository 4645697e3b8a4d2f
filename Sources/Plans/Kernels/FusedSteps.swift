import CKernels
import Graphs

/// A fused program with what its steps need to know.
struct FusedKernel: Sendable {
  let program: FusedProgram
  let inputs: Int
  let stores: Int
  let count: Int
  let flops: Int
  let bytes: Int
  let path: String
  let inPlace: [(input: Int, store: Int)]

  var scratch: Int { Int(gan_program_scratch_bytes(program.pointer)) }

  func step(_ name: String, chunks: Int, _ operands: [Operand], _ body: @escaping @Sendable (Call) -> Int32)
    -> Step
  {
    Step(
      name: name, implementation: "fused \(inputs) in, \(stores) out", path: path, flops: flops, bytes: bytes,
      chunks: chunks, scratch: scratch, operands: operands, body: body)
  }
}

extension Builder {
  mutating func emitElementwise(_ kernel: FusedKernel, _ operands: [Operand]) {
    let block = max(1, Int(gan_program_block(kernel.program.pointer)))
    // Long chains, such as an optimiser's, are worth sharing sooner.
    let wanted = min(Chunks.elements(max(kernel.count, kernel.flops / 4)), max(1, kernel.count / block))
    let length = ((kernel.count + wanted - 1) / wanted + block - 1) / block * block
    let chunks = max(1, (kernel.count + length - 1) / max(1, length))
    let step = kernel.step("elementwise", chunks: chunks, operands) { call in
      let begin = call.chunk * length
      gan_program_run(
        kernel.program.pointer, call.inputs(), call.operands + kernel.inputs, Int64(begin),
        Int64(min(kernel.count, begin + length)), call.scratch)
      return 0
    }
    emit(step, inPlace: kernel.inPlace)
  }

  /// Chunks reduce into partial results, which a second step adds in their order.
  mutating func emitReduction(
    _ kernel: FusedKernel, _ pattern: [Int], _ reductions: [Int], _ operands: [Operand]
  ) {
    let (outer, reduced, inner) = (pattern[0], pattern[1], pattern[2])
    let wanted = Chunks.elements(kernel.count, most: 16)
    let outerParts = Chunks.parts(wanted, of: outer)
    let reducedParts = Chunks.parts(wanted / outerParts, of: reduced)
    let partials = reductions.map { _ in temporary(2 * reducedParts * outer * inner) }
    let first = operands.count
    let count = reductions.count
    let all = operands + partials.map { Operand(storage: $0, offset: 0, writes: true) }
    let step = kernel.step("reduction", chunks: outerParts * reducedParts, all) { call in
      let rows = Chunks.range(call.chunk / reducedParts, of: outerParts, count: outer)
      let part = call.chunk % reducedParts
      let range = Chunks.range(part, of: reducedParts, count: reduced)
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: count) { targets in
        for index in 0..<count {
          let partial = UnsafeMutableRawPointer(call.pointer(first + index))
            .assumingMemoryBound(to: Double.self)
          targets[index] = partial + (part * outer + rows.lowerBound) * inner
        }
        gan_program_reduce(
          kernel.program.pointer, call.inputs(), call.operands + kernel.inputs, Int64(rows.lowerBound),
          Int64(rows.upperBound), Int64(range.lowerBound), Int64(range.upperBound), targets.baseAddress,
          call.scratch)
      }
      return 0
    }
    emit(step, inPlace: kernel.inPlace)
    for (partial, reduction) in zip(partials, reductions) {
      emitCombination(of: partial, parts: reducedParts, count: outer * inner, into: reduction)
    }
  }

  private mutating func emitCombination(of partial: Int, parts: Int, count: Int, into value: Int) {
    guard case .reduction(let kind, _, _, _) = values[value].kind else { return }
    let chunks = Chunks.parts(Chunks.elements(count * parts), of: count)
    let operands = [Operand(storage: partial, offset: 0, writes: false), operand(value, writes: true)]
    emit(
      Step(
        name: "combine", implementation: "\(parts) parts", path: values[value].path, flops: count * parts,
        bytes: count * (8 * parts + 4), chunks: chunks, scratch: 0, operands: operands
      ) { call in
        let range = Chunks.range(call.chunk, of: chunks, count: count)
        let partials = UnsafeRawPointer(call.pointer(0)).assumingMemoryBound(to: Double.self)
        gan_combine(
          partials, Int64(parts), Int64(count), kind, call.pointer(1), Int64(range.lowerBound),
          Int64(range.upperBound))
        return 0
      })
  }
}
