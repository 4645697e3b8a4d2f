import Glibc
import Graphs
import Testing

@testable import Datasets

/// IDX, .npy and CIFAR files, plain and gzipped.
@Suite struct ArrayReaderTests {
  let folder = TemporaryFolder()

  private func open(
    _ bytes: [UInt8], _ name: String = "data", _ set: (inout DatasetOptions) -> Void = { _ in }
  ) throws -> Dataset {
    var options = DatasetOptions()
    set(&options)
    return try Dataset.open(folder.write(name, bytes), options)
  }

  @Test(arguments: [false, true])
  func idxImagesWithLabelsBeside(gzipped: Bool) throws {
    let images = idx([3, 2, 2], (0..<12).map { UInt8($0 * 20) })
    let labels = idx([3], [4, 0, 2])
    let ending = gzipped ? ".gz" : ""
    _ = folder.write("train-labels-idx1-ubyte" + ending, gzipped ? compress(labels, gzip: true) : labels)
    let data = try open(
      gzipped ? compress(images, gzip: true) : images, "train-images-idx3-ubyte" + ending)
    #expect(data.kind == .images && data.sampleShape == [2, 2, 1] && data.count == 3)
    #expect(data.bytes(1) == [80, 100, 120, 140])
    #expect(data.values(0)[0] == -1)
    #expect(data.allLabels == [4, 0, 2] && data.classes == 5)
    #expect(data.info.format == "idx" && data.info.elementType == "u8")
    #expect(try open(images, "train-images-idx3-ubyte") { $0.labels = "" }.labels == nil)
  }

  @Test func labelsMustMatch() throws {
    let images = idx([3, 2, 2], Array(repeating: 0, count: 12))
    let labels = folder.write("x", idx([2], [1, 2]))
    let error = failure { _ = try open(images) { $0.labels = labels } }
    #expect(error?.kind == .format && error?.field == labels && error!.problem.contains("[3]"))
    let floats = folder.write("y", npy("<f4", "(3,)", littleEndian([1, 2, 3] as [Float])))
    #expect(failure { _ = try open(images) { $0.labels = floats } }?.kind == .format)
    let negative = folder.write("z", npy("<i4", "(3, 1)", littleEndian([1, -2, 3] as [Int32])))
    #expect(failure { _ = try open(images) { $0.labels = negative } }?.problem.contains("-2") == true)
    #expect(failure { _ = try open(images) { $0.labels = "/nowhere" } }?.kind == .io)
  }

  @Test func idxOfEveryType() throws {
    func first(_ type: UInt8, _ elements: [UInt8]) throws -> [Float] {
      try open(idx([1, 2], elements, type: type)).values(0)
    }
    #expect(try first(0x08, [1, 255]) == [1, 255])
    #expect(try first(0x09, [1, 255]) == [1, -1])
    #expect(try first(0x0b, [1, 0, 255, 254]) == [256, -2])
    #expect(try first(0x0c, [0, 1, 0, 0, 255, 255, 255, 255]) == [65_536, -1])
    #expect(try first(0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]) == [1, -2])
    let doubles: [UInt8] = [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]
    #expect(try first(0x0e, doubles) == [1, 2])
  }

  @Test func npyOfEveryType() throws {
    func first(_ type: String, _ elements: [UInt8]) throws -> [Float] {
      try open(npy(type, "(1, 2)", elements)).values(0)
    }
    #expect(try first("|u1", [1, 255]) == [1, 255])
    #expect(try first("|i1", [1, 255]) == [1, -1])
    #expect(try first("|b1", [0, 1]) == [0, 1])
    #expect(try first("<i2", littleEndian([300, -2] as [Int16])) == [300, -2])
    #expect(try first("<u2", littleEndian([300, 65_535] as [UInt16])) == [300, 65_535])
    #expect(try first("<i4", littleEndian([70_000, -2] as [Int32])) == [70_000, -2])
    #expect(try first("<u4", littleEndian([70_000, 2] as [UInt32])) == [70_000, 2])
    #expect(try first("<i8", littleEndian([1 << 40, -2] as [Int64])) == [1_099_511_627_776, -2])
    #expect(try first("<f4", littleEndian([1.5, -2] as [Float])) == [1.5, -2])
    #expect(try first("<f8", littleEndian([1.5, -2] as [Double])) == [1.5, -2])
    #expect(try first(">i2", [1, 0, 255, 254]) == [256, -2])
    for type in ["<f2", "<c8", "|S4", "|O", "f4", ""] {
      let error = failure { _ = try first(type, [0, 0]) }
      #expect(error?.kind == .unsupported, "\(type)")
    }
  }

