import Graphs

/// A convolution's backward data pass: `[N, H, W, C] → [N, H′, W′, filters]`, or `[N, W, C]` in one
/// dimension. Weights `[KH, KW, filters / groups, C]`.
///
/// H′ is `size`, which a convolution with these settings must take back to H; without it H · stride
/// for padding `same`, else (H − 1) · stride + dilation · (kernel − 1) + 1 − 2 · padding.
public struct TransposedConvolutional: Layer {
  public static let name = "transposed-conv"

  public var filters: Int
  public var kernel: Extents
  public var stride: Extents = 1
  public var padding = Padding.same
  public var dilation: Extents = 1
  public var groups = 1
  public var size: Extents?
  /// nil: unless a normalisation follows.
  public var bias: Bool?
  public var spectralNorm = false

  public init(
    filters: Int, kernel: Extents, stride: Extents = 1, padding: Padding = .same,
    size: Extents? = nil, bias: Bool? = nil, spectralNorm: Bool = false
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.size = size
    self.bias = bias
    self.spectralNorm = spectralNorm
  }

  enum CodingKeys: String, CodingKey {
    case filters, kernel, stride, padding, dilation, groups, size, bias
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    filters = try fields.count(.filters, within: 1...greatestWidth)
    kernel = try fields.extents(.kernel, within: 1...1024, default: 4)
    stride = try fields.extents(.stride, within: 1...1024, default: 2)
    padding = try fields.decodeIfPresent(Padding.self, forKey: .padding) ?? .same
    dilation = try fields.extents(.dilation, within: 1...1024, default: 1)
    groups = try fields.count(.groups, within: 1...greatestWidth, default: 1)
    size = fields.contains(.size) ? try fields.extents(.size, within: 1...greatestWidth) : nil
    bias = try fields.decodeIfPresent(Bool.self, forKey: .bias)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
  }

  public func omittingBias() -> Self {
    var layer = self
    layer.bias = bias ?? false
    return layer
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let (kernel, target, geometry) = placement(over: x.shape)
    let channels = x.shape[-1]
    let kept = max(1, filters / groups)
    let fanIn = Shape(kernel + [kept]).count
    let fanOut = Shape(kernel + [channels]).count
    var weight = scope.parameter(
      "weight", Shape(kernel + [kept, channels]),
      scope.initialization.weight(fanIn: fanIn, fanOut: fanOut))
    if spectralNorm { weight = weight / Networks.spectralNorm(of: matrix(of: weight), in: scope) }
    let y = convolutionBackwardData(x, weight, geometry, inputSize: target)
    guard bias ?? true else { return y }
    return y + scope.parameter("bias", [filters], scope.initialization.bias(fanIn: fanIn))
  }

  private func placement(over x: Shape) -> (kernel: [Int], size: [Int], ConvolutionGeometry) {
    let sizes = Array(x.dimensions.dropFirst().dropLast())
    let kernel = self.kernel.spread(over: sizes.count)
    let stride = self.stride.spread(over: sizes.count)
    let dilation = self.dilation.spread(over: sizes.count)
    var target = size?.spread(over: sizes.count) ?? []
    if size == nil, padding == .same, stride.count == sizes.count {
      target = zip(sizes, stride).map { $0.multipliedReportingOverflow(by: $1).partialValue }
    }
    let geometry = padding.geometry(
      over: target.isEmpty ? sizes : target, kernel: kernel, stride: stride, dilation: dilation,
      groups: groups)
    if target.isEmpty { target = geometry.transposedSize(of: sizes, kernel: kernel) }
    return (kernel, target, geometry)
  }

  /// `[rest, filters]`, as the layer maps channels to filters.
  private func matrix(of weight: Node) -> Node {
    let rank = weight.shape.rank
    let swapped = weight.transposed(Array(0..<rank - 2) + [rank - 1, rank - 2])
    return swapped.reshaped(to: [weight.shape.count / max(1, weight.shape[-2]), weight.shape[-2]])
  }
}
