/// Cross-correlation: x `[N, H, W, C]` and w `[KH, KW, C / groups, K]` → `[N, H', W', K]`; with one
/// spatial axis `[N, W, C]` and `[KW, C / groups, K]` → `[N, W', K]`.
///
/// The three directions are one trilinear form of input, weights and output, each leaving one of them
/// out, so each one's gradient is the other two.
public struct Convolution: Primitive {
  public let geometry: ConvolutionGeometry
  public init(geometry: ConvolutionGeometry) { self.geometry = geometry }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    try geometry.output(of: inputs[0], inputs[1])
  }

  public func simplified(_ inputs: [Node]) -> Node? { zeros(self, inputs) }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let (x, w) = (output.inputs[0], output.inputs[1])
    return [
      convolutionBackwardData(cotangent, w, geometry, inputSize: x.shape.spatial),
      convolutionBackwardWeights(x, cotangent, geometry, kernelSize: w.shape.kernel),
    ]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (x, w) = (inputs[0], inputs[1])
    let y = checkedShape(of: self, [x.shape, w.shape])
    var result = Tensor(y, repeating: 0)
    geometry.forEachProduct(x: x.shape, w: w.shape, y: y) { a, b, c in
      result.values[c] += x.values[a] * w.values[b]
    }
    return result
  }

  public static let samples = ConvolutionCase.all.map {
    Sample(Convolution(geometry: $0.geometry), [$0.x, $0.w])
  }
}

/// A convolution's gradient by its input, and the transposed convolution: y `[N, H', W', K]` and
/// w `[KH, KW, C / groups, K]` → `[N, inputSize…, C]`, of which the forward convolution gives y's shape.
public struct ConvolutionBackwardData: Primitive {
  public let geometry: ConvolutionGeometry
  public let inputSize: [Int]

  public init(geometry: ConvolutionGeometry, inputSize: [Int]) {
    self.geometry = geometry
    self.inputSize = inputSize
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let (y, w) = (inputs[0], inputs[1])
    guard y.rank >= 2, w.rank >= 2, let channels = checkedProduct(w[-2], geometry.groups) else {
      throw GANError(field: "", expected: "channels in both inputs", got: "\(y) and \(w)")
    }
    let x = Shape([y[0]] + inputSize + [channels])
    let forward = try geometry.output(of: x, w)
    guard forward == y else {
      throw GANError(
        field: "inputSize", expected: "a size whose convolution has shape \(y)",
        got: "\(inputSize), which gives \(forward)")
    }
    return x
  }

  public func simplified(_ inputs: [Node]) -> Node? { zeros(self, inputs) }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let (y, w) = (output.inputs[0], output.inputs[1])
    return [
      convolution(cotangent, w, geometry),
      convolutionBackwardWeights(cotangent, y, geometry, kernelSize: w.shape.kernel),
    ]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (y, w) = (inputs[0], inputs[1])
    let x = checkedShape(of: self, [y.shape, w.shape])
    var result = Tensor(x, repeating: 0)
    geometry.forEachProduct(x: x, w: w.shape, y: y.shape) { a, b, c in
      result.values[a] += y.values[c] * w.values[b]
    }
    return result
  }

  public static let samples = ConvolutionCase.all.map {
    Sample(
      ConvolutionBackwardData(geometry: $0.geometry, inputSize: $0.x.shape.spatial), [$0.y, $0.w])
  }
}

/// A convolution's gradient by its weights: x `[N, H, W, C]` and y `[N, H', W', K]` →
/// `[kernelSize…, C / groups, K]`.
public struct ConvolutionBackwardWeights: Primitive {
  public let geometry: ConvolutionGeometry
  public let kernelSize: [Int]

  public init(geometry: ConvolutionGeometry, kernelSize: [Int]) {
    self.geometry = geometry
    self.kernelSize = kernelSize
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let (x, y) = (inputs[0], inputs[1])
    guard geometry.groups >= 1, x.rank >= 2, y.rank >= 2 else {
      throw GANError(field: "", expected: "groups and channels", got: "\(geometry.groups), \(x), \(y)")
    }
    let w = Shape(kernelSize + [x[-1] / geometry.groups, y[-1]])
    let forward = try geometry.output(of: x, w)
    guard forward == y else {
      throw GANError(
        field: "kernelSize", expected: "a size whose convolution has shape \(y)",
        got: "\(kernelSize), which gives \(forward)")
    }
    return w
  }

  public func simplified(_ inputs: [Node]) -> Node? { zeros(self, inputs) }

  public func gradient(of output: Node, from cotangent: Node) -> [Node?] {
    let (x, y) = (output.inputs[0], output.inputs[1])
    return [
      convolutionBackwardData(y, cotangent, geometry, inputSize: x.shape.spatial),
      convolution(x, cotangent, geometry),
    ]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (x, y) = (inputs[0], inputs[1])
    let w = checkedShape(of: self, [x.shape, y.shape])
    var result = Tensor(w, repeating: 0)
    geometry.forEachProduct(x: x.shape, w: w, y: y.shape) { a, b, c in
      result.values[b] += x.values[a] * y.values[c]
    }
    return result
  }

  public static let samples = ConvolutionCase.all.map {
    Sample(
      ConvolutionBackwardWeights(geometry: $0.geometry, kernelSize: $0.w.shape.kernel), [$0.x, $0.y])
  }
}

/// Zeros, where an input is nothing else.
private func zeros(_ primitive: some Primitive, _ inputs: [Node]) -> Node? {
  guard inputs.contains(where: { $0.constantValue == 0 }),
    let shape = try? primitive.shape(of: inputs.map(\.shape))
  else { return nil }
  return .constant(0, shape, in: inputs[0].graph)
}

/// The result's shape for inputs that a graph has already accepted.
private func checkedShape(of primitive: some Primitive, _ inputs: [Shape]) -> Shape {
  guard let shape = try? primitive.shape(of: inputs) else {
    preconditionFailure("a graph holds no \(primitive.name) of \(inputs)")
  }
  return shape
}

extension Shape {
  /// The extents between the first and the last: `[N, H, W, C]` → `[H, W]`.
  var spatial: [Int] { Array(dimensions.dropFirst().dropLast()) }
  /// All but the channels of weights: `[KH, KW, C, K]` → `[KH, KW]`.
  var kernel: [Int] { Array(dimensions.dropLast(2)) }
}

/// x `[N, H, W, C]` and w `[KH, KW, C / groups, K]` → `[N, H', W', K]`; also with one spatial axis.
public func convolution(_ x: Node, _ w: Node, _ geometry: ConvolutionGeometry) -> Node {
  x.graph.add(Convolution(geometry: geometry), [x, w])
}

/// The transposed convolution: y `[N, H', W', K]`, w `[KH, KW, C / groups, K]` →
/// `[N, inputSize…, C]`. `ConvolutionGeometry.transposedSize` gives the usual `inputSize`.
public func convolutionBackwardData(
  _ y: Node, _ w: Node, _ geometry: ConvolutionGeometry, inputSize: [Int]
) -> Node {
  y.graph.add(ConvolutionBackwardData(geometry: geometry, inputSize: inputSize), [y, w])
}

/// x `[N, H, W, C]` and y `[N, H', W', K]` → `[kernelSize…, C / groups, K]`.
public func convolutionBackwardWeights(
  _ x: Node, _ y: Node, _ geometry: ConvolutionGeometry, kernelSize: [Int]
) -> Node {
  x.graph.add(ConvolutionBackwardWeights(geometry: geometry, kernelSize: kernelSize), [x, y])
}