  @Test func npyVersionsAndHeaders() throws {
    let elements = littleEndian([1, 2, 3] as [Float])
    for version in [1, 2, 3] as [UInt8] {
      let data = try open(npy("<f4", "(3,)", elements, version: version))
      #expect(data.kind == .vectors && data.sampleShape == [1] && data.count == 3)
    }
    #expect(failure { _ = try open(npy("<f4", "(3,)", elements, version: 4)) }?.kind == .format)
    #expect(failure { _ = try open(npy("<f4", "(3, 1)", elements, order: "True")) }?.kind == .unsupported)
    for shape in ["(3", "3,)", "(-3,)", "()", "(0, 3)", "(3 4)", "(99999999999999999999,)", "'a'", "(1.5,)"] {
      #expect(failure { _ = try open(npy("<f4", shape, elements)) }?.kind == .format, "\(shape)")
    }
    let noShape = [0x93] + Array("NUMPY".utf8) + [1, 0, 2, 0] + Array("{}".utf8)
    #expect(failure { _ = try open(noShape) }?.kind == .format)
  }

  @Test func rankDecidesTheKind() throws {
    let bytes = [UInt8](repeating: 51, count: 24)
    let plain = try open(npy("|u1", "(2, 3, 4)", bytes))
    #expect(plain.kind == .images && plain.sampleShape == [3, 4, 1])
    #expect(abs(plain.values(0)[0] + 0.6) < 1e-6)
    #expect(try open(npy("|u1", "(2, 1, 4, 3)", bytes)).sampleShape == [1, 4, 3])
    let flat = try open(npy("|u1", "(2, 3, 4)", bytes)) { $0.kind = .vectors }
    #expect(flat.kind == .vectors && flat.sampleShape == [12] && flat.values(0)[0] == 51)
    let channels = failure { _ = try open(npy("|u1", "(2, 2, 3, 2)", bytes)) }
    #expect(channels?.kind == .format && channels!.problem.contains("kind"))
    #expect(failure { _ = try open(npy("|u1", "(2, 12)", bytes)) { $0.kind = .images } }?.kind == .format)
    #expect(failure { _ = try open(npy("|u1", "(2, 12)", bytes)) { $0.size = [2, 2] } }?.field == "size")
  }

  @Test func imageValuesMustBeInRange() throws {
    let values = littleEndian([0, 0.5, 1, 2] as [Float])
    let error = failure { _ = try open(npy("<f4", "(1, 2, 2)", values)) }
    #expect(error?.kind == .format && error!.problem.contains("range"))
    let mapped = try open(npy("<f4", "(1, 2, 2)", values)) { $0.range = [0, 2] }
    #expect(mapped.values(0) == [-1, -0.5, 0, 1])
    let bytes = try open(npy("|u1", "(1, 1, 3)", [0, 5, 10])) { $0.range = [0, 10] }
    #expect(bytes.values(0) == [-1, 0, 1])
    #expect(try open(npy("|b1", "(1, 1, 2)", [0, 1])).values(0) == [-1, 1])
    #expect(try open(npy("|b1", "(1, 1, 2)", [0, 1])) { $0.range = [0, 1] }.values(0) == [-1, 1])
    let nan = failure { _ = try open(npy("<f4", "(2, 1)", littleEndian([0, Float.nan]))) }
    #expect(nan?.kind == .format && nan!.problem.contains("nan"))
    let large = failure { _ = try open(npy("<f8", "(1, 1)", littleEndian([1e300]))) }
    #expect(large?.kind == .format)
  }

