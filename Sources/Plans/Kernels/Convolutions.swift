import COneDNN
import Graphs

/// Weights in the layout that one direction of one convolution wants.
struct ReorderKey: Hashable {
  let weights: Operand
  let element: Element
  let sizes: ConvolutionSizes
  let direction: Int32
}

extension Builder {
  mutating func emit(_ convolution: Convolution, _ value: Int) throws(GANError) {
    let sizes = ConvolutionSizes(of: values[value], in: values)!
    if sizes.unfolds, mixed.operands(of: value) == .f32 { return try emitUnfolded(sizes, value) }
    try emitActivations("convolution", sizes, Int32(GAN_DNN_FORWARD), value, sizes.input, sizes.output)
  }

  mutating func emit(_ convolution: ConvolutionBackwardData, _ value: Int) throws(GANError) {
    let sizes = ConvolutionSizes(of: values[value], in: values)!
    if sizes.x[0] == 1, sizes.x[-1] < 32, sizes.folds, mixed.operands(of: value) == .f32 {
      return try emitFoldedSample(sizes, value)
    }
    if sizes.foldsToImage { return try emitFolded(sizes, value) }
    try emitActivations(
      "convolution backward data", sizes, Int32(GAN_DNN_BACKWARD_DATA), value, sizes.output, sizes.input)
  }

  /// Forward and backward data: activations and weights give activations, a part of the batch a chunk.
  private mutating func emitActivations(
    _ name: String, _ sizes: ConvolutionSizes, _ direction: Int32, _ value: Int, _ from: Int, _ to: Int
  ) throws(GANError) {
    let parts = sizes.channelParts(direction)
    if parts > 1, mixed.operands(of: value) == .f32, mixed.elements[value] == .f32 {
      return try emitChannelParts(name, sizes, direction, value, parts: parts)
    }
    let inputs = values[value].inputs
    let path = values[value].path
    let chunks = Chunks.batch(sizes.x[0], flops: sizes.flops)
    let batch = sizes.x[0] / chunks
    let (read, written) = (mixed.operands(of: value), mixed.elements[value])
    let primitive = try sizes.primitive(direction, batch: batch, (read, written), path)
    let key = ReorderKey(
      weights: self.weights(value, sizes), element: read, sizes: sizes, direction: direction)
    let weights = try weights(key, primitive, path)
    let operands = [try operand(inputs[0], as: read), weights, operand(value, writes: true)]
    emit(
      Step(
        name: name, implementation: primitive.implementation, path: path, flops: sizes.flops,
        bytes: read.size * (from * sizes.x[0] + sizes.w.count) + written.size * to * sizes.x[0],
        chunks: chunks, scratch: primitive.scratch, operands: operands
      ) { call in
        let start = call.chunk * batch
        return primitive.run(
          call.address(0, start * from, read), call.pointer(1), call.address(2, start * to, written),
          call.scratch)
      })
  }

  /// The weights as `primitive` wants them: reordered at most once a run.
  private mutating func weights(_ key: ReorderKey, _ primitive: DNN, _ path: String)
    throws(GANError) -> Operand
  {
    if primitive.wantsPlainWeights { return key.weights }
    if let known = reordered[key] { return Operand(storage: known, offset: 0, writes: false) }
    let storage = temporary(primitive.weights)
    reordered[key] = storage
    try emitReorder(
      of: primitive, toPlain: false, key.sizes, from: key.weights,
      to: Operand(storage: storage, offset: 0, writes: true), path)
    return Operand(storage: storage, offset: 0, writes: false)
  }

  /// Weights from their plain layout to the one that `primitive` wants, or back.
  private mutating func emitReorder(
    of primitive: DNN, toPlain: Bool, _ sizes: ConvolutionSizes, from: Operand, to: Operand, _ path: String
  ) throws(GANError) {
    let most = Int32(Chunks.elements(sizes.w.count, most: 8))
    let parts = gan_dnn_reorder_parts(primitive.pointer, most)
    var reorders: [DNN] = []
    for part in 0..<parts {
      reorders.append(
        try DNN.made(path) { gan_dnn_reorder_make(primitive.pointer, toPlain ? 1 : 0, part, parts, &$0) })
    }
    let made = reorders
    emit(
      Step(
        name: "reorder weights", implementation: made[0].implementation, path: path, flops: 0,
        bytes: 8 * sizes.w.count, chunks: made.count, scratch: made.map(\.scratch).max() ?? 0,
        operands: [from, to]
      ) { call in made[call.chunk].run(call.pointer(0), nil, call.pointer(1), call.scratch) })
  }

  /// Each chunk has a part of the batch and weights of its own, which are then added in order.
  mutating func emit(_ convolution: ConvolutionBackwardWeights, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let path = values[value].path
    let sizes = ConvolutionSizes(of: values[value], in: values)!
    let read = mixed.operands(of: value)
    if sizes.unfolds, read == .f32 { return try emitUnfoldedBackwardWeights(sizes, value) }
    // Partial sums cost as much as they are large: two suffice for large weights.
    let chunks = Chunks.batch(sizes.x[0], flops: sizes.flops, most: sizes.w.count > 1 << 18 ? 2 : 4)
    let batch = sizes.x[0] / chunks
    let primitive = try sizes.primitive(
      Int32(GAN_DNN_BACKWARD_WEIGHTS), batch: batch, (read, .f32), path)
    let direct = chunks == 1 && primitive.wantsPlainWeights
    let (result, finish) = weightsGradient(value, sizes)
    let stride = (primitive.weights + 15) / 16 * 16
    let partial =
      direct
      ? result
      : Operand(storage: temporary(stride * chunks), offset: 0, writes: true)
    let operands = [try operand(inputs[0], as: read), try operand(inputs[1], as: read), partial]
    emit(
      Step(
        name: "convolution backward weights", implementation: primitive.implementation, path: path,
        flops: sizes.flops, bytes: read.size * (sizes.x.count + sizes.y.count) + 4 * sizes.w.count,
        chunks: chunks, scratch: primitive.scratch, operands: operands
      ) { call in
        let start = call.chunk * batch
        return primitive.run(
          call.address(0, start * sizes.input, read), call.address(1, start * sizes.output, read),
          call.pointer(2) + call.chunk * stride, call.scratch)
      })
    defer { finish(&self) }
    if direct { return }
    let plain = primitive.wantsPlainWeights
    let total = plain ? result : partial
    if chunks > 1 || plain {
      emitSum(of: partial, parts: chunks, stride, primitive.weights, into: total, path)
    }
    if plain { return }
    try emitReorder(
      of: primitive, toPlain: true, sizes,
      from: Operand(storage: partial.storage, offset: 0, writes: false), to: result, path)
  }
}
