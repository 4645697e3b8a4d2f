import CKernels
import Graphs

extension ConvolutionSizes {
  /// The same convolution with stride 1, where it has one axis whose length is the stride times the output's:
  /// neighbours between two outputs are channels, `[N, T, C]` as `[N, T / stride, stride · C]` and the taps in as
  /// many, with zeros before the first and after the last. oneDNN's kernels for long strided filters are general
  /// products at a third of their speed; those for dense ones are not. nil where that is not so, or would be more
  /// than a fifth more work.
  func dense() -> ConvolutionSizes? {
    let stride = geometry.stride[0]
    guard geometry.rank == 1, stride > 1, geometry.groups == 1, geometry.dilation == [1], y[1] > 4,
      x[1] == stride * y[1]
    else { return nil }
    let (taps, low) = (w[0], geometry.padLow[0])
    let blocksBefore = (low + stride - 1) / stride
    guard taps > low, low < 1 << 20 else { return nil }
    let blocksAfter = (taps - 1 - low) / stride
    let blocks = blocksBefore + blocksAfter + 1
    guard blocks * stride * 5 <= taps * 6 else { return nil }
    var sizes = ConvolutionSizes(
      x: [x[0], y[1], stride * x[2]], w: [blocks, stride * x[2], w[2]], y: y,
      geometry: ConvolutionGeometry(stride: [1], padLow: [blocksBefore], padHigh: [blocksAfter]))
    sizes.padding = Padding(before: (blocksBefore * stride - low) * x[2] * w[2], count: w.count)
    return sizes
  }

  /// Where the weights there are lie among those of the dense form, in elements.
  struct Padding: Hashable {
    let before: Int
    let count: Int
  }
}

extension Builder {
  /// The weights `[…]` that a convolution reads, as its sizes have them: made once a run where those are of the
  /// dense form.
  mutating func weights(_ value: Int, _ sizes: ConvolutionSizes) -> Operand {
    let plain = operand(values[value].inputs[1])
    guard let padding = sizes.padding else { return plain }
    let key = PaddedKey(weights: plain, sizes: sizes.w, padding: padding)
    if let known = padded[key] { return Operand(storage: known, offset: 0, writes: false) }
    let total = sizes.w.count
    let storage = temporary(total)
    padded[key] = storage
    let extents = [Int64(padding.count)]
    emit(
      Step(
        name: "pad weights", implementation: "copy", path: values[value].path, flops: 0,
        bytes: 4 * (padding.count + total), chunks: 1, scratch: 0,
        operands: [plain, Operand(storage: storage, offset: 0, writes: true)]
      ) { call in
        gan_fill(call.pointer(1), Int64(total), 0)
        gan_copy(1, extents, call.pointer(0), [1], call.pointer(1) + padding.before, [1])
        return 0
      })
    return Operand(storage: storage, offset: 0, writes: false)
  }

  /// Where the gradient of the weights goes, as its sizes have them, and the copy to do then.
  mutating func weightsGradient(
    _ value: Int, _ sizes: ConvolutionSizes
  ) -> (result: Operand, finish: (inout Builder) -> Void) {
    let plain = operand(value, writes: true)
    guard let padding = sizes.padding else { return (plain, { _ in }) }
    let storage = temporary(sizes.w.count)
    let all = Operand(storage: storage, offset: 0, writes: true)
    return (
      all,
      { builder in
        let part = Operand(storage: storage, offset: padding.before, writes: false)
        builder.emitCopy(from: part, to: plain, count: padding.count)
      }
    )
  }
}

/// Weights in their dense form.
struct PaddedKey: Hashable {
  let weights: Operand
  let sizes: Shape
  let padding: ConvolutionSizes.Padding
}
