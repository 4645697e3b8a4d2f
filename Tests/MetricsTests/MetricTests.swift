import Graphs
import Plans
import Testing

@testable import Metrics

/// What all metrics have in common.
struct MetricTests {
  private func images(threads: Int) throws -> Comparison {
    let shape: Shape = [33, 35, 1]
    func side(_ seed: UInt64, _ noise: Double) throws -> Comparison.Side {
      let images = try Goldens.images(70, shape, seed: seed, noise: noise)
      let features = try Goldens.features(70, 24, seed: seed)
      let probabilities = try Rows(count: 70, width: 4, for: "test")
      for row in 0..<70 {
        for column in 0..<4 { probabilities[row][column] = Float((row + column) % 4 == 0 ? 0.7 : 0.1) }
      }
      return .init(features: features, probabilities: probabilities, samples: images)
    }
    return try Comparison(
      real: side(1, 0.1), fake: side(2, 0.3), features: "test", kind: .images, shape: shape, seed: 5,
      workers: Workers(ThreadPool(threads: threads)))
  }

  private func values(_ comparison: Comparison) throws -> [MetricValue] {
    try Metric.all.filter { $0.lack(in: comparison) == nil }.flatMap { try $0.values(of: comparison) }
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let one = try values(images(threads: 1))
    let three = try values(images(threads: 3))
    #expect(one == three && one.count >= 13)
    #expect(Set(one.map(\.title)).count == one.count)
  }

  @Test func namesAreKnownAndUnknownOnesAnswered() throws {
    #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    #expect(throws: GANError.self) { try Metric.named("inception") }
  }

  @Test func aSetBesideItselfIsPerfect() throws {
    let rows = try Goldens.features(200, 6, seed: 1)
    let comparison = try Goldens.comparison(rows, rows)
    let found = try values(comparison)
    func value(_ name: String) throws -> Double { try #require(found.first { $0.name == name }).value }
    #expect(try value("frechet") < 1e-8)
    #expect(try value("sliced-wasserstein") == 0)
    #expect(try value("precision") == 1 && value("recall") == 1 && value("coverage") == 1)
    // Every sample's nearest neighbour is its own copy.
    #expect(try value("nearest-neighbour") == 0)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let rows = try Goldens.features(4, 3, seed: 1)
    let comparison = try Goldens.comparison(rows, rows)
    for (metric, need) in [
      (Metric.manifolds, "neighbours"), (.structuralSimilarity, "images"),
      (.inceptionStyleScore, "classifier"),
      (.modes, "known modes"),
    ] {
      do throws(GANError) {
        _ = try metric.values(of: comparison)
        Issue.record("\(metric.name) has answered")
      } catch {
        #expect(error.kind == .unsupported && error.description.contains(need), "\(error)")
      }
    }
  }

  @Test func whatIsNotFiniteIsRefused() throws {
    let (rows, other) = (try Goldens.features(9, 3, seed: 1), try Goldens.features(9, 3, seed: 2))
    other[4][1] = .nan
    #expect(throws: GANError.self) { try Goldens.comparison(rows, other) }
  }

  @Test func constantFeaturesHaveFigures() throws {
    let (zeros, ones) = (
      try Rows(count: 20, width: 3, for: "test"), try Rows(count: 20, width: 3, for: "test")
    )
    ones.elements.update(repeating: 1)
    #expect(try frechetDistance(zeros, ones, Goldens.workers) == 3)
    #expect(try kernelDistance(zeros, ones, Goldens.workers) == 7)
    let found = try Manifolds(zeros, ones, 5, Goldens.workers)
    #expect(found.coverage == 0 && found.density == 0)
    #expect(try NearestNeighbourTest(zeros, ones, Goldens.workers).ofReal == 1)
  }

  @Test func largeValuesStayFinite() throws {
    let a = try Goldens.features(40, 8, seed: 1, scale: 1e30)
    let b = try Goldens.features(40, 8, seed: 2, scale: 1e30)
    for value in try values(Goldens.comparison(a, b)) { #expect(value.value.isFinite, "\(value.title)") }
  }
}
