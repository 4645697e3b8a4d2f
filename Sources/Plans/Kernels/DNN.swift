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
  /// Elements of the weights in the layout this primitive wants.
  var weights: Int { (Int(gan_dnn_weights_bytes(pointer)) + 3) / 4 }
  var wantsPlainWeights: Bool { gan_dnn_weights_plain(pointer) != 0 }

  func run(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>?, _ c: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutableRawPointer
  ) -> Int32 { gan_dnn_run(pointer, a, b, c, scratch) }
}

/// Sizes of one convolution and what they cost; `batch` samples at a time.
struct ConvolutionSizes: Hashable {
  let x: Shape
  let w: Shape
  let y: Shape
  let geometry: ConvolutionGeometry

  var flops: Int { 2 * y.count * (w.count / max(1, w[-1])) }
  /// Elements of one sample.
  var input: Int { x.count / max(1, x[0]) }
  var output: Int { y.count / max(1, y[0]) }

  func primitive(_ direction: Int32, batch: Int, _ path: String) throws(GANError) -> DNN {
    var c = gan_dnn_convolution()
    let rank = geometry.rank
    c.spatial = Int32(rank)
    (c.batch, c.channels, c.filters) = (Int64(batch), Int64(x[-1]), Int64(y[-1]))
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
