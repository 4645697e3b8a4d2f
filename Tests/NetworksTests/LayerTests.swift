import Glibc
import Graphs
import Testing

@testable import Networks

/// Layers against values worked out by hand, or PyTorch's for bilinear upsampling.
@Suite struct LayerTests {
  /// The layers' output in Float64; parameters and state by their whole flat value.
  private func output(
    of layers: [any Layer], at x: Tensor, parameters: [Double] = [], state: [Double] = [],
    training: Bool = true
  ) throws -> Tensor {
    let scratch = Graph()
    let declaring = Scope(declaringIn: scratch)
    _ = apply(layers, to: scratch.add(Input("x", x.shape)), in: declaring)
    if let error = scratch.error { throw error }
    let layouts = declaring.layouts
    let graph = Graph()
    let scope = Scope(layouts, named: "net", in: graph, training: training)
    let y = apply(layers, to: graph.add(Input("x", x.shape)), in: scope)
    var values = ["x": x]
    values["net"] = Tensor([layouts.parameters.count], parameters)
    values["net.state"] = Tensor([layouts.state.count], state)
    return try evaluate([y], with: values)[0]
  }

  private func near(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 }
  }

  @Test func bilinearUpsamplingIsPyTorchs() throws {
    let y = try output(of: [Upsample(factor: 2, method: .bilinear)], at: Tensor([1, 2, 2, 1], [0, 1, 2, 3]))
    #expect(y.shape == [1, 4, 4, 1])
    // torch.nn.functional.interpolate(scale_factor=2, mode="bilinear", align_corners=False)
    let rows = [0, 0.5, 1.5, 2].flatMap { row in [0, 0.25, 0.75, 1].map { row + $0 } }
    #expect(near(y.values, rows))
  }

  @Test func nearestUpsamplingRepeats() throws {
    let y = try output(of: [Upsample(factor: 2, method: .nearest)], at: Tensor([1, 1, 2, 1], [3, 5]))
    #expect(y.values == [3, 3, 5, 5, 3, 3, 5, 5])
  }

  @Test func batchNormalisationUsesItsStateWhenNotTraining() throws {
    let x = Tensor([2, 1], [4, 8])
    let trained = try output(of: [BatchNormalization()], at: x, parameters: [2, 1], state: [0, 1])
    let scale = 2 / (4 + 1e-5).squareRoot()
    #expect(near(trained.values, [1 - 2 * scale, 1 + 2 * scale]))
    let still = try output(
      of: [BatchNormalization()], at: x, parameters: [2, 1], state: [2, 4 - 1e-5], training: false)
    #expect(near(still.values, [3, 7]))
  }

  @Test func phaseShuffleMovesAndMirrors() throws {
    let count = 64
    let x = Tensor([count, 5, 2], (0..<count).flatMap { _ in (0..<10).map(Double.init) })
    let y = try output(of: [PhaseShuffle(radius: 2)], at: x)
    // Positions that a move of −2 … 2 sees, mirrored at both ends.
    let rows = [[2, 1, 0, 1, 2], [1, 0, 1, 2, 3], [0, 1, 2, 3, 4], [1, 2, 3, 4, 3], [2, 3, 4, 3, 2]]
    var seen = Set<Int>()
    for sample in 0..<count {
      let got = Array(y.values[sample * 10..<(sample + 1) * 10])
      let move = rows.firstIndex { row in row.flatMap { [2.0 * Double($0), 2 * Double($0) + 1] } == got }
      seen.insert(try #require(move, "\(got)"))
    }
    #expect(seen == [0, 1, 2, 3, 4])
    #expect(try output(of: [PhaseShuffle(radius: 2)], at: x, training: false) == x)
  }

  /// A sine in the middle of a bin has power 1 there and next to nothing elsewhere.
  @Test func spectrogramFindsASine() throws {
    let (length, window) = (512, 64)
    let x = Tensor(
      [1, length, 1], (0..<length).map { sin(2 * Double.pi * 12 / Double(window) * Double($0)) })
    let y = try output(of: [Spectrogram(window: window, hop: 16, bands: 16)], at: x)
    #expect(y.shape == [1, 32, 16, 1])
    let middle = Array(y.values[16 * 16..<17 * 16])
    let loudest = try #require(middle.indices.max { middle[$0] < middle[$1] })
    #expect(abs(middle[loudest] - 2) < 0.2)
    #expect(middle[0] < -1 && middle[15] < 0)
    // Half a turn of the window's 64 is half the rate, here of 16 kHz: 12 of 32 are 3 kHz.
    let mel = log(1 + 3000 / 700.0) / log(1 + 8000 / 700.0) * 17 - 1
    #expect(abs(Double(loudest) - mel) <= 1)
    let silent = try output(
      of: [Spectrogram(window: window, hop: 16, bands: 16)], at: Tensor([1, 40, 2], repeating: 0))
    #expect(silent.shape == [1, 3, 16, 2] && near(silent.values, silent.values.map { _ in -2 }))
  }

  @Test func instanceNormalisationIsPerSampleAndChannel() throws {
    let x = Tensor([2, 2, 1, 1], [1, 3, 10, 30])
    let y = try output(of: [InstanceNormalization()], at: x, parameters: [1, 0])
    let (first, second) = (1 / (1 + 1e-5).squareRoot(), 10 / (100 + 1e-5).squareRoot())
    #expect(near(y.values, [-first, first, -second, second]))
  }

  @Test func layerNormalisationIsPerSample() throws {
    let y = try output(of: [LayerNormalization()], at: Tensor([1, 2], [1, 3]), parameters: [1, 1, 0, 5])
    let one = 1 / (1 + 1e-5).squareRoot()
    #expect(near(y.values, [-one, one + 5]))
  }

  @Test func embeddingLooksUpRows() throws {
    let y = try output(
      of: [Embedding(vocabulary: 3, width: 2)], at: Tensor([2], [2, 0]), parameters: [1, 2, 3, 4, 5, 6])
    #expect(y.values == [5, 6, 1, 2])
  }

  @Test func residualAddsItsInput() throws {
    let y = try output(of: [Residual([Activation(.relu)])], at: Tensor([1, 2], [-1, 2]))
    #expect(y.values == [-1, 4])
  }

  @Test func poolingAverages() throws {
    let x = Tensor([1, 2, 2, 1], [1, 2, 3, 6])
    #expect(try output(of: [AveragePool(size: 2)], at: x).values == [3])
    #expect(try output(of: [GlobalAveragePool()], at: x).values == [3])
  }

  @Test func globalSumPoolingAdds() throws {
    let y = try output(of: [GlobalSumPool()], at: Tensor([1, 2, 2, 1], [1, 2, 3, 6]))
    #expect(y.shape == [1, 1] && y.values == [12])
  }

  @Test func binomialResamplingWeighsByOneTwoOne() throws {
    let x = Tensor([1, 2, 2, 1], [0, 4, 8, 16])
    let up = try output(of: [Upsample(factor: 2, method: .binomial)], at: x)
    #expect(up.values == [0, 2, 4, 2, 4, 7, 10, 5, 8, 12, 16, 8, 4, 6, 8, 4])
    let down = try output(of: [Downsample()], at: Tensor([1, 4, 1], [1, 2, 3, 4]))
    #expect(down.shape == [1, 2, 1] && down.values == [1, 3])
    let odd = try output(of: [Downsample()], at: Tensor([1, 3, 1], [1, 2, 3]))
    #expect(odd.shape == [1, 2, 1] && odd.values == [1, 2])
    let one = try output(of: [Downsample(factor: Extents([1, 2]))], at: x)
    #expect(one.shape == [1, 2, 1, 1] && one.values == [1, 8])
  }

  @Test func everyAxisHasItsFactor() throws {
    let y = try output(of: [Upsample(factor: Extents([1, 2]))], at: Tensor([1, 2, 1, 1], [3, 5]))
    #expect(y.shape == [1, 2, 2, 1] && y.values == [3, 3, 5, 5])
    #expect(throws: GANError.self) {
      try output(of: [Upsample(factor: Extents([1, 2]))], at: Tensor([1, 2, 1], [3, 5]))
    }
  }

  @Test func aBasisIsAPictureAChannel() throws {
    let y = try output(of: [Basis(size: [2])], at: Tensor([1, 2], [10, 1]), parameters: [1, 2, 3, 4])
    #expect(y.shape == [1, 2, 2] && y.values == [10, 2, 30, 4])
    let pooled = try output(
      of: [BasisPool()], at: Tensor([1, 2, 2], [10, 2, 30, 4]), parameters: [1, 0, 1, 2])
    #expect(pooled.shape == [1, 2] && pooled.values == [40, 8])
  }

  @Test func attentionWithoutGainIsTheIdentity() throws {
    let x = Tensor([1, 2, 1, 1], [1, 3])
    let still = try output(of: [SelfAttention()], at: x, parameters: [1, 1, 1, 0, 1])
    #expect(still.values == [1, 3])
    // Queries and keys 0: each position gets the mean of all values, 2.
    let even = try output(of: [SelfAttention()], at: x, parameters: [0, 0, 1, 0.5, 1])
    #expect(near(even.values, [2, 4]))
  }

  @Test func aGainScalesTheFirstWeights() throws {
    for (gain, initializer) in [
      (0.0, Initializer.constant(0)), (3.0, .normal(mean: 0, deviation: 1.5)),
    ] {
      let network = Network(
        layers: [Convolutional(filters: 3, kernel: 2, gain: gain), Flatten()], initialization: .he)
      let layouts = try network.layouts(for: [1, 1, 3, 1], as: .classifier(classes: 9))
      #expect(layouts.parameters.entries.first?.initializer == initializer)
    }
  }

  @Test func minibatchDeviationIsPerGroupAndRestsWhenNotTraining() throws {
    // Samples 0 and 2 are a group, 1 and 3 another: deviations 1 and 3.
    let x = Tensor([4, 1], [0, 1, 2, 7])
    let y = try output(of: [MinibatchDeviation(group: 2)], at: x, state: [0])
    #expect(y.shape == [4, 2])
    let (one, three) = ((1 + 1e-8).squareRoot(), (9 + 1e-8).squareRoot())
    #expect(near(y.values, [0, one, 1, three, 2, one, 7, three]))
    let odd = try output(of: [MinibatchDeviation(group: 2)], at: Tensor([3, 1], [5, 5, 9]), state: [0])
    #expect(near(odd.values, [5, 1e-4, 5, 1e-4, 9, 1e-4]))
    let still = try output(of: [MinibatchDeviation()], at: x, state: [2], training: false)
    #expect(still.values == [0, 2, 1, 2, 2, 2, 7, 2])
  }

  @Test func dropoutKeepsTheMeanAndRestsWhenNotTraining() throws {
    let x = Tensor([64, 64], repeating: 1)
    let dropped = try output(of: [Dropout(probability: 0.25)], at: x)
    #expect(dropped.values.allSatisfy { $0 == 0 || abs($0 - 4.0 / 3) < 1e-9 })
    #expect(abs(dropped.values.reduce(0, +) / 4096 - 1) < 0.05)
    #expect(try output(of: [Dropout(probability: 0.25)], at: x, training: false).values == x.values)
  }

  @Test func fourierFeaturesFollowTheInput() throws {
    let x = Tensor([3, 2], [0, 0, 0.5, -1, 2, 3])
    let y = try output(of: [FourierFeatures(count: 4, scale: 2)], at: x)
    #expect(y.shape == [3, 6])
    for row in 0..<3 {
      #expect(y.values[6 * row..<6 * row + 2].elementsEqual(x.values[2 * row..<2 * row + 2]))
    }
    #expect(y.values[2..<6].contains { abs($0) > 0.1 } && y.values.allSatisfy { abs($0) <= 3 })
    #expect(throws: GANError.self) {
      try output(of: [FourierFeatures()], at: Tensor([2, 2, 2], repeating: 0))
    }
  }

  @Test func noiseHasItsDeviationAndRestsWhenNotTraining() throws {
    let x = Tensor([64, 64], repeating: 1)
    let noisy = try output(of: [GaussianNoise(deviation: 0.5)], at: x).values.map { $0 - 1 }
    #expect(abs(noisy.reduce(0, +) / 4096) < 0.03)
    #expect(abs(noisy.map { $0 * $0 }.reduce(0, +) / 4096 - 0.25) < 0.02)
    #expect(try output(of: [GaussianNoise()], at: x, training: false).values == x.values)
  }

  @Test func spectralNormalisationFindsTheGreatestSingularValue() throws {
    // diag(3, 1): from u = (1, 0) the iteration is already at σ = 3.
    let y = try output(
      of: [Dense(units: 2, bias: false, spectralNorm: true)], at: Tensor([1, 2], [3, 3]),
      parameters: [3, 0, 0, 1], state: [1, 0])
    #expect(near(y.values, [3, 1]))
  }

  @Test func whatDoesNotFitIsNamed() {
    #expect(throws: GANError.self) { try output(of: [Reshaping(shape: [5])], at: Tensor([1, 2], [1, 2])) }
    #expect(throws: GANError.self) { try output(of: [Dense(units: -1)], at: Tensor([1, 2], [1, 2])) }
  }
}
