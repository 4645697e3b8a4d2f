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

  mutating func emit(_ product: MatMul, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let (a, c) = (values[inputs[0]].shape, values[value].shape)
    let (m, n) = (c[-2], c[-1])
    let sizes = Product(
      batch: c.count / max(1, m * n), m: m, k: product.transposeA ? a[-2] : a[-1], n: n,
      transposeA: product.transposeA, transposeB: product.transposeB)
    try emit(
      sizes, name: "matmul \(m)×\(sizes.k)×\(n)", operand(inputs[0]), operand(inputs[1]),
      into: operand(value, writes: true), values[value].path)
  }

  mutating func emit(
    _ product: Product, name: String, _ a: Operand, _ b: Operand, into c: Operand, _ path: String
  ) throws(GANError) {
    if product.isThin {
      emitThin(product, name, a, b, into: c, path)
    } else {
      try emitGeneral(product, name, a, b, into: c, path)
    }
  }

  /// Cut along its rows or its columns, whichever are more, or along the batch.
  private mutating func emitGeneral(
    _ product: Product, _ name: String, _ a: Operand, _ b: Operand, into c: Operand, _ path: String
  ) throws(GANError) {
    let (batch, m, k, n) = (product.batch, product.m, product.k, product.n)
    let axis = batch > 1 ? 0 : m >= n ? 1 : 2
    let extent = [batch, m, n][axis]
    let chunks = Chunks.batch(extent, flops: product.flops, most: 8)
    let size = extent / chunks
    var description = gan_dnn_matmul()
    (description.batch, description.m, description.k, description.n) = (
      Int64(axis == 0 ? size : batch), Int64(axis == 1 ? size : m), Int64(k), Int64(axis == 2 ? size : n)
    )
    let (rowA, columnA) = product.stridesA
    let (rowB, columnB) = product.stridesB
    description.a = (Int64(m * k), Int64(rowA), Int64(columnA))
    description.b = (Int64(k * n), Int64(rowB), Int64(columnB))
    description.c = (Int64(m * n), Int64(n), 1)
    let primitive = try DNN.made(path.isEmpty ? name : path) { gan_dnn_matmul_make(&description, &$0) }
    let moves = [(a: m * k, b: k * n, c: m * n), (a: rowA, b: 0, c: n), (a: 0, b: columnB, c: 1)][axis]
    emit(
      Step(
        name: name, implementation: primitive.implementation, path: path, flops: product.flops,
        bytes: product.bytes, chunks: chunks, scratch: primitive.scratch, operands: [a, b, c]
      ) { call in
        let start = call.chunk * size
        return primitive.run(
          call.pointer(0) + start * moves.a, call.pointer(1) + start * moves.b,
          call.pointer(2) + start * moves.c, call.scratch)
      })
  }

  /// Cut along its long rows or columns.
  private mutating func emitThin(
    _ product: Product, _ name: String, _ a: Operand, _ b: Operand, into c: Operand, _ path: String
  ) {
    let (m, k, n) = (product.m, product.k, product.n)
    let (stridesA, stridesB) = (product.stridesA, product.stridesB)
    let sizes = gan_thin_sizes(
      m: Int64(m), k: Int64(k), n: Int64(n), a: (Int64(stridesA.0), Int64(stridesA.1)),
      b: (Int64(stridesB.0), Int64(stridesB.1)))
    let length = n > Int(GAN_THIN) && m <= Int(GAN_THIN) ? n : m
    let chunks = Chunks.parts(Chunks.elements(product.bytes / 4, most: 8), of: length)
    emit(
      Step(
        name: name, implementation: "thin", path: path, flops: product.flops, bytes: product.bytes,
        chunks: chunks, scratch: 0, operands: [a, b, c]
      ) { call in
        let range = Chunks.range(call.chunk, of: chunks, count: length)
        withUnsafePointer(to: sizes) {
          gan_thin_product(
            $0, call.pointer(0), call.pointer(1), call.pointer(2), Int64(range.lowerBound),
            Int64(range.upperBound))
        }
        return 0
      })
  }
}

/// A product of dense matrices, each as it lies or transposed.
struct Product {
  var batch = 1
  let m: Int
  let k: Int
  let n: Int
  var transposeA = false
  var transposeB = false

  var flops: Int { 2 * batch * m * k * n }
  var bytes: Int { 4 * batch * (m * k + k * n + m * n) }
  /// For which the packing of a general product would cost more than the product.
  var isThin: Bool { batch == 1 && min(m, k, n) <= Int(GAN_THIN) }
  /// Of rows and columns of the matrices as they are used.
  var stridesA: (Int, Int) { transposeA ? (1, m) : (k, 1) }
  var stridesB: (Int, Int) { transposeB ? (1, k) : (n, 1) }
}
