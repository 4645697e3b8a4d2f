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
    let element = mixed.operands(of: value)
    let product = Product(product, values[value], in: values, element)
    try emit(
      product, name: "matmul \(product.m)×\(product.k)×\(product.n)", operand(inputs[0], as: element),
      operand(inputs[1], as: element), into: operand(value, writes: true), values[value].path)
  }

  mutating func emit(
    _ product: Product, name: String, _ a: Operand, _ b: Operand, into c: Operand, _ path: String
  ) throws(GANError) {
    if product.isThin {
      emitThin(product, name, a, b, into: c, path)
    } else if product.fitsTiles {
      emitTiles(product, name, a, b, into: c, path)
    } else {
      try emitGeneral(product, name, a, b, into: c, path)
    }
  }

  private mutating func emitGeneral(
    _ product: Product, _ name: String, _ a: Operand, _ b: Operand, into c: Operand, _ path: String
  ) throws(GANError) {
    let primitive = try product.primitive(path.isEmpty ? name : path)
    let (size, moves, element) = (product.part, product.moves, product.element)
    emit(
      Step(
        name: name, implementation: primitive.implementation, path: path, flops: product.flops,
        bytes: product.bytes, chunks: product.chunks, scratch: primitive.scratch, operands: [a, b, c]
      ) { call in
        let start = call.chunk * size
        return primitive.run(
          call.address(0, start * moves.a, element), call.address(1, start * moves.b, element),
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

extension Builder {
  /// Cut along rows or columns, whichever are more, to whole tiles' worth of work.
  fileprivate mutating func emitTiles(
    _ product: Product, _ name: String, _ a: Operand, _ b: Operand, into c: Operand, _ path: String
  ) {
    let (m, n) = (product.m, product.n)
    let b = product.transposeB ? transposed(b, rows: n, columns: product.k, path) : b
    let (row, column) = product.stridesA
    let sizes = gan_tile_sizes(
      m: Int64(m), k: Int64(product.k), n: Int64(n), a: (Int64(row), Int64(column)), b: Int64(n))
    let byRows = m >= n
    let chunks = Chunks.parts(Chunks.work(product.flops, most: 8), of: byRows ? m : n)
    emit(
      Step(
        name: name, implementation: "tiles", path: path, flops: product.flops, bytes: product.bytes,
        chunks: chunks, scratch: 0, operands: [a, b, c]
      ) { call in
        let part = Chunks.range(call.chunk, of: chunks, count: byRows ? m : n)
        let (rows, columns) = byRows ? (part, 0..<n) : (0..<m, part)
        withUnsafePointer(to: sizes) {
          gan_tile_product(
            $0, call.pointer(0), call.pointer(1), call.pointer(2), Int64(rows.lowerBound),
            Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound))
        }
        return 0
      })
  }

  /// A matrix the other way round: a copy, made once a run.
  private mutating func transposed(_ matrix: Operand, rows: Int, columns: Int, _ path: String) -> Operand {
    let key = TransposeKey(matrix: matrix, rows: rows, columns: columns)
    if let known = transposed[key] { return Operand(storage: known, offset: 0, writes: false) }
    let storage = temporary(rows * columns)
    transposed[key] = storage
    let chunks = Chunks.parts(Chunks.elements(4 * rows * columns, most: 4), of: columns)
    emit(
      Step(
        name: "transpose", implementation: "copy", path: path, flops: 0, bytes: 8 * rows * columns,
        chunks: chunks, scratch: 0, operands: [matrix, Operand(storage: storage, offset: 0, writes: true)]
      ) { call in
        let range = Chunks.range(call.chunk, of: chunks, count: columns)
        gan_transpose(
          call.pointer(0), Int64(rows), Int64(columns), Int64(range.lowerBound), Int64(range.upperBound),
          call.pointer(1))
        return 0
      })
    return Operand(storage: storage, offset: 0, writes: false)
  }
}

/// A matrix that is also wanted transposed.
struct TransposeKey: Hashable {
  let matrix: Operand
  let rows: Int
  let columns: Int
}

/// A product of dense matrices, each as it lies or transposed.
struct Product {
  var batch = 1
  let m: Int
  let k: Int
  let n: Int
  var transposeA = false
  var transposeB = false
  /// How both matrices read are stored; the result is in f32.
  var element = Element.f32

  var flops: Int { 2 * batch * m * k * n }
  var bytes: Int { batch * (element.size * (m * k + k * n) + 4 * m * n) }
  /// For which the packing of a general product would cost more than the product.
  var isThin: Bool { batch == 1 && min(m, k, n) <= Int(GAN_THIN) }
  /// Whether both matrices stay in the caches as they lie: then our own tiles are as fast as a product that packs
  /// them, cost nothing to call, and need no generated code. A copy of B the other way round has to pay.
  var fitsTiles: Bool {
    batch == 1 && element == .f32 && max(m, k, n) <= 1024 && (!transposeB || m >= 64) && gan_has_tiles() != 0
  }
  /// Of rows and columns of the matrices as they are used.
  var stridesA: (Int, Int) { transposeA ? (1, m) : (k, 1) }
  var stridesB: (Int, Int) { transposeB ? (1, k) : (n, 1) }
}

/// Cut along its rows or its columns, whichever are more, or along the batch.
extension Product {
  init(_ product: MatMul, _ value: Value, in values: [Value], _ element: Element) {
    let (a, c) = (values[value.inputs[0]].shape, value.shape)
    self.init(
      batch: c.count / max(1, c[-2] * c[-1]), m: c[-2], k: product.transposeA ? a[-2] : a[-1], n: c[-1],
      transposeA: product.transposeA, transposeB: product.transposeB, element: element)
  }

  private var axis: Int { batch > 1 ? 0 : m >= n ? 1 : 2 }
  private var extent: Int { [batch, m, n][axis] }
  var chunks: Int { Chunks.batch(extent, flops: flops, most: 8) }
  /// Of what is cut, in one chunk.
  var part: Int { extent / chunks }

  /// Elements from one of what is cut to the next.
  var moves: (a: Int, b: Int, c: Int) {
    [(a: m * k, b: k * n, c: m * n), (a: stridesA.0, b: 0, c: n), (a: 0, b: stridesB.1, c: 1)][axis]
  }

  /// One chunk.
  func primitive(_ path: String) throws(GANError) -> DNN {
    var description = gan_dnn_matmul()
    description.operands = element.rawValue
    description.batch = Int64(axis == 0 ? part : batch)
    (description.m, description.k) = (Int64(axis == 1 ? part : m), Int64(k))
    description.n = Int64(axis == 2 ? part : n)
    description.a = (Int64(m * k), Int64(stridesA.0), Int64(stridesA.1))
    description.b = (Int64(k * n), Int64(stridesB.0), Int64(stridesB.1))
    description.c = (Int64(m * n), Int64(n), 1)
    return try DNN.made(path) { gan_dnn_matmul_make(&description, &$0) }
  }
}
