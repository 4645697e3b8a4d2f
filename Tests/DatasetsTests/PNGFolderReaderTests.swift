import Glibc
import Graphs
import Testing

@testable import Datasets

@Suite struct PNGFolderReaderTests {
  let folder = TemporaryFolder()

  private func open(_ files: [String: [UInt8]], _ options: DatasetOptions = .init()) throws -> Dataset {
    for (name, bytes) in files { _ = folder.write(name, bytes) }
    return try Dataset.open(folder.path, options)
  }

  private func options(_ set: (inout DatasetOptions) -> Void) -> DatasetOptions {
    var options = DatasetOptions()
    set(&options)
    return options
  }

  @Test(arguments: [1, 2, 4, 8, 16], [false, true])
  func greyOfEveryDepth(depth: Int, interlaced: Bool) throws {
    let greatest = 1 << depth - 1
    let samples = (0..<9 * 7).map { $0 * 37 % (greatest + 1) }
    let png = PNGFixture(
      width: 9, height: 7, type: 0, depth: depth, isInterlaced: interlaced, samples: samples)
    let data = try open(["a.png": png.bytes])
    #expect(data.sampleShape == [7, 9, 1])
    // Linear light has few steps for the darkest shades, which these are.
    let allowed = depth == 16 && interlaced ? 1.2 : 0.51
    for (got, sample) in zip(data.bytes(0), samples) {
      let expected = Double(sample) / Double(greatest) * 255
      #expect(abs(Double(got) - expected) <= allowed, "\(sample) of \(greatest)")
    }
  }

  @Test(arguments: [8, 16], [false, true])
  func colour(depth: Int, interlaced: Bool) throws {
    let greatest = 1 << depth - 1
    let samples = (0..<5 * 3 * 3).map { $0 * 97 % 256 * (greatest / 255) }
    let png = PNGFixture(
      width: 5, height: 3, type: 2, depth: depth, isInterlaced: interlaced, samples: samples)
    let data = try open(["a.png": png.bytes])
    #expect(data.sampleShape == [3, 5, 3])
    #expect(data.bytes(0) == samples.map { UInt8($0 / (greatest / 255)) })
  }

  @Test(arguments: [false, true])
  func alphaOfSixteenBits(interlaced: Bool) throws {
    var samples: [Int] = []
    for i in 0..<30 { samples += [i * 8, 255 - i, 3 * i, 100 + 5 * i] }
    let png = PNGFixture(
      width: 6, height: 5, type: 6, depth: 16, isInterlaced: interlaced, samples: samples.map { $0 * 257 })
    let data = try open(["a.png": png.bytes], options { $0.channels = 4 })
    #expect(data.bytes(0) == samples.map { UInt8($0) })
  }

  @Test(arguments: [1, 2, 4, 8])
  func palette(depth: Int) throws {
    let palette: [[UInt8]] = [[255, 0, 0], [1, 2, 3]]
    let png = PNGFixture(
      width: 3, height: 1, type: 3, depth: depth, samples: [0, 1, 1], palette: palette,
      transparency: [255, 0])
    let data = try open(["a.png": png.bytes], options { $0.background = [10, 20, 30] })
    #expect(data.bytes(0) == [255, 0, 0, 10, 20, 30, 10, 20, 30])
  }

  @Test func alphaIsCompositedOrKept() throws {
    let png = PNGFixture(width: 2, height: 1, type: 6, samples: [255, 0, 100, 51, 9, 8, 7, 255])
    let onWhite = try open(["a.png": png.bytes])
    // 51 / 255 is a fifth of the colour and four fifths of white.
    #expect(onWhite.bytes(0) == [255, 204, 224, 9, 8, 7])
    let onGrey = try open([:], options { $0.background = [100] })
    #expect(onGrey.bytes(0) == [131, 80, 100, 9, 8, 7])
    let kept = try open([:], options { $0.channels = 4 })
    #expect(kept.sampleShape == [1, 2, 4])
    #expect(kept.bytes(0) == [255, 0, 100, 51, 9, 8, 7, 255])
  }

  @Test func greyWithAlphaIsOneChannel() throws {
    let png = PNGFixture(width: 1, height: 2, type: 4, samples: [200, 255, 10, 0])
    let data = try open(["a.png": png.bytes, "b.png": PNGFixture.grey(1, 2, [7, 8])])
    #expect(data.sampleShape == [2, 1, 1])
    #expect(data.bytes(0) == [200, 255])
    #expect(data.bytes(1) == [7, 8])
  }

  @Test func channelsAreInferredOrAsked() throws {
    let colour = PNGFixture(width: 1, height: 1, type: 2, samples: [255, 0, 0])
    let files = ["a.png": PNGFixture.grey(1, 1, [50]), "b.png": colour.bytes]
    let inferred = try open(files)
    #expect(inferred.sampleShape == [1, 1, 3])
    #expect(inferred.bytes(0) == [50, 50, 50])
    let grey = try open([:], options { $0.channels = 1 })
    // 0.299 · 255
    #expect(grey.bytes(1) == [76])
    #expect(try open([:], options { $0.channels = 4 }).bytes(0) == [50, 50, 50, 255])
  }

  @Test func filesAreSortedAndOthersPassedOver() throws {
    let files = [
      "b.png": PNGFixture.grey(1, 1, [2]), "a.PNG": PNGFixture.grey(1, 1, [1]), "c.txt": [1],
      ".hidden.png": [1], "B.png": PNGFixture.grey(1, 1, [0]),
    ]
    let data = try open(files)
    #expect(data.count == 3)
    #expect((0..<3).map { data.bytes($0)[0] } == [0, 1, 2])
    #expect(data.labels == nil && data.classes == 0)
  }

