import Datasets
import Foundation
import Graphs
import Plans
import Testing

@testable import Metrics

/// Measures of tables as SDMetrics has them (`Goldens/tables.py`).
@Suite struct TableMetricsTests {
  private struct Golden {
    let json: [String: Any]

    init() throws {
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/tables.json")
      json = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    func table(_ name: String) throws -> Table {
      try TableMetricsTests.table(#require(json[name] as? String))
    }
    /// NaN for null.
    func numbers(_ name: String) throws -> [Double] {
      try #require(json[name] as? [Any]).map { $0 as? Double ?? .nan }
    }
  }

  private static func table(_ text: String) throws -> Table {
    let path = "/tmp/libgan-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).csv"
    defer { unlink(path) }
    try Data(text.utf8).write(to: URL(filePath: path))
    return try #require(Dataset.open(path).table)
  }

  private func comparison(_ real: Table, _ fake: Table, training: Table? = nil, threads: Int = 2) throws
    -> Comparison
  {
    let features = try TableFeatures(real)
    return try Comparison(
      real: features.side(of: real), fake: features.side(of: fake), features: features.name, kind: .tables,
      shape: [features.width], training: training, workers: Workers(ThreadPool(threads: threads)))
  }

  private func values(_ metrics: [Metric], _ comparison: Comparison) throws -> [MetricValue] {
    try metrics.flatMap { try $0.values(of: comparison) }
  }

  private static let metrics: [Metric] = [.columnShapes, .pairTrends, .closestRecord]

  @Test func figuresAreSDMetrics() throws {
    let golden = try Golden()
    let found = try values(
      Self.metrics,
      comparison(golden.table("real"), golden.table("fake"), training: golden.table("training")))
    #expect(found.count == 5)
    for figure in found {
      near([figure.value], try golden.numbers(figure.name), "\(figure.name)")
      guard !figure.parts.isEmpty else { continue }
      let expected = try golden.numbers(figure.name + " parts")
      #expect(figure.parts.map(\.isNaN) == expected.map(\.isNaN), "\(figure.name)")
      near(figure.parts.filter { !$0.isNaN }, expected.filter { !$0.isNaN }, "\(figure.name)")
    }
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let golden = try Golden()
    let (real, fake) = (try golden.table("real"), try golden.table("fake"))
    let found = try [1, 3].map { threads in
      let comparison = try comparison(real, fake, training: golden.table("training"), threads: threads)
      let fitting = Metric.all.filter { $0.lack(in: comparison) == nil }
      #expect(fitting.map(\.name).contains("nearest-neighbour"))
      return try values(fitting, comparison).map { ([$0.value] + $0.parts).map(\.bitPattern) }
    }
    #expect(found[0] == found[1] && found[0].count > 10)
  }

  @Test func aTableBesideItselfIsTheSame() throws {
    let real = try Golden().table("real")
    let found = try values(Self.metrics, comparison(real, real, training: real))
    #expect(found.prefix(3).allSatisfy { abs($0.value - 1) < 1e-12 })
    #expect(found.suffix(2).allSatisfy { $0.value == 0 })
  }

  @Test func columnsWithoutValuesHaveNoFigure() throws {
    let some = try Self.table("a,b,c\n1,x,2.5\n2,y,3\n3,x,1\n")
    let none = try Self.table("a,b,c\n,,\n,,\n")
    for (real, fake) in [(some, none), (none, some)] {
      let found = try values([.columnShapes, .pairTrends], comparison(real, fake))
      #expect(found[0].value.isNaN && found[0].parts.allSatisfy(\.isNaN))
      // No value is a choice of its own, which the other table has not.
      #expect(found[2].name == "pair-trends-all" && abs(found[2].value) < 1e-12)
    }
    let one = try Self.table("a\n1\n2\n")
    #expect(try values([.columnShapes, .pairTrends], comparison(one, one)).map(\.value) == [1])
  }

  @Test func otherColumnsAreRefused() throws {
    let table = try Self.table("a,b\n1,x\n2,y\n")
    for (text, expected) in [
      ("a,c\n1,x\n2,y\n", "data: expected columns a, b, got a, c"),
      ("a,b\nq,x\nr,y\n", "data, column 'a': expected integer, got category"),
    ] {
      let other = try Self.table(text)
      do throws(GANError) {
        _ = try TableFeatures(table).side(of: other)
        Issue.record("taken")
      } catch { #expect(error.description == expected) }
    }
    let rows = try Goldens.features(9, 3, seed: 1)
    #expect(throws: GANError.self) { try Metric.columnShapes.values(of: Goldens.comparison(rows, rows)) }
    #expect(Metric.closestRecord.lack(in: try comparison(table, table))?.contains("training") == true)
  }

  /// Texts beyond the most frequent ones share a place, and what is new is one of those.
  @Test func featuresAreNumbersByDeviationAndPlacesOfTexts() throws {
    let table = try Self.table("n,w\n" + (0..<200).map { "\($0 % 2 * 4),t\($0 % 100)\n" }.joined())
    let features = try TableFeatures(table)
    #expect(features.width == 1 + 65)
    let side = try features.side(of: Self.table("n,w\n6,t0\n2,t99\n2,new\n"))
    #expect((0..<3).map { side.features[$0][0] } == [2, 0, 0])
    #expect((0..<3).map { row in (1..<66).filter { side.features[row][$0] == 1 } } == [[1], [65], [65]])
  }
}
