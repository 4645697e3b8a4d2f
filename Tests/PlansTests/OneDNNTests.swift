import COneDNN
import Testing

@testable import Graphs

/// The door to oneDNN, against the graph's own convolutions.
struct OneDNNTests {
  struct Layer: Sendable {
    let size: Int, channels: Int, filters: Int, kernel: Int, stride: Int, pad: Int, groups: Int
  }

  /// Shapes of generators and discriminators: edge layers, strides, pointwise, grouped and depthwise.
  static let layers: [Layer] = [
    (64, 3, 64, 4, 2, 1, 1), (64, 1, 64, 4, 2, 1, 1), (28, 1, 64, 4, 2, 1, 1), (32, 64, 128, 4, 2, 1, 1),
    (14, 64, 128, 4, 2, 1, 1), (8, 256, 512, 4, 2, 1, 1), (4, 512, 1, 4, 1, 0, 1),
    (4, 512, 100, 4, 1, 0, 1), (7, 128, 1, 7, 1, 0, 1), (16, 64, 64, 3, 1, 1, 1),
    (16, 64, 64, 1, 1, 0, 1), (16, 64, 64, 3, 1, 1, 4), (16, 64, 64, 3, 1, 1, 64),
    (16, 24, 8, 7, 1, 3, 1), (32, 4, 16, 3, 1, 1, 1),
  ].map {
    Layer(size: $0.0, channels: $0.1, filters: $0.2, kernel: $0.3, stride: $0.4, pad: $0.5, groups: $0.6)
  }

  static func convolution(_ layer: Layer, batch: Int, operands: Int32 = 0) -> gan_dnn_convolution {
    let output = (layer.size + 2 * layer.pad - layer.kernel) / layer.stride + 1
    func pair(_ value: Int) -> (Int64, Int64) { (Int64(value), Int64(value)) }
    return gan_dnn_convolution(
      spatial: 2, operands: operands, result: 0, batch: Int64(batch), channels: Int64(layer.channels),
      filters: Int64(layer.filters),
      groups: Int64(layer.groups), weights_channels: 0, weights_filters: 0, size: pair(layer.size),
      output: pair(output),
      kernel: pair(layer.kernel), stride: pair(layer.stride), low: pair(layer.pad), high: pair(layer.pad),
      dilation: pair(1))
  }

  static func singleThreaded<R>(_ body: () throws -> R) rethrows -> R {
    var saved: Int32 = 0
    gan_dnn_begin_thread(&saved)
    defer { gan_dnn_end_thread(saved) }
    return try body()
  }

  @Test(
    arguments: layers, hasBF16 ? [GAN_DNN_F32, GAN_DNN_BF16] : [GAN_DNN_F32])
  func noLayerFallsToAReference(layer: Layer, operands: Int) throws {
    try Self.singleThreaded {
      for direction in [GAN_DNN_FORWARD, GAN_DNN_BACKWARD_DATA, GAN_DNN_BACKWARD_WEIGHTS] {
        var description = Self.convolution(layer, batch: 16, operands: Int32(operands))
        var made: OpaquePointer?
        #expect(gan_dnn_convolution_make(&description, Int32(direction), &made) == Int32(GAN_DNN_OK))
        let primitive = try #require(made)
        defer { gan_dnn_free(primitive) }
        let name = String(cString: gan_dnn_implementation(primitive))
        #expect(!name.hasPrefix("ref"), "direction \(direction): \(name)")
      }
    }
  }

  /// A sample's sizes as the door takes them; `x` and `w` are shapes.
  static func description(_ g: ConvolutionGeometry, _ x: Shape, _ w: Shape, _ y: Shape)
    -> gan_dnn_convolution
  {
    func pair(_ values: [Int]) -> (Int64, Int64) { (Int64(values[0]), Int64(values.last ?? 0)) }
    return gan_dnn_convolution(
      spatial: Int32(g.rank), operands: 0, result: 0, batch: Int64(x[0]), channels: Int64(x[-1]),
      filters: Int64(w[-1]),
      groups: Int64(g.groups), weights_channels: 0, weights_filters: 0, size: pair(x.spatial),
      output: pair(y.spatial), kernel: pair(w.kernel),
      stride: pair(g.stride), low: pair(g.padLow), high: pair(g.padHigh), dilation: pair(g.dilation))
  }

