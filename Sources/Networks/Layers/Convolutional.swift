import Graphs

/// `[N, H, W, C] → [N, H′, W′, filters]`, or `[N, W, C]` in one dimension. Weights `[KH, KW, C / groups,
/// filters]`.
public struct Convolutional: Layer {
  public static let name = "conv"

  public var filters: Int
  public var kernel: Extents
  public var stride: Extents = 1
  public var padding = Padding.same
  public var dilation: Extents = 1
  public var groups = 1
  /// nil: unless a normalisation follows.
  public var bias: Bool?
  public var spectralNorm = false
  /// Of its first weights.
  public var gain = 1.0

  public init(
    filters: Int, kernel: Extents, stride: Extents = 1, padding: Padding = .same, groups: Int = 1,
    bias: Bool? = nil, spectralNorm: Bool = false, gain: Double = 1
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.bias = bias
    self.spectralNorm = spectralNorm
    self.gain = gain
  }

  enum CodingKeys: String, CodingKey {
    case filters, kernel, stride, padding, dilation, groups, bias, gain
    case spectralNorm = "spectral-norm"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    filters = try fields.count(.filters, within: 1...greatestWidth)
    kernel = try fields.extents(.kernel, within: 1...1024, default: 3)
    stride = try fields.extents(.stride, within: 1...1024, default: 1)
    padding = try fields.decodeIfPresent(Padding.self, forKey: .padding) ?? .same
    dilation = try fields.extents(.dilation, within: 1...1024, default: 1)
    groups = try fields.count(.groups, within: 1...greatestWidth, default: 1)
    bias = try fields.decodeIfPresent(Bool.self, forKey: .bias)
    spectralNorm = try fields.flag(.spectralNorm, default: false)
    gain = try fields.number(.gain, within: 0...100, default: 1)
  }

  public func omittingBias() -> Self {
    var layer = self
    layer.bias = bias ?? false
    return layer
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    let sizes = Array(x.shape.dimensions.dropFirst().dropLast())
    let kernel = self.kernel.spread(over: sizes.count)
    let geometry = padding.geometry(
      over: sizes, kernel: kernel, stride: stride.spread(over: sizes.count),
      dilation: dilation.spread(over: sizes.count), groups: groups)
    let channels = max(1, x.shape[-1] / groups)
    let fanIn = Shape(kernel + [channels]).count
    let fanOut = Shape(kernel + [max(1, filters / groups)]).count
    var weight = scope.parameter(
      "weight", Shape(kernel + [channels, filters]),
      scope.initialization.weight(fanIn: fanIn, fanOut: fanOut, gain: gain))
    if spectralNorm {
      let matrix = weight.reshaped(to: [fanIn, filters])
      weight = weight / Networks.spectralNorm(of: matrix, in: scope)
    }
    let y = convolution(x, weight, geometry)
    guard bias ?? true else { return y }
    return y + scope.parameter("bias", [filters], scope.initialization.bias(fanIn: fanIn))
  }
}
