import COneDNN
import Graphs

/// A oneDNN primitive.
final class DNN: @unchecked Sendable {
  let pointer: OpaquePointer
  private init(_ pointer: OpaquePointer) { self.pointer = pointer }
  deinit { gan_dnn_free(pointer) }

  /// Runs `make` and names what could not be made.
  static func made(_ what: String, _ make: (inout OpaquePointer?) -> Int32) throws(GANError) -> DNN {
    var pointer: OpaquePointer?
    gan_dnn_begin_making()
    let status = make(&pointer)
    gan_dnn_end_making()
    guard status == 0, let pointer else {
      let kind: GANError.Kind = Int(status) == Int(GAN_DNN_MEMORY) ? .memory : .unsupported
      throw GANError(kind, what, "oneDNN gives no kernel: \(String(cString: gan_dnn_status_text(status)))")
    }
    return DNN(pointer)
  }

  var implementation: String { String(cString: gan_dnn_implementation(pointer)) }
  var scratch: Int { Int(gan_dnn_scratch_bytes(pointer)) }
  /// Elements of f32 that the weights take in the layout this primitive wants.
  var weights: Int { (Int(gan_dnn_weights_bytes(pointer)) + 3) / 4 }
  var wantsPlainWeights: Bool { gan_dnn_weights_plain(pointer) != 0 }

  func run(
    _ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer?, _ c: UnsafeMutableRawPointer,
    _ scratch: UnsafeMutableRawPointer
  ) -> Int32 { gan_dnn_run(pointer, a, b, c, scratch) }
}

/// Sizes of one convolution and what they cost; `batch` samples at a time.
struct ConvolutionSizes: Hashable {
  let x: Shape
  let w: Shape
  let y: Shape
  let geometry: ConvolutionGeometry
  /// Of the dense form of a strided convolution; see `dense`.
  var padding: Padding?

  var flops: Int { 2 * y.count * (w.count / max(1, w[-1])) }
  /// Elements of one sample.
  var input: Int { x.count / max(1, x[0]) }
  var output: Int { y.count / max(1, y[0]) }

  /// - Parameters:
  ///   - elements: of both values read, and of the one written.
  ///   - part: of the channels of the result, as many; nil for all.
  func primitive(
    _ direction: Int32, batch: Int, _ elements: (operands: Element, result: Element), _ path: String,
    part: Int? = nil
  ) throws(GANError) -> DNN {
    var c = gan_dnn_convolution()
    (c.operands, c.result) = (elements.operands.rawValue, elements.result.rawValue)
    let rank = geometry.rank
    c.spatial = Int32(rank)
    (c.batch, c.channels, c.filters) = (Int64(batch), Int64(x[-1]), Int64(y[-1]))
    if let part {
      (c.weights_channels, c.weights_filters) = (c.channels, c.filters)
      if direction == Int32(GAN_DNN_FORWARD) { c.filters = Int64(part) } else { c.channels = Int64(part) }
    }
    c.groups = Int64(geometry.groups)
    c.size = pair(x.dimensions.dropFirst().prefix(rank))
    c.output = pair(y.dimensions.dropFirst().prefix(rank))
    c.kernel = pair(w.dimensions.prefix(rank))
    c.stride = pair(geometry.stride[...])
    c.low = pair(geometry.padLow[...])
    c.high = pair(geometry.padHigh[...])
    c.dilation = pair(geometry.dilation[...])
    return try DNN.made(path.isEmpty ? "convolution" : path) { gan_dnn_convolution_make(&c, direction, &$0) }
  }

  private func pair(_ sizes: ArraySlice<Int>) -> (Int64, Int64) {
    (Int64(sizes.first ?? 1), Int64(sizes.dropFirst().first ?? 1))
  }
}

extension ConvolutionSizes {
  /// Of an operation of a plan, in its dense form where there is one; nil when it is no convolution.
  init?(of value: Value, in values: [Value]) {
    guard let plain = Self.plain(of: value, in: values) else { return nil }
    self = plain.dense() ?? plain
  }

  private static func plain(of value: Value, in values: [Value]) -> ConvolutionSizes? {
    guard case .operation(let primitive) = value.kind else { return nil }
    let read = value.inputs.map { values[$0].shape }
    switch primitive {
    case let convolution as Convolution:
      return Self(x: read[0], w: read[1], y: value.shape, geometry: convolution.geometry)
    case let convolution as ConvolutionBackwardData:
      return Self(x: value.shape, w: read[1], y: read[0], geometry: convolution.geometry)
    case let convolution as ConvolutionBackwardWeights:
      return Self(x: read[0], w: value.shape, y: read[1], geometry: convolution.geometry)
    default: return nil
    }
  }

  static func direction(of primitive: any Primitive) -> Int32? {
    switch primitive {
    case is Convolution: Int32(GAN_DNN_FORWARD)
    case is ConvolutionBackwardData: Int32(GAN_DNN_BACKWARD_DATA)
    case is ConvolutionBackwardWeights: Int32(GAN_DNN_BACKWARD_WEIGHTS)
    default: nil
    }
  }
}
