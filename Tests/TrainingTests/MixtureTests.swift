import Glibc
import Graphs
import Testing

@testable import Datasets
@testable import Training

/// Mixtures against scikit-learn's, from the same start (`Goldens/mixture.py`).
@Suite struct MixtureTests {
  static let cases = GoldenCase.all(in: "mixture.json")

  private func numbers(_ name: String) -> [Double] {
    switch name {
    case "two modes":
      return (0..<400).map { i in
        sin(12.9898 * Double(i)) * (i % 3 == 0 ? 1.5 : 0.3) + (i % 3 == 0 ? -2 : 4)
      }
    case "one mode":
      return (0..<300).map { i in
        let x = Double(i)
        return sin(x) + sin(1.7 * x + 1) + sin(2.3 * x + 2)
      }
    case "repeated integers":
      return (0..<500).map { i in
        Double(Int(20 * pow(sin(0.7 * Double(i)), 2)) * (i % 5 == 0 ? 7 : 1))
      }
    default: return (0..<250).map { 1000 * exp(2 * sin(3.1 * Double($0))) }
    }
  }

  /// Sorted, equal ones as one.
  private func points(_ numbers: [Double]) throws -> Buffer<WeightedValue> {
    var counts: [WeightedValue] = []
    for value in numbers.sorted() {
      if counts.last?.value == value {
        counts[counts.count - 1].count += 1
      } else {
        counts.append(.init(value: value, count: 1))
      }
    }
    let points = try Buffer<WeightedValue>(count: counts.count, for: "test")
    for (place, point) in counts.enumerated() { points.pointer[place] = point }
    return points
  }

  @Test(arguments: 0..<4) func theSameAsScikitLearn(_ index: Int) throws {
    try #require(Self.cases.count == 4)
    let golden = Self.cases[index]
    func wanted(_ key: String) -> [Double] { (golden[key]?.elements ?? []).compactMap(\.real) }
    let points = try points(numbers(golden["name"]?.text ?? ""))
    let start = try Buffer<Int32>(count: points.count, for: "test")
    for place in 0..<points.count { start.pointer[place] = Int32(place / 7 % 10) }
    let mixture = try Mixture(points, start: start)
    #expect(mixture.steps == golden["steps"]?.real.map { Int($0) })
    func near(_ got: [Double], _ key: String) {
      let all = wanted(key)
      #expect(got.count == all.count && !got.isEmpty)
      let worst = zip(got, all).map { abs($0 - $1) / Swift.max(1, abs($1)) }.max() ?? 1
      #expect(worst < 1e-8, "\(key): \(worst)")
    }
    near(mixture.weights, "weights")
    near(mixture.means, "means")
    near(mixture.variances, "variances")
    near([mixture.bound], "bound")
    let levels = mixture.levels
    let shares = wanted("asked").flatMap { x -> [Double] in
      let logarithms = (0..<10).map { mode in
        levels[mode] - 0.5 * pow(x - mixture.means[mode], 2) / mixture.variances[mode]
      }
      let greatest = logarithms.max() ?? 0
      let sum = logarithms.reduce(0) { $0 + exp($1 - greatest) }
      return logarithms.map { exp($0 - greatest) / sum }
    }
    near(shares, "shares")
  }

  @Test func specialFunctions() {
    // Abramowitz & Stegun, 6.3.2 and 6.3.3.
    #expect(abs(digamma(1) + 0.5772156649015329) < 1e-14)
    #expect(abs(digamma(0.5) + 1.9635100260214235) < 1e-14)
    #expect(abs(digamma(1e6) - (log(1e6) - 0.5e-6)) < 1e-12)
    #expect(abs(logBeta(2, 3) - log(1.0 / 12)) < 1e-14)
  }

  @Test func clustersAreIntervals() throws {
    let points = try points([0, 1, 2, 100, 101, 102, 1000])
    #expect(try clusters(of: points, 3).elements.map { $0 } == [0, 0, 0, 1, 1, 1, 2])
    #expect(try clusters(of: self.points([5, 6]), 10).elements.allSatisfy { (0..<10).contains($0) })
  }
}
