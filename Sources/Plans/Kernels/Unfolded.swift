import CKernels
import COneDNN
import Graphs

extension ConvolutionSizes {
  /// Whether a convolution and its backward weights are better done as products with unfolded columns.
  /// oneDNN's kernels work on rows of the output, and with 4 or fewer positions in a row they are at half
  /// their speed; a product does not know rows.
  var unfolds: Bool {
    padding == nil && geometry.groups == 1 && geometry.dilation.allSatisfy { $0 == 1 } && y[-2] <= 4
      && w[-1] >= 32 && x[-1] >= 16 && w.count > w[-1] * w[-2] && x[0] * columns <= 1 << 24
  }

  /// Rows and columns of the unfolded batch.
  fileprivate var rows: Int { y.count / max(1, y[-1]) }
  fileprivate var taps: Int { w.count / max(1, w[-1]) }
}

extension Builder {
  /// y `[N·H'·W', K]` = columns `[N·H'·W', KH·KW·C]` · w `[KH·KW·C, K]`, with w as it is.
  mutating func emitUnfolded(_ sizes: ConvolutionSizes, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let columns = emitColumns(sizes, of: operand(inputs[0]), values[value].path)
    try emit(
      Product(m: sizes.rows, k: sizes.taps, n: sizes.y[-1]), name: "convolution", columns,
      operand(inputs[1]), into: operand(value, writes: true), values[value].path)
  }

  /// The gradient of w: columns transposed · y's gradient.
  mutating func emitUnfoldedBackwardWeights(_ sizes: ConvolutionSizes, _ value: Int) throws(GANError) {
    let inputs = values[value].inputs
    let columns = emitColumns(sizes, of: operand(inputs[0]), values[value].path)
    try emit(
      Product(m: sizes.taps, k: sizes.rows, n: sizes.y[-1], transposeA: true),
      name: "convolution backward weights", columns, operand(inputs[1]), into: operand(value, writes: true),
      values[value].path)
  }

  private mutating func emitColumns(_ sizes: ConvolutionSizes, of image: Operand, _ path: String) -> Operand {
    let storage = temporary(sizes.x[0] * sizes.columns)
    let chunks = Chunks.parts(Chunks.elements(sizes.x[0] * sizes.columns, most: 16), of: sizes.x[0])
    let (batch, fold) = (sizes.x[0], sizes.fold)
    emit(
      Step(
        name: "unfold", implementation: "copy", path: path, flops: 0,
        bytes: 4 * (sizes.x.count + batch * sizes.columns), chunks: chunks, scratch: 0,
        operands: [image, Operand(storage: storage, offset: 0, writes: true)]
      ) { call in
        for sample in Chunks.range(call.chunk, of: chunks, count: batch) {
          withUnsafePointer(to: fold) {
            gan_unfold($0, call.pointer(0) + sample * sizes.input, call.pointer(1) + sample * sizes.columns)
          }
        }
        return 0
      })
    return Operand(storage: storage, offset: 0, writes: false)
  }
}
