import CDatasetsFixtures
import Glibc
import Graphs
import Testing

@testable import Datasets

@Suite struct BatchSourceTests {
  /// Samples 0 ..< count of one value each, labels alike.
  private func numbers(_ count: Int) throws -> Dataset {
    try makeDataset((0..<count).map(Float.init), [count, 1], labels: (0..<count).map(Int32.init))
  }

  private func take(_ source: BatchSource, _ batches: Int) throws -> [[Float]] {
    try (0..<batches).map { _ in Array(try source.next().values) }
  }

  @Test func everyEpochHasEverySampleOnce() throws {
    let source = try BatchSource(try numbers(10), batch: 4, seed: 7)
    let values = try take(source, 15).flatMap { $0 }
    let epochs = stride(from: 0, to: 60, by: 10).map { Array(values[$0..<$0 + 10]) }
    for epoch in epochs { #expect(epoch.sorted() == (0..<10).map(Float.init)) }
    #expect(Set(epochs).count == 6)
    #expect(source.position == 15)
  }

  @Test func labelsFollowTheirSamples() throws {
    let source = try BatchSource(try numbers(10), batch: 3, seed: 1)
    for k in 0..<8 {
      let batch = try source.next()
      #expect(batch.index == Int64(k) && batch.shape == [3, 1])
      #expect(try #require(batch.labels).map(Float.init) == Array(batch.values))
    }
    let plain = try BatchSource(try makeDataset([1, 2], [2, 1]), batch: 1, seed: 1)
    #expect(try plain.next().labels == nil)
  }

  @Test func seedDecides() throws {
    let data = try numbers(50)
    let one = try take(try BatchSource(data, batch: 8, seed: 3), 20)
    #expect(try take(try BatchSource(data, batch: 8, seed: 3), 20) == one)
    #expect(try take(try BatchSource(data, batch: 8, seed: 4), 20) != one)
  }

  @Test func seekingGivesTheSameBatches() throws {
    let data = try numbers(11)
    let whole = try take(try BatchSource(data, batch: 4, seed: 5), 30)
    let source = try BatchSource(data, batch: 4, seed: 5)
    for k in [17, 3, 29, 0, 0, 12] {
      try source.seek(toBatch: Int64(k))
      #expect(Array(try source.next().values) == whole[k])
    }
    try source.seek(toBatch: 20)
    #expect(try take(source, 10) == Array(whole[20...]))
  }

  @Test func absurdArguments() throws {
    let data = try numbers(3)
    #expect(failure { _ = try BatchSource(data, batch: 0, seed: 0) }?.field == "batch")
    #expect(failure { _ = try BatchSource(data, batch: .max, seed: 0) }?.field == "batch")
    let source = try BatchSource(data, batch: 4, seed: 0)
    #expect(failure { try source.seek(toBatch: -1) }?.kind == .argument)
    #expect(failure { try source.seek(toBatch: .max) }?.kind == .argument)
    try source.seek(toBatch: (Int64.max >> 2) / 4)
    _ = try take(source, 5)
  }

  @Test func aBatchMayBeLargerThanTheDataset() throws {
    let source = try BatchSource(try numbers(3), batch: 10, seed: 2)
    let values = try take(source, 3).flatMap { $0 }
    for start in stride(from: 0, to: 30, by: 3) { #expect(values[start..<start + 3].sorted() == [0, 1, 2]) }
    #expect(try take(try BatchSource(try numbers(1), batch: 5, seed: 2), 1) == [[0, 0, 0, 0, 0]])
  }

  @Test func aboutHalfIsFlippedAndThatDependsOnTheSeedAlone() throws {
    let images = try makeDataset([0, 1, 0, 1, 0, 1, 0, 1], [4, 1, 2])
    func lefts(_ seed: UInt64, flip: Bool = true) throws -> [Float] {
      let values = try take(try BatchSource(images, batch: 50, seed: seed, flip: flip), 20).flatMap { $0 }
      return stride(from: 0, to: values.count, by: 2).map { values[$0] }
    }
    let flipped = try lefts(1)
    #expect((400...600).contains(flipped.reduce(0, +)))
    #expect(try lefts(1) == flipped)
    #expect(try lefts(2) != flipped)
    #expect(try lefts(1, flip: false).allSatisfy { $0 == 0 })
  }

  @Test func theThreadStartsWhenNeededBlocksSignalsAndEndsWithItsSource() throws {
    var source: BatchSource? = try BatchSource(try numbers(10), batch: 4, seed: 7)
    #expect(source?.reader == nil)
    _ = try source?.next()
    weak let reader = source?.reader
    #expect(reader != nil)
    // The second batch is the thread's own: it runs then.
    _ = try source?.next()
    #expect(signalMasks().contains { $0.hasSuffix("fffffffe7ffbfeff") }, "all but what glibc keeps")
    source = nil
    // The thread held it to its end.
    #expect(reader == nil)
  }

  /// The signals that each thread of this process blocks.
  private func signalMasks() -> [String] {
    guard let folder = opendir("/proc/self/task") else { return [] }
    defer { closedir(folder) }
    var masks: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let status = String(decoding: readBytes("/proc/self/task/\(name)/status"), as: UTF8.self)
      masks += status.split(separator: "\n").filter { $0.hasPrefix("SigBlk") }.map(String.init)
    }
    return masks
  }

  @Test(.enabled(if: fixture_under_thread_sanitizer() == 0, "ThreadSanitizer cannot fork beside threads"))
  func aForkedChildReadsOnByItself() throws {
    let data = try numbers(1000)
    let whole = try take(try BatchSource(data, batch: 300, seed: 5), 12)
    for first in 0..<6 {
      let source = try BatchSource(data, batch: 300, seed: 5)
      #expect(try take(source, first) == Array(whole[..<first]))
      let status = inChild {
        let rest = try? take(source, 12 - first)
        return rest == Array(whole[first...]) ? 0 : 1
      }
      #expect(status == 0, "after \(first) batches")
      #expect(try take(source, 12 - first) == Array(whole[first...]))
    }
  }
}