  @Test func subFoldersAreLabels() throws {
    for (name, file, grey) in [("zebra", "1.png", 9), ("ant", "2.png", 1), ("ant", "deep/3.png", 2)] {
      _ = folder.makeFolder(name)
      _ = folder.makeFolder(name + "/deep")
      _ = folder.write(name + "/" + file, PNGFixture.grey(1, 1, [grey]))
    }
    _ = folder.makeFolder("empty")
    let data = try Dataset.open(folder.path)
    #expect(data.classNames == ["ant", "zebra"] && data.info.classes == 2)
    #expect(data.allLabels == [0, 0, 1])
    #expect((0..<3).map { data.bytes($0)[0] } == [1, 2, 9])
    var none = DatasetOptions()
    none.labels = ""
    #expect(try Dataset.open(folder.path, none).labels == nil)
    _ = folder.write("top.png", PNGFixture.grey(1, 1, [1]))
    let error = failure { _ = try Dataset.open(folder.path) }
    #expect(error?.kind == .format && error!.problem.contains("both"))
  }

  @Test func differentSizesNameBothFilesAndTheOption() throws {
    let files = ["a.png": PNGFixture.grey(2, 1, [1, 2]), "b.png": PNGFixture.grey(1, 3, [1, 2, 3])]
    let error = failure { _ = try open(files) }
    #expect(error?.kind == .format)
    for part in ["a.png", "b.png", "1 x 2", "3 x 1", "option size"] {
      #expect(error?.description.contains(part) == true, "\(part)")
    }
    #expect(try open([:], options { $0.size = [4, 4] }).sampleShape == [4, 4, 1])
  }

  @Test func foldersWithoutImages() throws {
    #expect(failure { _ = try Dataset.open(folder.path) }?.problem.contains("no files") == true)
    _ = folder.write("a.jpg", [1])
    let error = failure { _ = try Dataset.open(folder.path) }
    #expect(error?.kind == .format && error!.problem.contains("a.jpg"))
    #expect(error?.field == folder.path)
  }

  @Test func oneFileIsNoFolder() throws {
    let file = folder.write("a.png", PNGFixture.grey(1, 1, [1]))
    let error = failure { _ = try Dataset.open(file) }
    #expect(error?.kind == .format && error!.problem.contains("folder of PNG"))
  }

  @Test(arguments: [false, true])
  func everyCutIsNoticed(interlaced: Bool) throws {
    let samples = (0..<6 * 5 * 4).map { $0 * 7 % 256 }
    let whole = PNGFixture(width: 6, height: 5, type: 6, isInterlaced: interlaced, samples: samples).bytes
    for length in 0..<whole.count {
      let error = failure { _ = try open(["a.png": Array(whole[..<length])]) }
      #expect(error?.kind == .format, "\(length) of \(whole.count)")
      #expect(error?.field.hasSuffix("a.png") == true)
    }
    #expect(try open(["a.png": whole]).count == 1)
  }

  @Test func everyFlippedByteOfThePixelsIsNoticed() throws {
    let whole = PNGFixture.grey(4, 4, (0..<16).map { $0 * 16 })
    // Lengths, names, pixels, and checksums after the signature: IEND's checksum is never looked at.
    for place in 8..<whole.count - 4 {
      var damaged = whole
      damaged[place] ^= 0x10
      let error = failure { _ = try open(["a.png": damaged]) }
      // A flip may make a chunk's name one that may be ignored, which leaves no pixels.
      #expect(error != nil, "byte \(place)")
    }
  }

  @Test func promisesAreComparedWithTheFile() throws {
    let header = bigEndian(1_000_000) + bigEndian(1_000_000) + [8, 6, 0, 0, 0]
    let signature = PNGFile.signature
    let huge = signature + PNGFixture.chunk("IHDR", header) + PNGFixture.chunk("IEND", [])
    let error = failure { _ = try open(["a.png": huge]) }
    #expect(error?.kind == .format && error!.problem.contains("1000000 x 1000000"))
    // Ten million pixels in some kilobytes are possible, and above a limit of one megabyte.
    let bomb = PNGFixture(width: 8192, height: 128, type: 0, samples: Array(repeating: 0, count: 1 << 20))
      .bytes
    #expect(bomb.count < 10_000)
    let limited = failure { _ = try open(["a.png": bomb], options { $0.limit = 1 << 20 }) }
    #expect(limited?.kind == .memory && limited!.problem.contains("option limit"))
    #expect(try open(["a.png": bomb]).sampleShape == [128, 8192, 1])
  }

  @Test func manyImagesTogetherKeepTheLimit() throws {
    let png = PNGFixture.grey(8, 8, Array(repeating: 0, count: 64))
    let files = ["1.png": png, "2.png": png, "3.png": png, "4.png": png, "5.png": png]
    let error = failure {
      _ = try open(
        files,
        options {
          $0.limit = 319; $0.channels = 1
        })
    }
    #expect(error?.kind == .memory)
    #expect(
      try open(
        [:],
        options {
          $0.limit = 320; $0.channels = 1
        }
      ).count == 5)
  }

  @Test func labelsFromAFile() throws {
    let files = ["a.png": PNGFixture.grey(1, 1, [1]), "b.png": PNGFixture.grey(1, 1, [2])]
    let labels = TemporaryFolder()
    let file = labels.write("labels.npy", npy("<i8", "(2,)", littleEndian([3, 1])))
    let data = try open(files, options { $0.labels = file })
    #expect(data.allLabels == [3, 1] && data.classes == 4)
  }
}
