import Testing

@testable import Graphs
@testable import Plans

/// Strided convolutions over one axis in their dense form, with zeros around the taps: all three directions.
struct StridedTests {
  struct Case: Sendable {
    let length: Int, channels: Int, filters: Int, taps: Int, stride: Int, low: Int, high: Int, batch: Int
    let blocks: Int
  }

  static let cases = [
    // WaveGAN's, next to the sound (whose backward data is folded) and further in, of several samples and of one.
    Case(length: 64, channels: 1, filters: 16, taps: 25, stride: 4, low: 10, high: 11, batch: 3, blocks: 7),
    Case(length: 32, channels: 16, filters: 32, taps: 25, stride: 4, low: 10, high: 11, batch: 4, blocks: 7),
    Case(length: 64, channels: 16, filters: 128, taps: 25, stride: 4, low: 10, high: 11, batch: 1, blocks: 7),
    Case(length: 48, channels: 1, filters: 8, taps: 11, stride: 2, low: 4, high: 5, batch: 1, blocks: 6),
    Case(length: 40, channels: 3, filters: 20, taps: 8, stride: 4, low: 4, high: 0, batch: 2, blocks: 2),
    Case(length: 40, channels: 3, filters: 20, taps: 9, stride: 4, low: 0, high: 5, batch: 2, blocks: 3),
  ]

  @Test(arguments: cases)
  func denseFormsAreTheGraphs(example: Case) throws {
    let geometry = ConvolutionGeometry(
      stride: [example.stride], padLow: [example.low], padHigh: [example.high])
    let x: Shape = [example.batch, example.length, example.channels]
    let w: Shape = [example.taps, example.channels, example.filters]
    let y = try geometry.output(of: x, w)
    let sizes = ConvolutionSizes(x: x, w: w, y: y, geometry: geometry)
    let isUsed = example.blocks * example.stride * 5 <= example.taps * 6
    #expect(
      sizes.dense()?.w
        == (isUsed ? [example.blocks, example.stride * example.channels, example.filters] : nil))
    let graph = Graph()
    let (sound, result) = (graph.add(Input("x", x)), graph.add(Input("y", y)))
    let taps = graph.add(Input("w", w))
    let forward = convolution(sound, taps, geometry)
    let backward = convolutionBackwardData(result, taps, geometry, inputSize: [example.length])
    let weights = convolutionBackwardWeights(sound, result, geometry, kernelSize: [example.taps])
    let values = ["x": Sample.values(x), "w": Sample.values(w, seed: 2), "y": Sample.values(y, seed: 3)]
    for difference in try compare([forward, backward, weights], values) { #expect(difference < 3e-6) }
  }

  @Test func othersStayAsTheyAre() throws {
    func dense(_ length: Int, _ taps: Int, _ stride: Int, _ low: Int, _ high: Int, groups: Int = 1) throws
      -> Bool
    {
      let geometry = ConvolutionGeometry(stride: [stride], padLow: [low], padHigh: [high], groups: groups)
      let (x, w): (Shape, Shape) = ([2, length, 4], [taps, 4 / groups, 8])
      let y = try geometry.output(of: x, w)
      return ConvolutionSizes(x: x, w: w, y: y, geometry: geometry).dense() != nil
    }
    #expect(try dense(64, 24, 4, 12, 8))
    #expect(try !dense(62, 25, 4, 10, 11))
    #expect(try !dense(64, 25, 1, 12, 12))
    #expect(try !dense(64, 5, 4, 1, 0))
    #expect(try !dense(64, 24, 4, 12, 8, groups: 2))
    #expect(try !dense(16, 25, 4, 10, 11))
  }
}
