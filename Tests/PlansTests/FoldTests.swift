import CKernels
import Testing

@testable import Graphs
@testable import Plans

/// Backward data of convolutions to an image's few channels.
struct FoldTests {
  struct Case: Sendable {
    let size: [Int], channels: Int, filters: Int, kernel: [Int], stride: [Int], low: [Int], high: [Int]
  }

  static let cases = [
    Case(
      size: [8, 8], channels: 3, filters: 5, kernel: [4, 4], stride: [2, 2], low: [1, 1], high: [1, 1]),
    Case(
      size: [7, 9], channels: 1, filters: 4, kernel: [3, 5], stride: [1, 2], low: [1, 2], high: [0, 1]),
    Case(
      size: [5, 6], channels: 2, filters: 3, kernel: [2, 2], stride: [3, 3], low: [0, 0], high: [0, 0]),
    Case(
      size: [3, 3], channels: 4, filters: 2, kernel: [5, 5], stride: [1, 1], low: [2, 2], high: [2, 2]),
    Case(
      size: [2, 2], channels: 1, filters: 2, kernel: [7, 7], stride: [2, 2], low: [5, 3], high: [4, 5]),
    Case(size: [40], channels: 1, filters: 6, kernel: [25], stride: [4], low: [11], high: [10]),
  ]

  /// A batch of one is cut in another way.
  @Test(arguments: cases, [3, 1])
  func foldedProductsAreTheGraphs(example: Case, batch: Int) throws {
    let geometry = ConvolutionGeometry(
      stride: example.stride, padLow: example.low, padHigh: example.high)
    let x = Shape([batch] + example.size + [example.channels])
    let w = Shape(example.kernel + [example.channels, example.filters])
    let y = try geometry.output(of: x, w)
    #expect(ConvolutionSizes(x: x, w: w, y: y, geometry: geometry).foldsToImage)
    let graph = Graph()
    let result = convolutionBackwardData(
      graph.add(Input("y", y)), graph.add(Input("w", w)), geometry, inputSize: example.size)
    let values = ["y": Sample.values(y), "w": Sample.values(w, seed: 2)]
    #expect(try compare([result], values)[0] < 1e-6)
  }
}
