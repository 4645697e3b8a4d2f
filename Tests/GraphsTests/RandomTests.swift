import Testing

@testable import Graphs

@Suite struct RandomTests {
  private typealias Build = (Graph, Int) -> Node

  private let builds: [Build] = [
    { graph, rows in graph.add(RandomNormal(shape: [rows, 3], stream: 5)) },
    { graph, rows in graph.add(RandomNormal(shape: [rows, 2, 2, 3], stream: 5)) },
    { graph, rows in graph.add(RandomUniform(shape: [rows, 5], stream: 5)) },
    { graph, rows in graph.add(RandomUniform(shape: [rows], stream: 5)) },
    { graph, rows in graph.add(RandomBernoulli(shape: [rows, 7], probability: 0.4, stream: 5)) },
    { graph, rows in
      let even = Node.constant(0.125, [rows, 8], in: graph)
      return graph.add(RandomCategorical(stream: 5), [even])
    },
  ]

  /// Sample 6 is row 6 of a batch that begins at 0, row 1 of one that begins at 5.
  @Test func aSampleDoesNotDependOnItsBatch() throws {
    for build in builds {
      let whole = try draw(rows: 12, build, RandomState(seed: 9, step: 4))
      let part = try draw(rows: 3, build, RandomState(seed: 9, step: 4, first: 5))
      let width = whole.count / 12
      #expect(Array(whole[5 * width..<8 * width]) == part)
      #expect(Set(whole).count > 1)
    }
  }

  @Test func seedStepAndStreamEachChangeEverything() throws {
    let build = builds[0]
    let base = try draw(rows: 4, build, RandomState(seed: 1))
    #expect(try base == draw(rows: 4, build, RandomState(seed: 1)))
    let others = [
      try draw(rows: 4, build, RandomState(seed: 2)),
      try draw(rows: 4, build, RandomState(seed: 1 | 1 << 32)),
      try draw(rows: 4, build, RandomState(seed: 1, step: 1)),
      try draw(
        rows: 4, { $0.add(RandomNormal(shape: [$1, 3], stream: 6)) }, RandomState(seed: 1)),
    ]
    for other in others { #expect(Set(base).isDisjoint(with: other)) }
  }

  @Test func formulasDrawFromStreamsOfTheirOwn() {
    let graph = Graph()
    #expect(randomNormal([2, 2], in: graph) != randomNormal([2, 2], in: graph))
    #expect(randomUniform([2, 2], in: graph) != randomUniform([2, 2], in: graph))
  }

  @Test func bernoulliAndCategoricalHaveTheirProbabilities() throws {
    let state = RandomState(seed: 21)
    let coins = try draw(
      rows: 5000, { $0.add(RandomBernoulli(shape: [$1], probability: 0.3, stream: 1)) }, state)
    #expect(Swift.abs(coins.reduce(0, +) / 5000 - 0.3) < 0.033)
    let picks = try draw(
      rows: 5000,
      { graph, rows in
        let row = literal([0.2, 0, 0.5, 0.3], [4], in: graph).broadcast(to: [rows, 4])
        return graph.add(RandomCategorical(stream: 1), [row])
      }, state)
    for (index, probability) in [0.2, 0, 0.5, 0.3].enumerated() {
      let share = Double(picks.filter { $0 == Double(index) }.count) / 5000
      #expect(Swift.abs(share - probability) <= (probability == 0 ? 0 : 0.036), "\(index)")
    }
  }

  /// A row that sums to less than the uniform falls to the last class that can occur at all.
  @Test func roundingNeverPicksAnImpossibleClass() throws {
    let picks = try draw(
      rows: 64,
      { graph, rows in
        let row = literal([0, 1e-9, 0], [3], in: graph).broadcast(to: [rows, 3])
        return graph.add(RandomCategorical(stream: 1), [row])
      }, RandomState(seed: 1))
    #expect(picks.allSatisfy { $0 == 1 })
  }

  private func draw(rows: Int, _ build: Build, _ state: RandomState) throws -> [Double] {
    try evaluate([build(Graph(), rows)], with: [:], random: state)[0].values
  }
}
