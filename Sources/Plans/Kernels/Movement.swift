import CKernels
import Graphs

extension Builder {
  /// Parts that were not already computed in place are copied there.
  mutating func emit(_ concatenate: Concatenate, _ value: Int) {
    let shape = values[value].shape
    let outer = shape.dimensions[..<concatenate.axis].reduce(1, *)
    let row = shape.count / max(1, outer)
    var column = 0
    for input in values[value].inputs {
      let width = values[input].shape.count / max(1, outer)
      let start = column
      column += width
      if isPlaced(input, in: value, at: start) { continue }
      let extents = [Int64(outer), Int64(width)]
      let (near, far) = ([Int64(width), 1], [Int64(row), 1])
      emitMovement("concatenate", value, [operand(input)], bytes: 8 * outer * width) { call in
        gan_copy(2, extents, call.pointer(0), near, call.pointer(1) + start, far)
        return 0
      }
    }
  }

  mutating func emit(_ pad: Pad, _ value: Int) {
    let (from, to) = (values[values[value].inputs[0]].shape, values[value].shape)
    let extents = from.dimensions.map(Int64.init)
    let near = from.strides.map(Int64.init)
    var far: [Int64] = []
    var start = 0
    for axis in 0..<from.rank {
      let spacing = (pad.interior.isEmpty ? 0 : pad.interior[axis]) + 1
      far.append(Int64(to.strides[axis] * spacing))
      start += to.strides[axis] * pad.low[axis]
    }
    let (rank, count, first, strides) = (Int32(from.rank), to.count, start, far)
    emitMovement("pad", value, [operand(values[value].inputs[0])], bytes: 4 * (from.count + count)) { call in
      gan_fill(call.pointer(1), Int64(count), 0)
      gan_copy(rank, extents, call.pointer(0), near, call.pointer(1) + first, strides)
      return 0
    }
  }

  mutating func emitGather(_ value: Int) {
    let inputs = values[value].inputs
    let (table, indices) = (values[inputs[0]].shape, values[inputs[1]].shape.count)
    let rows = table[0]
    let width = table.count / max(1, rows)
    let chunks = Chunks.parts(Chunks.elements(indices * width, most: 8), of: indices)
    emitMovement(
      "gather", value, [operand(inputs[0]), operand(inputs[1])], bytes: 8 * indices * width, chunks: chunks
    ) { call in
      let range = Chunks.range(call.chunk, of: chunks, count: indices)
      gan_gather(
        call.pointer(0), Int64(rows), Int64(width), call.pointer(1), Int64(range.lowerBound),
        Int64(range.upperBound), call.pointer(2))
      return 0
    }
  }

  mutating func emitScatter(_ value: Int) {
    let inputs = values[value].inputs
    let (rows, indices) = (values[value].shape[0], values[inputs[1]].shape.count)
    let width = values[value].shape.count / max(1, rows)
    // Every chunk looks at all indices, and adds those of its own rows.
    let chunks = width >= 8 ? Chunks.parts(Chunks.elements(indices * width, most: 4), of: rows) : 1
    emitMovement(
      "scatter-add", value, [operand(inputs[0]), operand(inputs[1])], bytes: 8 * indices * width,
      chunks: chunks
    ) { call in
      let range = Chunks.range(call.chunk, of: chunks, count: rows)
      gan_scatter_add(
        call.pointer(0), call.pointer(1), Int64(indices), Int64(width), Int64(range.lowerBound),
        Int64(range.upperBound), call.pointer(2))
      return 0
    }
  }

  /// A step that reads `inputs` and writes `value`.
  private mutating func emitMovement(
    _ name: String, _ value: Int, _ inputs: [Operand], bytes: Int, chunks: Int = 1, isRandom: Bool = false,
    _ body: @escaping @Sendable (Call) -> Int32
  ) {
    emit(
      Step(
        name: name, implementation: "copy", path: values[value].path, flops: 0, bytes: bytes, chunks: chunks,
        scratch: 0, operands: inputs + [operand(value, writes: true)], isRandom: isRandom, body: body))
  }

  /// Random numbers depend on their place alone, so any cut gives the same; false for what is none.
  mutating func emitRandom(_ primitive: any Primitive, _ value: Int) -> Bool {
    let shape = values[value].shape
    let count = shape.count
    let perSample = shape.rank == 0 ? 1 : count / max(1, shape[0])
    let fill: @Sendable (RandomState, UInt64, Int, UnsafeMutablePointer<Float>) -> Void
    switch primitive {
    case let normal as RandomNormal:
      fill = { gan_random_normal($0.seed, $0.step, normal.stream, $1, Int64($2), $3) }
    case let uniform as RandomUniform:
      fill = { gan_random_uniform($0.seed, $0.step, uniform.stream, $1, Int64($2), $3) }
    case let bernoulli as RandomBernoulli:
      fill = {
        gan_random_bernoulli($0.seed, $0.step, bernoulli.stream, $1, Int64($2), bernoulli.probability, $3)
      }
    case let categorical as RandomCategorical:
      emitCategorical(categorical, value)
      return true
    default: return false
    }
    let chunks = Chunks.parts(Chunks.elements(count * 4), of: count)
    emit(
      Step(
        name: primitive.name, implementation: "Philox", path: values[value].path, flops: 0, bytes: 4 * count,
        chunks: chunks, scratch: 0, operands: [operand(value, writes: true)], isRandom: true
      ) { call in
        let range = Chunks.range(call.chunk, of: chunks, count: count)
        let start = call.random.first &* UInt64(perSample) &+ UInt64(range.lowerBound)
        fill(call.random, start, range.count, call.pointer(0) + range.lowerBound)
        return 0
      })
    return true
  }

  private mutating func emitCategorical(_ categorical: RandomCategorical, _ value: Int) {
    let shape = values[values[value].inputs[0]].shape
    let (rows, categories) = (shape[0], shape[1])
    let probabilities = operand(values[value].inputs[0])
    let chunks = Chunks.parts(Chunks.elements(shape.count, most: 8), of: rows)
    emitMovement(
      "RandomCategorical", value, [probabilities], bytes: 4 * shape.count, chunks: chunks, isRandom: true
    ) { call in
      let range = Chunks.range(call.chunk, of: chunks, count: rows)
      gan_random_categorical(
        call.random.seed, call.random.step, categorical.stream,
        call.random.first &+ UInt64(range.lowerBound), Int64(range.count), Int64(categories),
        call.pointer(0) + range.lowerBound * categories, call.pointer(1) + range.lowerBound)
      return 0
    }
  }
}

extension Builder {
  /// A plain copy after everything else.
  mutating func emitCopy(from: Operand, to: Operand, count: Int) {
    let (extents, ones) = ([Int64(count)], [Int64(1)])
    emit(
      Step(
        name: "store", implementation: "copy", path: "", flops: 0, bytes: 8 * count, chunks: 1, scratch: 0,
        operands: [from, to]
      ) { call in
        gan_copy(1, extents, call.pointer(0), ones, call.pointer(1), ones)
        return 0
      })
  }
}
