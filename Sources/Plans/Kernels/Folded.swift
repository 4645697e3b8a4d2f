import CKernels
import COneDNN
import Graphs

extension ConvolutionSizes {
  /// Whether backward data is better done as a product with the weights, whose results are then folded to
  /// the image. oneDNN's kernels compute 16 channels at a time, however few there are: for the
  /// 1 to 4 of an image the fold is 4 to 20 times as fast, at 16 channels it no longer pays.
  var foldsToImage: Bool { folds && x[-1] <= 8 }

  /// Whether backward data can be such a product at all.
  var folds: Bool {
    geometry.groups == 1 && geometry.dilation.allSatisfy { $0 == 1 }
      && w.count > w[-1] * w[-2] && columns <= 1 << 22
  }

  /// Elements of one sample's columns: every output position times every kernel position and channel.
  var columns: Int { output / max(1, y[-1]) * (w.count / max(1, w[-1])) }

  var fold: gan_fold_sizes {
    func pair(_ values: [Int], _ unit: Int64) -> (Int64, Int64) {
      values.count == 1 ? (unit, Int64(values[0])) : (Int64(values[0]), Int64(values[1]))
    }
    let rank = geometry.rank
    return gan_fold_sizes(
      channels: Int64(x[-1]), size: pair(Array(x.dimensions[1...rank]), 1),
      output: pair(Array(y.dimensions[1...rank]), 1), kernel: pair(Array(w.dimensions[..<rank]), 1),
      stride: pair(geometry.stride, 1), low: pair(geometry.padLow, 0))
  }

  /// One sample's product: y `[H'·W', K]` with w `[KH·KW·C, K]` transposed.
  func foldedProduct(_ element: Element, _ path: String) throws(GANError) -> DNN {
    let (positions, filters, taps) = (output / y[-1], y[-1], w.count / w[-1])
    var matmul = gan_dnn_matmul()
    matmul.operands = element.rawValue
    (matmul.batch, matmul.m, matmul.k, matmul.n) = (1, Int64(positions), Int64(filters), Int64(taps))
    matmul.a = (0, Int64(filters), 1)
    matmul.b = (0, 1, Int64(filters))
    matmul.c = (0, Int64(taps), 1)
    return try DNN.made(path.isEmpty ? "convolution" : path) { gan_dnn_matmul_make(&matmul, &$0) }
  }
}

extension Builder {
  /// Backward data to few channels, sample by sample, so that the columns stay in the cache.
  mutating func emitFolded(_ sizes: ConvolutionSizes, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let path = values[value].path
    let chunks = Chunks.batch(sizes.x[0], flops: sizes.flops)
    let batch = sizes.x[0] / chunks
    let read = mixed.operands(of: value)
    let product = try sizes.foldedProduct(read, path)
    let ahead = (product.scratch + 63) / 64 * 64
    let fold = sizes.fold
    let operands = [
      try operand(inputs[0], as: read),
      sizes.padding == nil ? try operand(inputs[1], as: read) : weights(value, sizes),
      operand(value, writes: true),
    ]
    emit(
      Step(
        name: "convolution backward data", implementation: "\(product.implementation) + fold", path: path,
        flops: sizes.flops, bytes: 4 * sizes.x.count + read.size * (sizes.w.count + sizes.y.count),
        chunks: chunks,
        scratch: ahead + 4 * sizes.columns, operands: operands
      ) { call in
        let columns = (call.scratch + ahead).assumingMemoryBound(to: Float.self)
        for sample in call.chunk * batch..<(call.chunk + 1) * batch {
          let status = product.run(
            call.address(0, sample * sizes.output, read), call.pointer(1), columns, call.scratch)
          if status != 0 { return status }
          withUnsafePointer(to: fold) {
            gan_fold($0, columns, call.pointer(2) + sample * sizes.input, 0, fold.size.0)
          }
        }
        return 0
      })
  }

  /// Backward data of a single sample, of which a product can be cut where a batch cannot.
  mutating func emitFoldedSample(_ sizes: ConvolutionSizes, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let path = values[value].path
    let filters = sizes.y[-1]
    let columns = temporary(sizes.columns)
    try emit(
      Product(
        m: sizes.output / filters, k: filters, n: sizes.w.count / filters, transposeB: true),
      name: "convolution backward data", operand(inputs[0]), weights(value, sizes),
      into: Operand(storage: columns, offset: 0, writes: true), path)
    let fold = sizes.fold
    let rows = Int(fold.size.0)
    let chunks = Chunks.parts(Chunks.elements(sizes.columns, most: 8), of: rows)
    emit(
      Step(
        name: "fold", implementation: "addition", path: path, flops: sizes.columns,
        bytes: 4 * (sizes.columns + sizes.input), chunks: chunks, scratch: 0,
        operands: [Operand(storage: columns, offset: 0, writes: false), operand(value, writes: true)]
      ) { call in
        let range = Chunks.range(call.chunk, of: chunks, count: rows)
        withUnsafePointer(to: fold) {
          gan_fold($0, call.pointer(0), call.pointer(1), Int64(range.lowerBound), Int64(range.upperBound))
        }
        return 0
      })
  }
}
