import CMemory
import Foundation
import Graphs
import Testing

@testable import Datasets

@Suite struct DatasetTests {
  let folder = TemporaryFolder()

  @Test func pathsThatCannotBeRead() throws {
    let missing = failure { _ = try Dataset.open(folder.path + "/none") }
    #expect(missing?.kind == .io && missing?.field == folder.path + "/none")
    #expect(missing!.problem.contains("No such file"))
    let empty = folder.write("empty", [])
    #expect(failure { _ = try Dataset.open(empty) }?.problem.contains("empty") == true)
    #expect(failure { _ = try Dataset.open("") }?.kind == .argument)
    #expect(failure { _ = try Dataset.open("a\0b") }?.kind == .argument)
    #expect(failure { _ = try Dataset.open("/dev/zero") }?.kind == .io)
    #expect(failure { _ = try Dataset.open(empty + "/below") }?.problem.contains("Not a directory") == true)
    let other = folder.write("a.json", Array("{}".utf8))
    #expect(failure { _ = try Dataset.open(other) }?.kind == .format)
    #expect(failure { _ = try Dataset.open(folder.write("a.csv", [65])) }?.kind == .format)
    let pipe = folder.path + "/pipe"
    mkfifo(pipe, 0o600)
    #expect(failure { _ = try Dataset.open(pipe) }?.kind == .io)
  }

  @Test(.enabled(if: getuid() != 0, "the administrator may read everything"))
  func pathsThatMayNotBeRead() throws {
    let file = folder.write("secret", [1])
    chmod(file, 0)
    #expect(failure { _ = try Dataset.open(file) }?.problem.contains("Permission denied") == true)
    let inner = folder.makeFolder("inner")
    chmod(inner, 0)
    #expect(failure { _ = try Dataset.open(inner) }?.problem.contains("Permission denied") == true)
  }

  @Test func aFolderWhereALabelFileIsExpected() throws {
    var options = DatasetOptions()
    options.labels = folder.path
    let error = failure { _ = try Dataset.open(folder.write("a", idx([1, 1], [1])), options) }
    #expect(error?.kind == .io && error!.problem.contains("a folder"))
  }

  @Test func arraysFromMemory() throws {
    let data = try makeDataset([0, 1, 2, 3, 4, 5], [3, 2], labels: [1, 0, 1])
    #expect(data.kind == .vectors && data.sampleShape == [2] && data.count == 3)
    #expect(data.values(1) == [2, 3] && data.label(of: 2) == 1 && data.classes == 2)
    #expect(data.info.source == "memory" && data.info.bytes == 36)
    let images = try makeDataset([-1, 0, 0.5, 1, 0, 0], [1, 2, 3])
    #expect(images.kind == .images && images.sampleShape == [2, 3, 1])
    #expect(images.values(0, flipped: true) == [0.5, 0, -1, 0, 0, 1])
    #expect(images.label(of: 0) == -1)
  }

  @Test func wrongArraysFromMemory() throws {
    #expect(failure { _ = try makeDataset([1, .nan], [2, 1]) }?.problem.contains("nan") == true)
    #expect(failure { _ = try makeDataset([1, 2], [3, 1]) }?.field == "batch.data")
    #expect(failure { _ = try makeDataset([1, 2], [2, 1], labels: [1]) }?.field == "batch.labels")
    #expect(failure { _ = try makeDataset([1, 2], [2, 1], labels: [1, -2]) }?.field == "batch.labels")
    #expect(failure { _ = try makeDataset([1, 255], [1, 1, 2]) }?.kind == .format)
  }

  @Test func flippingColoursMovesPixels() throws {
    let data = try makeDataset([0, 0.1, 0.2, 0.5, 0.6, 0.7], [1, 1, 2, 3])
    #expect(data.values(0, flipped: true) == [0.5, 0.6, 0.7, 0, 0.1, 0.2])
  }

  @Test func everyByteComesBackFromItsValue() throws {
    let bytes = (0...255).map { UInt8($0) }
    let data = try Dataset.open(folder.write("x", idx([1, 16, 16], bytes)))
    #expect(data.bytes(0) == bytes)
    #expect(data.values(0)[255] == 1 && data.values(0)[0] == -1)
    #expect(byte(.nan) == 0 && byte(.infinity) == 255 && byte(-.infinity) == 0 && byte(0) == 128)
  }

  @Test func optionsInJSON() throws {
    func options(_ json: String) throws -> DatasetOptions {
      try JSONDecoder().decode(DatasetOptions.self, from: Data(json.utf8))
    }
    let full = try options(
      #"{"size":[8,9],"crop":true,"channels":3,"background":[1,2,3],"labels":"l","kind":"images","range":[0,1],"limit":5}"#
    )
    #expect(full.size == [8, 9] && full.crop && full.limit == 5 && full.kind == .images)
    #expect(try JSONDecoder().decode(DatasetOptions.self, from: JSONEncoder().encode(full)) == full)
    #expect(try options("{}") == DatasetOptions())
    let unknown = failure { _ = try options(#"{"sise":[8,8]}"#) }
    #expect(unknown?.field == "sise" && unknown!.problem.contains("size"))
    let wrong = [
      "size": "[8]", "crop": "true", "channels": "5", "background": "[1,2]", "range": "[1,1]", "limit": "0",
    ]
    for (key, value) in wrong {
      #expect(failure { _ = try options("{\"\(key)\":\(value)}") }?.field == key, "\(key)")
    }
    #expect(failure { _ = try options(#"{"size":[8,99999999]}"#) }?.field == "size")
  }
}

/// Failing allocations, in a process of their own: the failure is told to the whole process.
@Suite struct MemoryFailureTests {
  @Test func everyFailedAllocationIsAnError() throws {
    let folder = TemporaryFolder()
    let pictures = folder.makeFolder("p")
    _ = folder.write("p/a.png", PNGFixture.grey(2, 2, [1, 2, 3, 4]))
    _ = folder.write("p/b.png", PNGFixture.grey(3, 2, [1, 2, 3, 4, 5, 6]))
    let array = folder.write(
      "a.gz", compress(npy("<f4", "(2, 1)", littleEndian([1, 2] as [Float])), gzip: true))
    for (path, size) in [(pictures, [2, 2]), (array, nil)] {
      var options = DatasetOptions()
      options.size = size
      #expect(try Dataset.open(path, options).count == 2)
      let failures = inChild { countFailures(path, options) }
      #expect((3..<40).contains(failures), "\(failures) for \(path)")
    }
  }
}

/// How many allocations can fail, each giving an error of kind memory; 99 for another outcome.
private func countFailures(_ path: String, _ options: DatasetOptions) -> Int32 {
  for count in 0..<40 {
    gan_memory_fail_after(Int64(count))
    let error = failure { _ = try Dataset.open(path, options) }
    gan_memory_fail_after(-1)
    guard let error else { return Int32(count) }
    guard error.kind == .memory else { return 99 }
  }
  return 98
}
