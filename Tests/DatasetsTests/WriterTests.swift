import Glibc
import Graphs
import Testing

@testable import Datasets

/// Atomic writing, PNG, grids, scatter plots and arrays.
@Suite struct WriterTests {
  let folder = TemporaryFolder()

  private func image(_ path: String) throws -> (shape: Shape, bytes: [UInt8]) {
    let own = TemporaryFolder()
    _ = own.write("a.png", readBytes(path))
    let data = try Dataset.open(own.path)
    return (data.sampleShape, data.bytes(0))
  }

  @Test func writingReplacesWholeFiles() throws {
    let path = folder.path + "/a"
    try atomicWrite(path, text: "one, long")
    chmod(path, 0o600)
    try atomicWrite(path, text: "two")
    #expect(readBytes(path) == Array("two".utf8))
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(folder.names == ["a"])
    try atomicWrite(path, text: "")
    #expect(readBytes(path).isEmpty)
  }

  @Test func linksAreFollowed() throws {
    let path = folder.write("target", [1])
    symlink("target", folder.path + "/link")
    try atomicWrite(folder.path + "/link", text: "x")
    #expect(readBytes(path) == [120] && folder.names == ["link", "target"])
  }

  @Test func aFullDiskIsAnErrorAndTheDeviceStays() throws {
    let error = failure { try atomicWrite("/dev/full", text: "x") }
    #expect(error?.kind == .io && error?.description == "/dev/full: cannot write: No space left on device")
    var status = stat()
    #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(
      failure { try writeArray(UnsafeBufferPointer(start: nil, count: 0), shape: [0], to: "/dev/full") }?.kind
        == .io)
  }

  @Test func failuresLeaveNothingBehind() throws {
    let inner = folder.makeFolder("inner")
    #expect(failure { try atomicWrite(inner, text: "x") }?.problem.contains("a folder") == true)
    #expect(
      failure { try atomicWrite(folder.path + "/none/a", text: "x") }?.problem.contains("No such file")
        == true)
    #expect(failure { try atomicWrite("", text: "x") }?.kind == .argument)
    let long = folder.path + "/" + String(repeating: "x", count: 300)
    #expect(failure { try atomicWrite(long, text: "x") }?.kind == .io)
    #expect(folder.names == ["inner"])
  }

  /// A file may not grow above the limit: write fails after a part is written.
  @Test func aFailureInTheMiddleKeepsWhatWas() throws {
    let path = folder.write("a", [7])
    let status = inChild {
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      signal(SIGXFSZ, SIG_IGN)
      setrlimit(__rlimit_resource_t(1), &limit)
      let error = failure { try atomicWrite(path, text: String(repeating: "x", count: 200_000)) }
      return error?.kind == .io && error?.field == path ? 0 : 1
    }
    #expect(status == 0)
    #expect(readBytes(path) == [7] && folder.names == ["a"])
  }

  @Test func gridsPlaceEveryImage() throws {
    let path = folder.path + "/grid.png"
    // Three images of one pixel: two columns, two rows, margin 1, magnified twice.
    try writeGrid([-1, 0, 1], shape: [3, 1, 1, 1], GridOptions(columns: 2, scale: 2, margin: 1), to: path)
    let (shape, bytes) = try image(path)
    #expect(shape == [7, 7, 1])
    let expected: [[UInt8]] = [
      [255, 255, 255, 255, 255, 255, 255], [255, 0, 0, 255, 128, 128, 255], [255, 0, 0, 255, 128, 128, 255],
    ]
    #expect(Array(bytes[..<21]) == expected.flatMap { $0 })
    #expect(bytes[21...].allSatisfy { $0 == 255 })
  }

  @Test func gridsOfColoursAndTheirDefaults() throws {
    let path = folder.path + "/grid.png"
    let samples = (0..<5 * 28 * 28 * 3).map { Float($0 % 3) - 1 }
    try writeGrid(samples, shape: [5, 28, 28, 3], to: path)
    let (shape, bytes) = try image(path)
    // Three columns, two rows, doubled.
    #expect(shape == [2 * 58 + 2, 3 * 58 + 2, 3])
    #expect(Array(bytes[(2 * 176 + 2) * 3..<(2 * 176 + 3) * 3]) == [0, 128, 255])
    try writeGrid([1, 0, -1, 1], shape: [1, 1, 1, 4], to: path)
    try writeGrid([.nan, .infinity, 0], shape: [1, 1, 1, 3], GridOptions(scale: 1, margin: 0), to: path)
    #expect(try image(path).bytes == [0, 255, 128])
  }

  @Test func gridsThatCannotBe() throws {
    let path = folder.path + "/grid.png"
    let shapes: [Shape] = [
      [2, 1, 1, 1], [1, 1, 2, 1], [1, 2, 1], [1, 1, 1, 2], [0, 1, 1, 1], [1 << 62, 4, 1, 1],
    ]
    for shape in shapes {
      #expect(failure { try writeGrid([1], shape: shape, to: path) }?.kind == .argument, "\(shape)")
    }
    for options in [GridOptions(columns: 0), GridOptions(scale: -1), GridOptions(margin: 1 << 40)] {
      #expect(failure { try writeGrid([1], shape: [1, 1, 1, 1], options, to: path) }?.kind == .argument)
    }
    #expect(folder.names == [])
    let nowhere = failure { try writeGrid([1], shape: [1, 1, 1, 1], to: folder.path + "/none/a.png") }
    #expect(nowhere?.kind == .io && nowhere!.description.contains("none/a.png"))
  }

  @Test func scatterPlotsShowRealBelowFake() throws {
    let path = folder.path + "/points.png"
    try writeScatter([0, 0, .nan, 0, 1e30, 1], real: [-1, -1, 1, 1, 0, 0], dimensions: 2, to: path)
    let (shape, bytes) = try image(path)
    #expect(shape == [512, 512, 3])
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(bytes[(y * 512 + x) * 3..<(y * 512 + x) * 3 + 3]) }
    #expect(pixel(256, 256) == [31, 90, 190])
    // 512 pixels show 2.5 units.
    #expect(pixel(256 + 204, 256 - 205) == [205, 205, 205])
    #expect(pixel(256 - 205, 256 + 204) == [205, 205, 205])
    #expect(pixel(10, 10) == [255, 255, 255])
    #expect(stride(from: 0, to: bytes.count, by: 3).count { bytes[$0] == 31 } == 13)
  }

  @Test func scatterPlotsOfAnything() throws {
    let path = folder.path + "/points.png"
    for points in [[], [.nan], [3], [-3e38, 3e38], [.infinity, 1, 2]] as [[Float]] {
      try writeScatter(points, dimensions: 1, to: path)
      #expect(try image(path).shape == [512, 512, 3])
    }
    #expect(failure { try writeScatter([1, 2, 3], dimensions: 2, to: path) }?.kind == .argument)
    #expect(failure { try writeScatter([1], dimensions: 0, to: path) }?.kind == .argument)
  }

  @Test func arraysAreReadAsWritten() throws {
    let path = folder.path + "/a.npy"
    for shape in [[6], [3, 2], [1, 6, 1], [1, 2, 1, 3]] as [Shape] {
      let values: [Float] = [0, 0.5, -1, 1, 0.25, -0.125]
      try writeArray(values, shape: shape, to: path)
      let bytes = readBytes(path)
      #expect((bytes.count - 24) % 64 == 0)
      let data = try Dataset.open(path)
      #expect((0..<data.count).flatMap { data.values($0) } == values)
      #expect(data.count == shape[0])
    }
    #expect(
      String(decoding: readBytes(path)[10..<70], as: UTF8.self)
        == "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1, 3,"[...].prefix(60))
    #expect(failure { try writeArray([1], shape: [2], to: path) }?.kind == .argument)
  }

  @Test func oneImage() throws {
    let path = folder.path + "/a.png"
    try writeImage([-1, 0, 1, 1, 0, -1], shape: [1, 2, 3], to: path)
    #expect(try image(path).bytes == [0, 128, 255, 255, 128, 0])
    #expect(failure { try writeImage([1], shape: [1, 1], to: path) }?.kind == .argument)
    #expect(failure { try writeImage([1, 1], shape: [1, 1, 2], to: path) }?.kind == .argument)
  }
}

// Array literals for the tests' short samples.
private func writeGrid(_ samples: [Float], shape: Shape, _ options: GridOptions = .init(), to path: String)
  throws
{
  try samples.withUnsafeBufferPointer { try Datasets.writeGrid($0, shape: shape, options, to: path) }
}

private func writeScatter(_ fake: [Float], real: [Float]? = nil, dimensions: Int, to path: String) throws {
  try fake.withUnsafeBufferPointer { fake in
    try (real ?? []).withUnsafeBufferPointer {
      try Datasets.writeScatter(fake, real: real == nil ? nil : $0, dimensions: dimensions, to: path)
    }
  }
}

private func writeArray(_ values: [Float], shape: Shape, to path: String) throws {
  try values.withUnsafeBufferPointer { try Datasets.writeArray($0, shape: shape, to: path) }
}

private func writeImage(_ values: [Float], shape: Shape, to path: String) throws {
  try values.withUnsafeBufferPointer { try Datasets.writeImage($0, shape: shape, to: path) }
}
