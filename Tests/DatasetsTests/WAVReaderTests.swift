import Glibc
import Graphs
import Testing

@testable import Datasets

@Suite struct WAVReaderTests {
  let folder = TemporaryFolder()

  private func options(_ set: (inout DatasetOptions) -> Void) -> DatasetOptions {
    var options = DatasetOptions()
    set(&options)
    return options
  }

  @Test(arguments: [false, true]) func everyEncodingIsRead(extensible: Bool) throws {
    let expected: [Float] = [0, 0.5, -0.5, -1, 0.25]
    let data: [(tag: Int, bits: Int, [UInt8])] = [
      (1, 8, [128, 192, 64, 0, 160]),
      (1, 16, littleEndian(expected.map { Int16($0 * 32768) })),
      (1, 24, expected.flatMap { WAVFixture.bytes(Int($0 * 8_388_608), 3) }),
      (1, 32, littleEndian(expected.map { Int32(Double($0) * 0x1p31) })),
      (3, 32, littleEndian(expected)), (3, 64, littleEndian(expected.map(Double.init))),
    ]
    for (tag, bits, bytes) in data {
      var fixture = WAVFixture(tag: tag, bits: bits, data: bytes)
      fixture.extensible = extensible
      fixture.before = WAVFixture.chunk("LIST", [1, 2, 3])
      let path = folder.write("a.wav", fixture.bytes)
      let sound = try Dataset.open(path)
      #expect(
        sound.kind == .sounds && sound.sampleShape == [5, 1] && sound.rate == 8000 && sound.format == "wav")
      #expect(sound.values(0) == expected, "\(tag), \(bits)")
    }
  }

  @Test func channelsAreMixedOrKept() throws {
    let path = folder.write("a.wav", wav([16384, 0, -16384, 8192], channels: 2))
    #expect(try Dataset.open(path).values(0) == [0.25, -0.125])
    let stereo = try Dataset.open(path, options { $0.channels = 2 })
    #expect(stereo.sampleShape == [2, 2] && stereo.values(0) == [0.5, 0, -0.5, 0.25])
    let error = failure { _ = try Dataset.open(path, options { $0.channels = 3 }) }
    #expect(error?.description == "\(path): expected 3 channels, got 2; option channels 1 mixes them")
  }

  @Test func namesAndFoldersGiveLabels() throws {
    _ = folder.write("7_ann_0.wav", wav([1, 2]))
    _ = folder.write("3_bob_1.WAV", wav([3, 4]))
    _ = folder.write("7_bob_2.wav", wav([5, 6]))
    _ = folder.write("notes.txt", [65])
    let digits = try Dataset.open(folder.path, options { $0.pattern = "{label}_*" })
    #expect(digits.classNames == ["3", "7"] && digits.allLabels == [0, 1, 1])
    let people = try Dataset.open(folder.path, options { $0.pattern = "*_{label}_*" })
    #expect(people.classNames == ["ann", "bob"] && people.allLabels == [1, 0, 1])
    #expect(try Dataset.open(folder.path).classes == 0)
    let error = failure { _ = try Dataset.open(folder.path, options { $0.pattern = "x{label}" }) }
    #expect(
      error?.description
        == "\(folder.path)/3_bob_1.WAV: expected a name like option pattern 'x{label}', got '3_bob_1'")
    let deeper = folder.makeFolder("deeper")
    for name in ["no", "yes"] {
      mkdir("\(deeper)/\(name)", 0o755)
      _ = folder.write("deeper/\(name)/a.wav", wav([1]))
    }
    let words = try Dataset.open(deeper)
    #expect(words.classNames == ["no", "yes"] && words.allLabels == [0, 1])
  }

  @Test func lengthCutsAndFills() throws {
    _ = folder.write("a.wav", wav([100, 200, 300, 400, 500, 600, 700]))
    _ = folder.write("b.wav", wav([1000]))
    func clips(_ cut: DatasetOptions.Cut, _ length: Int) throws -> [[Int]] {
      let data = try Dataset.open(folder.path, options { ($0.length, $0.cut) = (length, cut) })
      return (0..<data.count).map { data.values($0).map { Int(($0 * 32768).rounded()) } }
    }
    #expect(try clips(.start, 3) == [[100, 200, 300], [1000, 0, 0]])
    #expect(try clips(.centre, 3) == [[300, 400, 500], [1000, 0, 0]])
    #expect(try clips(.pieces, 3) == [[100, 200, 300], [400, 500, 600], [1000, 0, 0]])
    #expect(try clips(.pieces, 4) == [[100, 200, 300, 400], [500, 600, 700, 0], [1000, 0, 0, 0]])
    let labelled = try Dataset.open(
      folder.path, options { ($0.length, $0.cut, $0.pattern) = (3, .pieces, "{label}") })
    #expect(labelled.allLabels == [0, 0, 1])
    let error = failure { _ = try Dataset.open(folder.path) }
    #expect(
      error?.description
        == "\(folder.path)/b.wav: expected 7 frames as \(folder.path)/a.wav has, got 1; option length cuts or fills "
        + "them all")
  }

  @Test func normalisingScalesEveryClip() throws {
    _ = folder.write("a.wav", wav([0, 8192, -16384]))
    _ = folder.write("b.wav", wav([0, 0, 0]))
    let data = try Dataset.open(folder.path, options { $0.normalize = true })
    #expect(data.values(0) == [0, 0.5, -1] && data.values(1) == [0, 0, 0])
  }

  @Test func ratesMustAgreeOrAreMadeTo() throws {
    _ = folder.write("a.wav", wav(Array(repeating: 100, count: 80), rate: 8000))
    _ = folder.write("b.wav", wav(Array(repeating: 100, count: 160), rate: 16000))
    let error = failure { _ = try Dataset.open(folder.path) }
    #expect(
      error?.description
        == "\(folder.path)/b.wav: expected 8000 Hz as \(folder.path)/a.wav has, got 16000; option rate resamples them all"
    )
    let data = try Dataset.open(folder.path, options { $0.rate = 4000 })
    #expect(data.sampleShape == [40, 1] && data.rate == 4000)
  }

  @Test func whatIsWrongIsOneLineWithTheFile() throws {
    let good = WAVFixture(data: [1, 0, 2, 0])
    func changed(_ change: (inout WAVFixture) -> Void) -> [UInt8] {
      var fixture = good
      change(&fixture)
      return fixture.bytes
    }
    let huge = changed { $0.promised = 2_000_000_000 }
    for (bytes, message) in [
      (huge, "chunk 'data' promises 2000000000 bytes, got 4 to the end of the file"),
      (changed { $0.promised = 0xffff_ffff }, "chunk 'data' promises 4294967295 bytes, got 4"),
      (changed { $0.data = [] }, "expected at least one sample of sound, got none"),
      (changed { $0.data = [1, 0, 2] }, "expected data of whole frames, 2 bytes each, got 3 bytes"),
      (changed { $0.block = 7 }, "expected frames of 2 bytes for 1 channels of 16 bits, got 7"),
      (changed { ($0.channels, $0.block) = (0, 2) }, "expected 1…64 channels"),
      (changed { $0.rate = 0 }, "channels of 1…768000 Hz, got 1 of 0 Hz"),
      (
        changed { $0.tag = 7 },
        "expected PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64, got µ-law of 16 bits"
      ),
      (changed { $0.bits = 12 }, "got PCM of 12 bits"),
      (Array(good.bytes.prefix(30)), "chunk 'fmt ' promises 16 bytes, got 10 to the end of the file"),
      (Array(good.bytes.prefix(36)), "expected a chunk 'data', got the end of the file"),
      (Array(good.bytes.prefix(12)), "expected chunks 'fmt ' and 'data', got the end of the file"),
      (
        Array(good.bytes.prefix(12)) + WAVFixture.chunk("data", [1, 2]),
        "expected a chunk 'fmt ' before 'data'"
      ),
      (
        WAVFixture(tag: 3, bits: 32, data: littleEndian([Float.nan])).bytes,
        "expected finite values, got nan in frame 0"
      ),
      (
        WAVFixture(tag: 3, bits: 32, data: littleEndian([Float(300)])).bytes,
        "expected values -1…1, got 300.0; option normalize scales every clip"
      ),
    ] {
      let path = folder.write("a.wav", bytes)
      let error = failure { _ = try Dataset.open(folder.path) }
      #expect(error?.description.hasPrefix(path + ": ") == true)
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test func optionsThatDoNotFitAreRefused() throws {
    let path = folder.write("a.wav", wav([1, 2]))
    #expect(failure { _ = try Dataset.open(path, options { $0.size = [2, 2] }) }?.field == "size")
    #expect(failure { _ = try Dataset.open(path, options { $0.kind = .vectors }) }?.field == "kind")
    #expect(failure { _ = try Dataset.open(path, options { $0.pattern = "*" }) }?.field == "pattern")
    #expect(failure { _ = try Dataset.open(path, options { $0.pattern = "{label}*" }) }?.field == "pattern")
    let limited = failure { _ = try Dataset.open(path, options { ($0.length, $0.limit) = (1000, 100) }) }
    #expect(limited?.kind == .memory)
  }

  @Test func arraysAreSoundsAndSequencesByOption() throws {
    let values: [Float] = [0, 0.5, -0.5, 1, 2, 3]
    let series = try Dataset.copying(values, shape: [1, 3, 2], options { $0.kind = .series })
    #expect(series.kind == .series && series.sampleShape == [3, 2] && series.values(0) == values)
    let loud = failure { _ = try Dataset.copying(values, shape: [1, 6], options { $0.kind = .sounds }) }
    #expect(loud?.description.contains("expected sound values -1.0…1.0, got 2.0 in sample 0") == true)
    let sound = try Dataset.copying(
      values, shape: [2, 3], options { ($0.kind, $0.rate, $0.range) = (.sounds, 100, [-4, 4]) })
    #expect(sound.rate == 100 && sound.sampleShape == [3, 1] && sound.values(1) == [0.25, 0.5, 0.75])
    let bytes = try Dataset.copying([0, 255] as [UInt8], shape: [1, 2], options { $0.kind = .sounds })
    #expect(bytes.values(0) == [-1, 1])
  }
}
