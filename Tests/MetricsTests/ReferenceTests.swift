import Glibc
import Graphs
import Testing

@testable import Metrics

/// Every metric beside its public reference implementation.
struct ReferenceTests {
  @Test func frechetDistanceIsThatOfCleanFID() throws {
    let (a, b) = (
      try Goldens.features(300, 16, seed: 1), try Goldens.features(280, 16, seed: 2, scale: 0.9, shift: 0.2)
    )
    near([try frechetDistance(a, b, Goldens.workers)], try Goldens.numbers("frechet"))
    near([try frechetDistance(b, a, Goldens.workers)], try Goldens.numbers("frechet"))
  }

  @Test func frechetDistanceOfFewerRowsThanFeatures() throws {
    let few = try Goldens.features(20, 48, seed: 3)
    let many = try Goldens.features(200, 48, seed: 4, scale: 1.1, shift: -0.1)
    near(
      [try frechetDistance(few, many, Goldens.workers)],
      try Goldens.numbers("frechet of fewer rows than features"))
  }

  @Test func kernelDistanceIsThatOfCleanFID() throws {
    let a = try Goldens.first(280, of: Goldens.features(300, 16, seed: 1))
    let b = try Goldens.features(280, 16, seed: 2, scale: 0.9, shift: 0.2)
    near([try kernelDistance(a, b, Goldens.workers)], try Goldens.numbers("kid"))
    let long = try Goldens.features(1500, 8, seed: 5)
    let longer = try Goldens.features(1500, 8, seed: 6, scale: 0.8, shift: 0.3)
    near([try kernelDistance(long, longer, Goldens.workers)], try Goldens.numbers("kid in blocks"))
  }

  @Test func manifoldsAreThoseOfPRDC() throws {
    let a = try Goldens.features(300, 16, seed: 1)
    let b = try Goldens.features(280, 16, seed: 2, scale: 0.9, shift: 0.2)
    let found = try Manifolds(a, b, 5, Goldens.workers)
    near([found.coverage, found.density, found.precision, found.recall], try Goldens.numbers("prdc"))
  }

  @Test func nearestNeighbourTestIsThatOfScikitLearn() throws {
    let a = try Goldens.first(280, of: Goldens.features(300, 16, seed: 1))
    let b = try Goldens.features(280, 16, seed: 2, scale: 0.9, shift: 0.2)
    let test = try NearestNeighbourTest(a, b, Goldens.workers)
    near(
      [(test.ofReal + test.ofFake) / 2, test.ofReal, test.ofFake], try Goldens.numbers("nearest-neighbour"))
  }

  @Test func inceptionStyleScoreIsThatOfTorchFidelity() throws {
    let random = RandomState(seed: 16)
    let rows = try Rows(count: 500, width: 10, for: "test")
    for row in 0..<500 {
      let logits = (0..<10).map { 3 * random.normal(UInt64(row * 10 + $0), stream: 9) }
      let exponentials = logits.map { exp($0) }
      for column in 0..<10 { rows[row][column] = Float(exponentials[column] / exponentials.reduce(0, +)) }
    }
    near([try classScore(rows)], try Goldens.numbers("inception-style-score"))
  }

  @Test func slicedWassersteinDistanceIsThatOfPOT() throws {
    let a = try Goldens.first(280, of: Goldens.features(300, 16, seed: 1))
    let b = try Goldens.features(280, 16, seed: 2, scale: 0.9, shift: 0.2)
    near(
      [try SlicedWasserstein(Goldens.comparison(a, b)).ofRows(a, b)],
      try Goldens.numbers("sliced-wasserstein"))
  }

  @Test func slicedWassersteinDistanceOfImagesIsThatOfPGGAN() throws {
    let shape: Shape = [40, 36, 3]
    let real = try Goldens.images(6, shape, seed: 11, noise: 0.1)
    let fake = try Goldens.images(6, shape, seed: 12, noise: 0.4)
    let values = try Metric.slicedWasserstein.values(
      of: Goldens.comparison(real, fake, kind: .images, shape: shape))
    near(values[0].parts, try Goldens.numbers("sliced-wasserstein of images"))
    #expect(values[0].title == "sliced-wasserstein[laplacian]")
  }

  @Test func structuralSimilarityIsThatOfPyTorchMSSSIM() throws {
    near(try similarities([176, 176, 1], seed: 13), try Goldens.numbers("ms-ssim"))
    near(try similarities([32, 32, 3], seed: 14), try Goldens.numbers("ms-ssim of small images"))
  }

  private func similarities(_ shape: Shape, seed: UInt64) throws -> [Double] {
    let images = try Goldens.images(4, shape, seed: seed, noise: 0.3)
    let similarity = StructuralSimilarity(image: shape)
    let scratch = try Buffer<Double>(count: similarity.scratchCount, for: "test")
    return [0, 2].map { similarity.of(images[$0], images[$0 + 1], scratch: scratch.pointer) }
  }

  @Test func modesAreThoseOfPacGAN() throws {
    let random = RandomState(seed: 17)
    let rows = try Rows(count: 1000, width: 2, for: "test")
    for row in 0..<1000 {
      let angle = 2 * Double.pi * Double(row % 7) / 8
      let spread = row % 10 == 3 ? 0.05 : 0.008
      for (axis, centre) in [cos(angle), sin(angle)].enumerated() {
        rows[row][axis] = Float(centre + spread * random.normal(UInt64(2 * row + axis), stream: 10))
      }
    }
    let centres = (0..<8).map { [cos(.pi * Double($0) / 4), sin(.pi * Double($0) / 4)] }
    let found = try ModeCoverage(of: rows, KnownModes(name: "ring", centres: centres, deviation: 0.01))
    near(
      [found.highQuality, found.divergence] + found.spreads.filter(\.isFinite) + [Double(found.modes)],
      try Goldens.numbers("modes"))
    #expect(found.spreads.count == 8 && found.spreads[7].isNaN)
  }

  @Test func randomFeaturesAreThoseOfPyTorch() throws {
    let shape: Shape = [28, 28, 1]
    let images = try Goldens.images(3, shape, seed: 15, noise: 0.3)
    let extractor = try RandomFeatures(shape, Goldens.workers)
    let rows = try Rows(count: 3, width: extractor.width, for: "test")
    try extractor.extract(images[0], count: 3, into: rows[0], probabilities: nil)
    let some = (0..<3).flatMap { row in stride(from: 0, to: rows.width, by: 16).map { Double(rows[row][$0]) }
    }
    near(some, try Goldens.numbers("random features"))
  }
}
