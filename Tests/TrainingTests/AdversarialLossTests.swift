import Glibc
import Graphs
import Testing

@testable import Training

/// What the goldens do not cover: smoothed labels, scores at which a logarithm of a sigmoid would
/// overflow, and the accuracy that is reported.
@Suite struct AdversarialLossTests {
  private func value(_ build: (Node, Node) -> Node, real: [Double], fake: [Double]) throws -> Double {
    let graph = Graph()
    let (r, f) = (graph.add(Input("r", [real.count])), graph.add(Input("f", [fake.count])))
    return try evaluate(
      [build(r, f)], with: ["r": Tensor([real.count], real), "f": Tensor([fake.count], fake)])[0].values[0]
  }

  @Test func smoothedLabelsMoveTheTarget() throws {
    let (real, fake) = ([0.7, -0.2], [0.1, -1.5])
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let expected =
      real.reduce(0) { $0 - 0.9 * log(sigmoid($1)) - 0.1 * log(1 - sigmoid($1)) } / 2
      + fake.reduce(0) { $0 - log(1 - sigmoid($1)) } / 2
    let got = try value({ AdversarialLoss.nonSaturating.discriminator($0, $1, 0.9) }, real: real, fake: fake)
    #expect(abs(got - expected) < 1e-12)
    let squares = try value(
      { AdversarialLoss.leastSquares.discriminator($0, $1, 0.9) }, real: [0.9], fake: [0])
    #expect(abs(squares) < 1e-12)
  }

  @Test(arguments: AdversarialLoss.all.map(\.name)) func extremeScoresStayFinite(name: String) throws {
    let loss = try AdversarialLoss.named(name)
    for (real, fake) in [(1e4, -1e4), (-1e4, 1e4), (0, 0)] {
      #expect(try value({ loss.discriminator($0, $1, 1) }, real: [real], fake: [fake]).isFinite)
      #expect(try value(loss.generator, real: [real], fake: [fake]).isFinite)
    }
  }

  @Test(arguments: AdversarialLoss.all.map(\.name)) func betterScoresCostLess(name: String) throws {
    let loss = try AdversarialLoss.named(name)
    let good = try value({ loss.discriminator($0, $1, 1) }, real: [1], fake: [0])
    let bad = try value({ loss.discriminator($0, $1, 1) }, real: [0], fake: [1])
    #expect(good < bad)
    #expect(try value(loss.generator, real: [0.5], fake: [1]) < value(loss.generator, real: [0.5], fake: [0]))
  }

  @Test func accuracyIsAShareOfSidesOrOfPairs() throws {
    func accuracy(_ loss: AdversarialLoss, _ real: [Double], _ fake: [Double]) throws -> Double {
      try value({ loss.accuracy(real: $0, fake: $1) }, real: real, fake: fake)
    }
    #expect(try accuracy(.nonSaturating, [1, -1, 2, 3], [-1, -1, 1, 1]) == (0.75 + 0.5) / 2)
    #expect(try accuracy(.leastSquares, [0.6, 0.4], [0.4, 0.6]) == 0.5)
    #expect(try accuracy(.hinge, [5, 6, 7, 8], [4, 7, 6, 7]) == 0.75)
    #expect(try accuracy(.wasserstein, [0, 0], [0, -1]) == 0.5)
  }
}