  @Test func arraysOfImagesAreResizedAndRecoloured() throws {
    let data = try open(npy("|u1", "(2, 2, 2)", [10, 20, 30, 40, 0, 0, 100, 100])) {
      $0.size = [1, 1]
      $0.channels = 3
    }
    #expect(data.bytes(0) == [25, 25, 25] && data.bytes(1) == [50, 50, 50])
    let floats = try open(npy("<f4", "(1, 2, 2)", littleEndian([-1, -1, 1, 0] as [Float]))) {
      $0.size = [1, 1]
    }
    #expect(abs(floats.values(0)[0] + 0.25) < 1e-6)
  }

  @Test func cifarBecomesChannelsLast() throws {
    let red = Array(repeating: UInt8(200), count: 1024)
    let green = (0..<1024).map { UInt8($0 % 256) }
    let blue = Array(repeating: UInt8(7), count: 1024)
    let records: [[UInt8]] = [[3], red, green, blue, [9], blue, blue, red]
    let ten = try open(records.flatMap { $0 }, "a.bin")
    #expect(ten.sampleShape == [32, 32, 3] && ten.count == 2 && ten.classes == 10)
    #expect(ten.bytes(0)[..<6] == [200, 0, 7, 200, 1, 7] && ten.bytes(1).suffix(3) == [7, 7, 200])
    #expect(ten.allLabels == [3, 9] && ten.classNames[3] == "cat")
    let hundred = try open([19, 99] + red + green + blue, "b.bin")
    #expect(hundred.classes == 100 && hundred.allLabels == [99])
    #expect(failure { _ = try open([10] + red + green + blue, "c.bin") }?.problem.contains("10") == true)
    #expect(failure { _ = try open([3] + red, "d.bin") }?.kind == .format)
  }

  @Test func everyCutIsNoticed() throws {
    let files = [
      idx([3, 2, 2], Array(repeating: 1, count: 12)),
      npy("<f4", "(3, 2)", littleEndian([Float](repeating: 1, count: 6))),
      compress(idx([3, 2, 2], (0..<12).map { UInt8($0) }), gzip: true),
    ]
    for whole in files {
      #expect(try open(whole).count == 3)
      for length in 0..<whole.count {
        let error = failure { _ = try open(Array(whole[..<length])) }
        #expect(error?.kind == .format, "\(length) of \(whole.count)")
        #expect(error?.field.hasSuffix("/data") == true)
      }
      let more = failure { _ = try open(whole + [0]) }
      #expect(more?.kind == .format)
    }
  }

  @Test func headersThatPromiseTooMuch() throws {
    let sizes = [
      npy("<f4", "(1152921504606846976,)", [1, 2]), npy("<f8", "(4611686018427387904, 4)", [1, 2]),
      npy("|u1", "(1000000000, 28, 28)", [1, 2]), npy("|u1", "(9223372036854775807,)", [1]),
      idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [1, 2]), idx([0xffff_ffff, 1, 1], [1]),
    ]
    for bytes in sizes {
      let plain = failure { _ = try open(bytes) }
      #expect(plain?.kind == .format && plain?.field.hasSuffix("/data") == true)
      let gzipped = failure { _ = try open(compress(bytes, gzip: true)) }
      #expect(gzipped?.kind == .format || gzipped?.kind == .memory)
    }
  }

  @Test func smallFilesThatInflateToMuchKeepTheLimit() throws {
    let bomb = compress(idx([1 << 14, 32, 32], Array(repeating: 0, count: 1 << 24)), gzip: true)
    #expect(bomb.count < 20_000)
    let error = failure { _ = try open(bomb) { $0.limit = 1 << 20 } }
    #expect(error?.kind == .memory && error!.problem.contains("option limit"))
    #expect(try open(bomb).count == 1 << 14)
  }

  @Test func gzipOfManyMembersAndDamagedOnes() throws {
    let bytes = idx([3, 2, 2], (0..<12).map { UInt8($0) })
    let parts = compress(Array(bytes[..<10]), gzip: true) + compress(Array(bytes[10...]), gzip: true)
    #expect(try open(parts).bytes(2) == [8, 9, 10, 11])
    let whole = compress(bytes, gzip: true)
    // From the deflated data on: what the ten bytes before say (time, system) is no content.
    for place in 10..<whole.count {
      var damaged = whole
      damaged[place] ^= 1
      #expect(failure { _ = try open(damaged) } != nil, "byte \(place)")
    }
  }
}
