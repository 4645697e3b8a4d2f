import Graphs
import Testing

@testable import Training

@Suite struct AugmentationTests {
  private func applied(_ augmentation: Augmentation, to x: Tensor, probability: Double? = nil) throws
    -> Tensor
  {
    let graph = Graph()
    let adaptive = probability.map { Node.constant($0, in: graph) }
    let y = augmentation.applied(to: graph.add(Input("x", x.shape)), probability: adaptive)
    return try evaluate([y], with: ["x": x], random: RandomState(seed: 3))[0]
  }

  private let image = Tensor([64, 8, 8, 1], (0..<4096).map { Double($0 % 64) + 1 })

  private func samples(_ x: Tensor) -> [[Double]] {
    (0..<64).map { Array(x.values[$0 * 64..<($0 + 1) * 64]) }
  }

  @Test func translationGoesAnEighthEitherWay() throws {
    var shifts: Set<[Int]> = []
    for sample in samples(try applied(Augmentation([.translation]), to: image)) {
      // The pixel that is at (3, 3) now comes from row and column of its value.
      let source = Int(sample[3 * 8 + 3]) - 1
      shifts.insert([source / 8 - 3, source % 8 - 3])
      #expect(sample.filter { $0 > 0 }.count == (8 - abs(source / 8 - 3)) * (8 - abs(source % 8 - 3)))
    }
    #expect(shifts == Set((-1...1).flatMap { row in (-1...1).map { [row, $0] } }))
  }

  @Test func cutoutTakesARectangleOfHalfTheSides() throws {
    let rest = samples(try applied(Augmentation([.cutout]), to: image)).map { $0.filter { $0 == 0 }.count }
    #expect(rest.max() == 16 && (rest.min() ?? 0) >= 4)
  }

  @Test func flipMirrorsHalfTheSamples() throws {
    let flipped = samples(try applied(Augmentation([.flip]), to: image)).filter { $0[0] == 8 }
    #expect((20...44).contains(flipped.count))
    for sample in flipped { #expect(sample[7] == 1 && sample[8] == 16) }
  }

  @Test func aProbabilityOfZeroChangesNothing() throws {
    let all = Augmentation(Augmentation.Transform.allCases, target: 0.6)
    let still = try applied(all, to: image, probability: 0)
    #expect(zip(still.values, image.values).allSatisfy { abs($0 - $1) < 1e-9 })
    let moved = try applied(all, to: image, probability: 0.5)
    let same = zip(samples(moved), samples(image)).filter { zip($0, $1).allSatisfy { abs($0 - $1) < 1e-9 } }
    // Six gates of ½, one of them of a flip in two.
    #expect(same.count < 10)
  }

  @Test func packsAreNeighboursChannelByChannel() throws {
    let graph = Graph()
    let x = Tensor([4, 1, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8])
    let y = try evaluate([packed(graph.add(Input("x", x.shape)), by: 2)], with: ["x": x])[0]
    #expect(y.shape == [2, 1, 2, 2] && y.values == [1, 3, 2, 4, 5, 7, 6, 8])
    let odd = Graph()
    _ = packed(odd.add(Input("x", [3, 2])), by: 2)
    #expect(odd.error?.description.contains("batch: expected a multiple of packing, 2, got 3") == true)
  }

  @Test func orthogonalColumnsCostNothing() throws {
    let graph = Graph()
    func cost(_ values: [Double], _ shape: Shape) throws -> Double {
      let term = try #require(orthogonality(of: [graph.add(Input("\(values)", shape))]))
      return try evaluate([term], with: ["\(values)": Tensor(shape, values)])[0].values[0]
    }
    #expect(try cost([3, 0, 0, 1], [2, 2]) == 0)
    // Products 1·2 off the diagonal, twice; wide and tall alike.
    #expect(abs(try cost([1, 2], [1, 2]) - 8) < 1e-12)
    #expect(abs(try cost([1, 0, 1, 0], [2, 2]) - 0) < 1e-12)
    #expect(abs(try cost([1, 1, 1, 1, 0, 0], [3, 2]) - 8) < 1e-12)
  }
}
