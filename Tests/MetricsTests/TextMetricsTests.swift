import Datasets
import Foundation
import Graphs
import Plans
import Testing

@testable import Metrics

/// BLEU and self-BLEU as NLTK has them (`Goldens/text.py`).
@Suite struct TextMetricsTests {
  private struct Golden: Decodable {
    let real: [[Float]]
    let fake: [[Float]]
    let bleu: [Double]
    let selfBLEU: [Double]
    let unique: Double

    enum CodingKeys: String, CodingKey {
      case real, fake, bleu, unique
      case selfBLEU = "self-bleu"
    }
  }

  private func golden() throws -> Golden {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/text.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  private func rows(_ values: [[Float]]) throws -> Rows {
    let rows = try Rows(count: values.count, width: values[0].count, for: "test")
    for (row, tokens) in values.enumerated() {
      for (place, token) in tokens.enumerated() { rows[row][place] = token }
    }
    return rows
  }

  private func comparison(_ real: [[Float]], _ fake: [[Float]], kind: DataKind = .text) throws -> Comparison {
    let (real, fake) = (try rows(real), try rows(fake))
    return try Comparison(
      real: .init(features: real, samples: real), fake: .init(features: fake, samples: fake), features: "raw",
      kind: kind, shape: [real.width], endToken: 0, workers: Goldens.workers)
  }

  @Test func figuresAreNLTKs() throws {
    let golden = try golden()
    let comparison = try comparison(golden.real, golden.fake)
    let bleu = try Metric.bleu.values(of: comparison).map(\.value)
    let selfBLEU = try Metric.selfBLEU.values(of: comparison).map(\.value)
    #expect(zip(bleu, golden.bleu).allSatisfy { abs($0 - $1) < 1e-12 }, "\(bleu)")
    #expect(zip(selfBLEU, golden.selfBLEU).allSatisfy { abs($0 - $1) < 1e-12 }, "\(selfBLEU)")
    #expect(try Metric.unique.values(of: comparison)[0].value == golden.unique)
  }

  @Test func textsThatAreAllAlikeOrEmpty() throws {
    let alike = try comparison([[1, 2, 3, 4]], [[1, 2, 3, 4], [1, 2, 3, 4]])
    #expect(try Metric.bleu.values(of: alike).allSatisfy { abs($0.value - 1) < 1e-12 })
    #expect(try Metric.unique.values(of: alike)[0].value == 0.5)
    let empty = try comparison([[1, 0, 0, 0]], [[0, 0, 0, 0], [2, 0, 0, 0]])
    #expect(try Metric.bleu.values(of: empty).allSatisfy { $0.value == 0 })
  }

  @Test func otherDataIsNoText() throws {
    let points = try comparison([[1, 2]], [[1, 2], [3, 4]], kind: .vectors)
    #expect(throws: GANError.self) { try Metric.bleu.values(of: points) }
  }
}
