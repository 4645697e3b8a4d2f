import Testing

@testable import Graphs

@Suite struct ConvolutionTests {
  private let graph = Graph()
  private var nine: Node { literal((1...9).map(Double.init), [1, 3, 3, 1], in: graph) }
  private var four: Node { literal([1, 2, 3, 4], [2, 2, 1, 1], in: graph) }
  private let dense = ConvolutionGeometry(stride: [1, 1], padding: [0, 0])

  @Test func forwardIsTheCrossCorrelation() throws {
    let y = convolution(nine, four, dense)
    #expect(y.shape == [1, 2, 2, 1])
    // 1·1 + 2·2 + 4·3 + 5·4 and so on.
    #expect(try values(y) == [37, 47, 67, 77])
  }

  @Test func paddingAndStrideMoveTheKernel() throws {
    let g = ConvolutionGeometry(stride: [2, 2], padLow: [1, 0], padHigh: [0, 1])
    // Rows −1…0 and 1…2, columns 0…1 and 2…3: 3·1 + 4·2, 3·3, 4 + 2·5 + 3·7 + 4·8, 6 + 3·9.
    #expect(try values(convolution(nine, four, g)) == [11, 9, 67, 33])
  }

  @Test func backwardDataIsTheTransposedConvolution() throws {
    let g = ConvolutionGeometry(stride: [2, 2], padding: [0, 0])
    let y = literal([1, 2, 3, 4], [1, 2, 2, 1], in: graph)
    let x = convolutionBackwardData(y, four, g, inputSize: [4, 4])
    #expect(
      try values(x) == [1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16])
  }

  @Test func backwardWeightsCorrelatesInputAndOutput() throws {
    let y = literal([1, 2, 3, 4], [1, 2, 2, 1], in: graph)
    let w = convolutionBackwardWeights(nine, y, dense, kernelSize: [2, 2])
    #expect(try values(w) == [37, 47, 67, 77])
  }

  @Test func groupsSeeTheirOwnChannels() throws {
    let g = ConvolutionGeometry(stride: [1], padding: [0], groups: 2)
    let x = literal([1, 2, 3, 4], [1, 1, 4], in: graph)
    let w = literal([1, 10, 100, 1000], [1, 2, 2], in: graph)
    // Output 0 sees channels 0 and 1, output 1 channels 2 and 3: 1 + 2·100, 3·10 + 4·1000.
    #expect(try values(convolution(x, w, g)) == [201, 4030])
  }

  @Test func sizesAreThoseOfTheField() throws {
    let dcgan = ConvolutionGeometry(stride: [2, 2], padding: [1, 1])
    #expect(try dcgan.output(of: [8, 64, 32, 3], [4, 4, 3, 16]) == [8, 32, 16, 16])
    #expect(dcgan.transposedSize(of: [4, 7], kernel: [4, 4]) == [8, 14])
    let wavegan = ConvolutionGeometry(stride: [4], padLow: [10], padHigh: [11])
    #expect(try wavegan.output(of: [2, 16_384, 1], [25, 1, 64]) == [2, 4096, 64])
    #expect(wavegan.transposedSize(of: [16], kernel: [25]) == [64])
    #expect(
      ConvolutionGeometry(stride: [2], padding: [2]).transposedSize(of: [3], kernel: [5], extra: [1])
        == [6])
  }

  @Test func transposedSizesThatDoNotExistAreRefusedLater() {
    let g = ConvolutionGeometry(stride: [.max], padding: [0])
    #expect(g.transposedSize(of: [3], kernel: [5]) == [-1])
    #expect(g.transposedSize(of: [3, 4], kernel: []) == [-1, -1])
    let y = graph.add(Input("y", [1, 3, 1]))
    _ = convolutionBackwardData(y, literal([1], [1, 1, 1], in: graph), g, inputSize: [-1])
    #expect(graph.error?.kind == .argument)
  }

  @Test(arguments: [
    (ConvolutionGeometry(stride: [0, 1], padding: [0, 0]), "stride"),
    (ConvolutionGeometry(stride: [1, 1], padding: [-1, 0]), "padding"),
    (ConvolutionGeometry(stride: [1, 1], padding: [0]), "spatial axes"),
    (ConvolutionGeometry(stride: [1], padding: [0]), "spatial axes"),
    (ConvolutionGeometry(stride: [1, 1, 1], padding: [0, 0, 0]), "spatial axes"),
    (ConvolutionGeometry(stride: [1, 1], padding: [0, 0], groups: 0), "groups"),
    (ConvolutionGeometry(stride: [1, 1], padding: [0, 0], groups: 2), "channels"),
    (ConvolutionGeometry(stride: [1, 1], padding: [.max, 0]), "too large"),
    (ConvolutionGeometry(stride: [1, 1], padding: [0, 0], dilation: [1, 9]), "at least 10 inputs"),
    (ConvolutionGeometry(stride: [1, 1], padding: [0, 0], dilation: [1, .max]), "too large"),
  ])
  func misfitsAreNamed(_ geometry: ConvolutionGeometry, _ word: String) {
    let graph = Graph()
    _ = convolution(graph.add(Input("x", [1, 3, 3, 1])), graph.add(Input("w", [2, 2, 1, 1])), geometry)
    let text = graph.error?.description ?? "no error"
    #expect(text.contains(word), "\(text)")
    #expect(text.contains("Convolution of [1, 3, 3, 1] and [2, 2, 1, 1]"), "\(text)")
  }

  private func values(_ node: Node) throws -> [Double] { try evaluate([node], with: [:])[0].values }
}
