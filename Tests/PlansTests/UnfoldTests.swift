import Testing

@testable import Graphs
@testable import Plans

/// Convolutions with few positions in a row, and their backward weights, as products.
struct UnfoldTests {
  struct Case: Sendable {
    let size: [Int], kernel: [Int], stride: [Int], low: [Int], high: [Int]
  }

  static let cases = [
    Case(size: [8, 8], kernel: [4, 4], stride: [2, 2], low: [1, 1], high: [1, 1]),
    Case(size: [3, 2], kernel: [3, 5], stride: [1, 1], low: [1, 2], high: [1, 2]),
    Case(size: [2, 2], kernel: [7, 7], stride: [2, 2], low: [5, 3], high: [4, 5]),
    Case(size: [16], kernel: [5], stride: [4], low: [1], high: [2]),
  ]

  @Test(arguments: cases)
  func unfoldedProductsAreTheGraphs(example: Case) throws {
    let geometry = ConvolutionGeometry(
      stride: example.stride, padLow: example.low, padHigh: example.high)
    let x = Shape([3] + example.size + [16])
    let w = Shape(example.kernel + [16, 32])
    let y = try geometry.output(of: x, w)
    #expect(ConvolutionSizes(x: x, w: w, y: y, geometry: geometry).unfolds)
    let graph = Graph()
    let (image, result) = (graph.add(Input("x", x)), graph.add(Input("y", y)))
    let forward = convolution(image, graph.add(Input("w", w)), geometry)
    let weights = convolutionBackwardWeights(image, result, geometry, kernelSize: example.kernel)
    let values = ["x": Sample.values(x), "w": Sample.values(w, seed: 2), "y": Sample.values(y, seed: 3)]
    for difference in try compare([forward, weights], values) { #expect(difference < 3e-6) }
  }
}
