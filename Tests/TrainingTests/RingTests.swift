import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

/// Coverage of the eight Gaussians (PacGAN, arXiv 1712.04086, section 4.1): a sample counts when it
/// lies within three deviations of the nearest centre.
func ringCoverage(_ points: [Float]) -> (modes: Int, quality: Double) {
  var hits = Array(repeating: 0, count: 8)
  for index in 0..<points.count / 2 {
    let (x, y) = (Double(points[2 * index]), Double(points[2 * index + 1]))
    for mode in 0..<8 {
      let angle = 2 * Double.pi * Double(mode) / 8
      let (dx, dy) = (x - cos(angle), y - sin(angle))
      if dx * dx + dy * dy < 0.03 * 0.03 { hits[mode] += 1 }
    }
  }
  return (hits.count { $0 > 0 }, Double(hits.reduce(0, +)) / Double(points.count / 2))
}

@Suite struct RingTests {
  @Test(.timeLimit(.minutes(2))) func thePresetCoversEveryMode() throws {
    let data = try Dataset.open("builtin:ring")
    let model = try Model(recipe: Recipe(json: #"{"preset":"mlp"}"#), data: data)
    // A third of the preset's steps: the rest sharpens the modes.
    try model.train(on: data, TrainOptions(steps: 1400))
    let coverage = ringCoverage(try samples(model, SampleOptions(seed: 1, count: 2500)))
    #expect(coverage.modes == 8)
    #expect(coverage.quality > 0.3)
  }
}
