import CKernels
import Graphs
import Plans

/// What three convolutions with random weights make of an image: means and root mean squares of every channel
/// of each. They need no training and take images of any size; figures in them compare models of the same
/// data with each other.
///
/// Convolutions of 4×4, stride 2, with 32, 64 and 64 filters, as many as the image can be halved, weights
/// normal of variance 2 / fan-in, slope 0.2 below zero.
public final class RandomFeatures: FeatureExtractor {
  public let name = "random"
  public let width: Int
  public var classes: Int { 0 }

  private let instance: PlanInstance
  private let images: Buffer<Float>
  private let weights: [Buffer<Float>]
  private let workers: Workers
  private let size: Int

  private static let filters = [32, 64, 64]
  private static let kernel = 4
  private static let batch = 64
  /// Of random numbers; the level is added.
  private static let stream: UInt32 = 0x1000

  /// - Parameters:
  ///   - image: `[H, W, C]`.
  ///   - seed: of the weights. Only figures of the same seed compare.
  /// - Throws: `.unsupported` for what is no image of at least 2×2, `.memory`.
  public init(_ image: Shape, seed: UInt64 = 0, _ workers: Workers) throws(GANError) {
    guard image.rank == 3, min(image[0], image[1]) >= 2 else {
      throw GANError(
        .unsupported, field: "features", expected: "images of 2×2 or more for 'random'",
        got: "samples \(image)")
    }
    self.workers = workers
    size = image.count
    let graph = Graph()
    var x = graph.add(Input("images", Shape([Self.batch] + image.dimensions)))
    var kept: [Node] = []
    var weights: [Buffer<Float>] = []
    for (level, filters) in Self.filters.enumerated() where min(x.shape[1], x.shape[2]) >= 2 {
      let shape = Shape([Self.kernel, Self.kernel, x.shape[3], filters])
      weights.append(try Self.weights(shape, seed: seed, level: level))
      let weight = graph.add(Input("weight\(level)", shape))
      let geometry = ConvolutionGeometry(stride: [2, 2], padding: [1, 1])
      x = leakyReLU(convolution(x, weight, geometry), slope: 0.2)
      kept += [mean(x, over: [1, 2]), sqrt(mean(square(x), over: [1, 2]))]
    }
    let features = concatenate(kept, axis: 1)
    width = features.shape[1]
    let constants = Set(weights.indices.map { "weight\($0)" })
    instance = try PlanInstance(
      Plan(compiling: Program(graph: graph, outputs: [("features", features)], constants: constants)))
    images = try Buffer(count: Self.batch * image.count, for: "features")
    self.weights = weights
    instance.bind("images", to: images.pointer)
    for (level, weight) in weights.enumerated() { instance.bind("weight\(level)", to: weight.pointer) }
  }

  private static func weights(_ shape: Shape, seed: UInt64, level: Int) throws(GANError) -> Buffer<Float> {
    let weights = try Buffer<Float>(count: shape.count, for: "features")
    gan_random_normal(seed, 0, stream + UInt32(level), 0, Int64(shape.count), weights.pointer)
    let deviation = (2 / Float(shape[0] * shape[1] * shape[2])).squareRoot()
    for index in 0..<shape.count { weights.pointer[index] *= deviation }
    return weights
  }

  public func extract(
    _ samples: UnsafePointer<Float>, count: Int, into features: UnsafeMutablePointer<Float>,
    probabilities: UnsafeMutablePointer<Float>?
  ) throws(GANError) {
    for first in stride(from: 0, to: count, by: Self.batch) {
      let rows = min(Self.batch, count - first)
      // What stands behind the last row is of no consequence.
      images.pointer.update(from: samples + first * size, count: rows * size)
      try instance.run(
        random: RandomState(seed: 0), pool: workers.pool, threads: workers.most, version: 0)
      if let values = instance.output("features").baseAddress {
        (features + first * width).update(from: values, count: rows * width)
      }
    }
  }
}
