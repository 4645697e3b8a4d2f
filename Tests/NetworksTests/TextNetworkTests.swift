import Foundation
import Graphs
import Testing

@testable import Networks

/// Language models and what judges texts, against plain formulas.
@Suite struct TextNetworkTests {
  private let texts = Texts(vocabulary: 5, length: 4, end: 0)
  private let network = Network(Recurrent(width: 3, depth: 2, embedding: 2))

  private func bound(_ graph: Graph) throws -> (LanguageModel, [String: Tensor]) {
    let layouts = try network.layouts(for: [2, 4], as: .language(texts))
    let scope = Scope(layouts, named: "net", in: graph)
    let values = (0..<layouts.parameters.count).map { 0.8 * sin(1.7 * Double($0) + 0.3) }
    return (try network.languageModel(texts, in: scope), ["net": Tensor([values.count], values)])
  }

  /// All steps at once and token by token are one model.
  @Test func bothWaysGiveTheSameProbabilities() throws {
    let graph = Graph()
    let (language, values) = try bound(graph)
    let tokens = literal([3, 1, 4, 2, 2, 0, 0, 0], [2, 4], in: graph)
    let together = language.logProbabilities(of: tokens)
    var (state, token, columns) = (language.start(2), language.beginning(2), [Node]())
    for place in 0..<4 {
      let (logits, after) = language.next(after: token, state)
      state = after
      token = tokens.sliced(axis: 1, from: place, count: 1).reshaped(to: [2])
      let chosen = equal(
        iota([2, 5], axis: 1, in: graph), token.reshaped(to: [2, 1]).broadcast(to: [2, 5]))
      columns.append(sum(log(softmax(logits)) * chosen, over: [1], keepingAxes: true))
    }
    let results = try evaluate([together, concatenate(columns, axis: 1)], with: values)
    #expect(zip(results[0].values, results[1].values).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func masksEndBehindTheEndMark() throws {
    let graph = Graph()
    let tokens = literal([3, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], [3, 4], in: graph)
    let mask = try evaluate([texts.mask(of: tokens)], with: [:])[0]
    #expect(mask.values == [1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test func drawnTextsStayAtTheirEnd() throws {
    let graph = Graph()
    let (language, values) = try bound(graph)
    let drawn = language.texts(40)
    for seed in 0..<3 {
      let result = try evaluate([drawn], with: values, random: RandomState(seed: UInt64(seed)))[0]
      for row in 0..<40 {
        let tokens = Array(result.values[row * 4..<row * 4 + 4])
        #expect(tokens.allSatisfy { (0..<5).contains($0) })
        let end = tokens.firstIndex(of: 0) ?? 4
        #expect(tokens[end...].allSatisfy { $0 == 0 })
      }
    }
  }

  /// Low temperatures take the likeliest token.
  @Test func temperatureSharpens() throws {
    let graph = Graph()
    let (language, values) = try bound(graph)
    let cold = language.texts(1, temperature: .constant(1e-3, in: graph))
    let results = try (0..<4).map {
      try evaluate([cold], with: values, random: RandomState(seed: $0))[0].values
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// Block p keeps tokens 0…p; the rest follows from the same numbers by the plain loop over beginnings.
  @Test func rolloutsContinueEveryBeginning() throws {
    let graph = Graph()
    let (language, values) = try bound(graph)
    let given: [Double] = [3, 1, 4, 2, 2, 0, 0, 0]
    let all = language.rollouts(of: literal(given, [2, 4], in: graph))
    let result = try evaluate([all], with: values, random: RandomState(seed: 5))[0]
    #expect(result.shape == [8, 4])
    for block in 0..<4 {
      for sample in 0..<2 {
        let place = (block * 2 + sample) * 4
        let row = Array(result.values[place..<place + 4])
        let start = sample * 4
        let beginning = Array(given[start...start + block])
        #expect(Array(row[...block]) == beginning)
        let end = row.firstIndex(of: 0) ?? 4
        #expect(row[end...].allSatisfy { $0 == 0 })
      }
    }
    #expect(Array(result.values[24...]) == given)
  }

  /// Continuations are distributed as the model says: of one beginning, all next tokens.
  @Test func rolloutsAreDrawnByTheirProbabilities() throws {
    let graph = Graph()
    let (language, values) = try bound(graph)
    let count = 4000
    let text: [Double] = [3, 1, 4, 2]
    let given = (0..<4 * count).map { text[$0 % 4] }
    let all = language.rollouts(of: literal(given, [count, 4], in: graph))
    let before = language.next(
      after: .constant(3, [1], in: graph),
      language.next(after: language.beginning(1), language.start(1)).state)
    let results = try evaluate([all, softmax(before.logits)], with: values, random: RandomState(seed: 1))
    var counts = Array(repeating: 0.0, count: 5)
    for row in 0..<count { counts[Int(results[0].values[row * 4 + 1])] += 1 }
    for (share, probability) in zip(counts, results[1].values) {
      let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
      #expect(abs(share / Double(count) - probability) < 5 * deviation)
    }
  }

  @Test func convolutionsTakeTheGreatestOfEachFilter() throws {
    let layer = TextConvolutions(kernels: [2, 9], filters: [2, 1])
    let scratch = Graph()
    let declaring = Scope(declaringIn: scratch)
    _ = layer(scratch.add(Input("x", [1, 3, 2])), in: declaring)
    let graph = Graph()
    let scope = Scope(declaring.layouts, named: "net", in: graph)
    let y = layer(graph.add(Input("x", [1, 3, 2])), in: scope)
    let x: [Double] = [1, -2, 0.5, 3, -1, 0.25]
    let weights = (0..<declaring.layouts.parameters.count).map { sin(Double($0) + 1) }
    // [2, 2, 2] and two biases, then [3, 2, 1] and one.
    var wanted = [0.0, 0, 0]
    for place in 0..<2 {
      for filter in 0..<2 {
        let value = (0..<4).reduce(weights[8 + filter]) { $0 + x[place * 2 + $1] * weights[$1 * 2 + filter] }
        wanted[filter] = max(wanted[filter], value)
      }
    }
    wanted[2] = max(0, (0..<6).reduce(weights[16]) { $0 + x[$1] * weights[10 + $1] })
    let result = try evaluate([y], with: ["x": Tensor([1, 3, 2], x), "net": Tensor([17], weights)])[0]
    #expect(zip(result.values, wanted).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
