/// One geometry with input, weights and output that fit it; all three directions are tested with it.
struct ConvolutionCase {
  let geometry: ConvolutionGeometry
  let x: Tensor
  let w: Tensor
  let y: Tensor

  private init(_ geometry: ConvolutionGeometry, x: Shape, w: Shape) {
    self.geometry = geometry
    self.x = Sample.values(x)
    self.w = Sample.values(w, seed: 2)
    self.y = Sample.values((try? geometry.output(of: x, w)) ?? [], seed: 3)
  }

  static let all: [ConvolutionCase] = [
    // Pointwise, padded, strided (with inputs that no kernel position reaches), uneven, dilated.
    Self(.init(stride: [1, 1], padding: [0, 0]), x: [2, 2, 3, 2], w: [1, 1, 2, 3]),
    Self(.init(stride: [1, 1], padding: [1, 1]), x: [1, 3, 4, 2], w: [3, 3, 2, 2]),
    Self(.init(stride: [2, 2], padding: [1, 1]), x: [2, 4, 4, 1], w: [4, 4, 1, 2]),
    Self(.init(stride: [3, 2], padding: [0, 0]), x: [1, 6, 6, 1], w: [2, 3, 1, 2]),
    Self(.init(stride: [2, 1], padLow: [0, 2], padHigh: [1, 0]), x: [1, 4, 3, 1], w: [3, 2, 1, 2]),
    Self(.init(stride: [1, 2], padding: [2, 1], dilation: [2, 1]), x: [1, 4, 4, 1], w: [3, 2, 1, 2]),
    // Grouped and depthwise.
    Self(.init(stride: [1, 1], padding: [1, 1], groups: 2), x: [1, 3, 3, 4], w: [3, 3, 2, 4]),
    Self(.init(stride: [2, 2], padding: [1, 1], groups: 3), x: [1, 4, 4, 3], w: [3, 3, 1, 3]),
    // One spatial axis.
    Self(.init(stride: [1], padding: [2]), x: [2, 5, 2], w: [5, 2, 2]),
    Self(.init(stride: [4], padLow: [1], padHigh: [2], dilation: [2]), x: [1, 12, 2], w: [3, 2, 3]),
  ]
}
