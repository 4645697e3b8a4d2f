import CKernels
import COneDNN
import Graphs

extension Builder {
  /// `to = Σ parts`, in their order; `to` may be the first of them.
  mutating func emitSum(
    of partial: Operand, parts: Int, _ stride: Int, _ count: Int, into to: Operand, _ path: String
  ) {
    let chunks = Chunks.parts(Chunks.elements(count * parts, most: 16), of: count)
    let from = Operand(storage: partial.storage, offset: partial.offset, writes: false)
    emit(
      Step(
        name: "sum", implementation: "\(parts) parts", path: path, flops: parts * count,
        bytes: 4 * (parts + 1) * count, chunks: chunks, scratch: 0, operands: [from, to]
      ) { call in
        let range = Chunks.range(call.chunk, of: chunks, count: count)
        gan_sum(
          call.pointer(1), call.pointer(0), Int64(parts), Int64(stride), Int64(range.lowerBound),
          Int64(range.upperBound))
        return 0
      })
  }

  /// A matrix product, cut along its rows or its columns, whichever are more, or along the batch.
  mutating func emit(_ product: MatMul, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let (a, c) = (values[inputs[0]].shape, values[value].shape)
    let (m, n) = (c[-2], c[-1])
    let k = product.transposeA ? a[-2] : a[-1]
    let batch = c.count / max(1, m * n)
    let path = values[value].path
    let flops = 2 * c.count * k
    let axis = batch > 1 ? 0 : m >= n ? 1 : 2
    let extent = [batch, m, n][axis]
    let chunks = Chunks.batch(extent, flops: flops, most: 8)
    let size = extent / chunks
    var description = gan_dnn_matmul()
    (description.batch, description.m, description.k, description.n) = (
      Int64(axis == 0 ? size : batch), Int64(axis == 1 ? size : m), Int64(k), Int64(axis == 2 ? size : n)
    )
    let strides = (
      a: product.transposeA ? (m * k, 1, m) : (m * k, k, 1),
      b: product.transposeB ? (k * n, 1, k) : (k * n, n, 1)
    )
    description.a = (Int64(strides.a.0), Int64(strides.a.1), Int64(strides.a.2))
    description.b = (Int64(strides.b.0), Int64(strides.b.1), Int64(strides.b.2))
    description.c = (Int64(m * n), Int64(n), 1)
    let primitive = try DNN.made(path.isEmpty ? "matmul" : path) { gan_dnn_matmul_make(&description, &$0) }
    let moves = [
      (a: strides.a.0, b: strides.b.0, c: m * n), (a: strides.a.1, b: 0, c: n), (a: 0, b: strides.b.2, c: 1),
    ][axis]
    emit(
      Step(
        name: "matmul \(m)×\(k)×\(n)", implementation: primitive.implementation, path: path, flops: flops,
        bytes: 4 * (a.count + values[inputs[1]].shape.count + c.count), chunks: chunks,
        scratch: primitive.scratch,
        operands: [operand(inputs[0]), operand(inputs[1]), operand(value, writes: true)]
      ) { call in
        let start = call.chunk * size
        return primitive.run(
          call.pointer(0) + start * moves.a, call.pointer(1) + start * moves.b,
          call.pointer(2) + start * moves.c, call.scratch)
      })
  }
}
