/// How a convolution moves over 1 or 2 spatial axes. Each array has one entry per spatial axis;
/// a dilation of 1 is a dense kernel.
public struct ConvolutionGeometry: Hashable, Sendable {
  public let stride: [Int]
  public let padLow: [Int]
  public let padHigh: [Int]
  public let dilation: [Int]
  public let groups: Int

  public init(
    stride: [Int], padLow: [Int], padHigh: [Int], dilation: [Int]? = nil, groups: Int = 1
  ) {
    self.stride = stride
    self.padLow = padLow
    self.padHigh = padHigh
    self.dilation = dilation ?? stride.map { _ in 1 }
    self.groups = groups
  }

  /// The same padding on both sides.
  public init(stride: [Int], padding: [Int], dilation: [Int]? = nil, groups: Int = 1) {
    self.init(
      stride: stride, padLow: padding, padHigh: padding, dilation: dilation, groups: groups)
  }

  /// Number of spatial axes, 1 or 2.
  public var rank: Int { stride.count }

  /// The forward result's shape: x `[N, H, W, C]`, w `[KH, KW, C / groups, K]` → `[N, H', W', K]`
  /// with `H' = ⌊(H + padLow + padHigh − dilation · (KH − 1) − 1) / stride⌋ + 1`.
  public func output(of x: Shape, _ w: Shape) throws(GANError) -> Shape {
    try check()
    guard x.rank == rank + 2, w.rank == rank + 2 else {
      throw GANError(
        field: "", expected: "\(rank) spatial axes in input and weights", got: "\(x) and \(w)")
    }
    let (channels, kept, made) = (x[-1], w[-2], w[-1])
    guard kept >= 1, made >= 1, made % groups == 0, checkedProduct(kept, groups) == channels else {
      throw GANError(
        field: "channels", expected: "weights for \(channels) channels in \(groups) groups",
        got: "\(w)")
    }
    var sizes: [Int] = []
    for axis in 0..<rank { sizes.append(try size(axis, input: x[axis + 1], kernel: w[axis])) }
    return Shape([x[0]] + sizes + [made])
  }

  /// The extent that a transposed convolution gives: `(n − 1) · stride + dilation · (kernel − 1) + 1
  /// − padLow − padHigh + extra`, one entry per spatial axis. −1, which every shape rule refuses, where
  /// that does not exist.
  public func transposedSize(of sizes: [Int], kernel: [Int], extra: [Int]? = nil) -> [Int] {
    (0..<sizes.count).map { axis in
      let count = min(rank, padLow.count, padHigh.count, dilation.count, kernel.count)
      guard axis < count, padLow[axis] >= 0, padHigh[axis] >= 0,
        let moved = checkedSum(sizes[axis], -1).flatMap({ checkedProduct($0, stride[axis]) }),
        let span = span(axis, kernel: kernel[axis]), let all = checkedSum(moved, span),
        let kept = checkedSum(all, -padLow[axis], -padHigh[axis]),
        let size = checkedSum(kept, extra.map { $0.indices.contains(axis) ? $0[axis] : 0 } ?? 0)
      else { return -1 }
      return max(-1, size)
    }
  }

  /// From the first to the last input that a kernel touches.
  private func span(_ axis: Int, kernel: Int) -> Int? {
    checkedSum(kernel, -1).flatMap { checkedProduct($0, dilation[axis]) }.flatMap { checkedSum($0, 1) }
  }

  private func size(_ axis: Int, input: Int, kernel: Int) throws(GANError) -> Int {
    guard input >= 1, kernel >= 1 else {
      throw GANError(
        field: "", expected: "input and kernel of at least 1 in spatial axis \(axis)",
        got: "\(input) and \(kernel)")
    }
    guard let padded = checkedSum(input, padLow[axis], padHigh[axis]),
      let span = span(axis, kernel: kernel)
    else { throw GANError(.argument, "", "padding or kernel of spatial axis \(axis) is too large") }
    guard padded >= span else {
      throw GANError(
        field: "", expected: "at least \(span) inputs, padding included, in spatial axis \(axis)",
        got: padded)
    }
    return (padded - span) / stride[axis] + 1
  }

  private func check() throws(GANError) {
    guard (1...2).contains(rank), [padLow, padHigh, dilation].allSatisfy({ $0.count == rank }) else {
      throw GANError(
        field: "geometry", expected: "1 or 2 spatial axes, the same in stride, padding and dilation",
        got: "\(stride), \(padLow), \(padHigh) and \(dilation)")
    }
    guard (stride + dilation).allSatisfy({ $0 >= 1 }), (padLow + padHigh).allSatisfy({ $0 >= 0 }) else {
      throw GANError(
        field: "geometry", expected: "stride and dilation of at least 1 and padding of at least 0",
        got: "\(stride), \(dilation), \(padLow) and \(padHigh)")
    }
    guard groups >= 1 else { throw GANError(field: "groups", expected: "at least 1", got: groups) }
  }
}

extension ConvolutionGeometry {
  /// Every product of a convolution once: offsets of the input, the weight and the output that belong
  /// together. The definition all three directions share.
  func forEachProduct(x: Shape, w: Shape, y: Shape, _ body: (Int, Int, Int) -> Void) {
    // One spatial axis is two, of which the first has extent 1.
    let flat = rank == 1
    func extents(_ shape: Shape, _ at: Int) -> (Int, Int) {
      flat ? (1, shape[at]) : (shape[at], shape[at + 1])
    }
    func pair(_ values: [Int], _ unit: Int) -> (Int, Int) {
      flat ? (unit, values[0]) : (values[0], values[1])
    }
    let (inputs, outputs, kernel) = (extents(x, 1), extents(y, 1), extents(w, 0))
    let (step, low, spread) = (pair(stride, 1), pair(padLow, 0), pair(dilation, 1))
    let (channels, kept, made) = (x[-1], w[-2], w[-1])
    for n in 0..<x[0] {
      for (oh, ow) in positions(outputs) {
        for (kh, kw) in positions(kernel) {
          let (ih, iw) = (oh * step.0 + kh * spread.0 - low.0, ow * step.1 + kw * spread.1 - low.1)
          guard 0..<inputs.0 ~= ih, 0..<inputs.1 ~= iw else { continue }
          let xStart = ((n * inputs.0 + ih) * inputs.1 + iw) * channels
          let yStart = ((n * outputs.0 + oh) * outputs.1 + ow) * made
          for k in 0..<made {
            let group = k / (made / groups)
            for c in 0..<kept {
              let weight = ((kh * kernel.1 + kw) * kept + c) * made + k
              body(xStart + group * kept + c, weight, yStart + k)
            }
          }
        }
      }
    }
  }

  private func positions(_ extents: (Int, Int)) -> [(Int, Int)] {
    (0..<extents.0).flatMap { row in (0..<extents.1).map { (row, $0) } }
  }
}