  static func run(_ primitive: OpaquePointer?, _ a: [Float], _ b: [Float], count: Int) -> [Float] {
    var out = Array(repeating: Float.nan, count: count)
    let status = withScratch(gan_dnn_scratch_bytes(primitive)) { gan_dnn_run(primitive, a, b, &out, $0) }
    #expect(status == Int32(GAN_DNN_OK))
    return out
  }

  /// Weights from HWIO to what `primitive` wants, or back.
  static func reorder(_ weights: [Float], of primitive: OpaquePointer?, toPlain: Bool, count: Int)
    -> [Float]
  {
    var made: OpaquePointer?
    #expect(gan_dnn_reorder_make(primitive, toPlain ? 1 : 0, 0, 1, &made) == Int32(GAN_DNN_OK))
    defer { gan_dnn_free(made) }
    let wanted = toPlain ? count : Int(gan_dnn_weights_bytes(primitive)) / 4
    return run(made, weights, [], count: wanted)
  }

  @Test(arguments: 0..<ConvolutionCase.all.count)
  func directionsAreTheGraphs(index: Int) throws {
    let sample = ConvolutionCase.all[index]
    let (x, w, y) = (sample.x, sample.w, sample.y)
    var description = Self.description(sample.geometry, x.shape, w.shape, y.shape)
    let random = RandomState(seed: 0)
    let expected = [
      Convolution(geometry: sample.geometry).evaluate([x, w], random: random),
      ConvolutionBackwardData(geometry: sample.geometry, inputSize: x.shape.spatial)
        .evaluate([y, w], random: random),
      ConvolutionBackwardWeights(geometry: sample.geometry, kernelSize: w.shape.kernel)
        .evaluate([x, y], random: random),
    ]
    Self.singleThreaded {
      for direction in 0..<3 {
        var made: OpaquePointer?
        #expect(gan_dnn_convolution_make(&description, Int32(direction), &made) == Int32(GAN_DNN_OK))
        defer { gan_dnn_free(made) }
        let count = expected[direction].values.count
        let (a, b) = (direction == 1 ? y : x, direction == 2 ? y : w)
        var second = b.values.map { Float($0) }
        if direction != 2 { second = Self.reorder(second, of: made, toPlain: false, count: second.count) }
        let blocked = direction == 2 ? Int(gan_dnn_weights_bytes(made)) / 4 : count
        var result = Self.run(made, a.values.map { Float($0) }, second, count: blocked)
        if direction == 2 { result = Self.reorder(result, of: made, toPlain: true, count: count) }
        for (got, wanted) in zip(result, expected[direction].values) {
          #expect(abs(Double(got) - wanted) < 1e-5, "direction \(direction)")
        }
      }
    }
  }

  @Test(arguments: [false, true], [false, true])
  func productsOfAnyOrientation(transposeA: Bool, transposeB: Bool) {
    let (batch, m, k, n) = (3, 5, 7, 4)
    let a = (0..<batch * m * k).map { Float($0 % 11) - 5 }
    let b = (0..<k * n).map { Float($0 % 7) - 3 }
    var matmul = gan_dnn_matmul(
      operands: 0, batch: Int64(batch), m: Int64(m), k: Int64(k), n: Int64(n),
      a: (Int64(m * k), transposeA ? 1 : Int64(k), transposeA ? Int64(m) : 1),
      b: (0, transposeB ? 1 : Int64(n), transposeB ? Int64(k) : 1), c: (Int64(m * n), Int64(n), 1))
    var made: OpaquePointer?
    Self.singleThreaded {
      #expect(gan_dnn_matmul_make(&matmul, &made) == Int32(GAN_DNN_OK))
      let c = Self.run(made, a, b, count: batch * m * n)
      gan_dnn_free(made)
      for (position, got) in zip(Tensor.positions([batch, m, n]), c) {
        let (i, r, j) = (position[0], position[1], position[2])
        let wanted = (0..<k).map { l in
          a[i * m * k + (transposeA ? l * m + r : r * k + l)] * b[transposeB ? j * k + l : l * n + j]
        }.reduce(0, +)
        #expect(got == wanted)
      }
    }
  }

  @Test func impossibleSizesAreAStatus() {
    var made: OpaquePointer?
    var description = Self.convolution(Self.layers[0], batch: 0)
    #expect(gan_dnn_convolution_make(&description, 0, &made) == Int32(GAN_DNN_ARGUMENT))
    description = Self.convolution(Self.layers[0], batch: 1)
    description.output = (9, 9)
    #expect(gan_dnn_convolution_make(&description, 0, &made) != Int32(GAN_DNN_OK))
    #expect(made == nil)
  }
}
