import GAN
import Testing

/// A folder of WAV files through the command: training, resuming, sounds and pictures.
@Suite(.serialized) struct SoundCommandTests {
  let folder = Folder()

  private func train(_ run: String, _ more: [String]) -> Command {
    Command(["train", "--data", folder.tones(), "--out", folder(run), "--quiet"] + more, in: folder)
  }

  private var usual: [String] {
    [
      "--data-options", #"{"pattern": "{label}_*"}"#, "--preset", "wavegan", "--batch", "8", "--set",
      "generator.width=4", "--set", "discriminator.width=4", "--set", "conditioning.name=cgan",
    ]
  }

  @Test func soundsAreLearntResumedAndWritten() throws {
    let whole = train("whole", usual + ["--steps", "6"])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(train("half", usual + ["--steps", "3"]).status == 0)
    let data = ["--data-options", #"{"pattern": "{label}_*"}"#]
    let rest = train("half", data + ["--resume", "--steps", "6"])
    #expect(rest.status == 0, "\(rest.errors)")
    let file = "/checkpoint.safetensors"
    #expect(Folder.bytes(folder("half" + file)) == Folder.bytes(folder("whole" + file)))
    #expect(Folder.bytes(folder("whole/samples/0000006.png")).starts(with: [0x89] + Array("PNG".utf8)))

    func sample(_ name: String, _ more: [String] = []) -> Command {
      Command(["sample", folder("whole"), "--out", folder(name), "--count", "4"] + more, in: folder)
    }
    for name in ["heard", "all.wav", "seen.png", "raw.npy"] {
      let run = sample(name)
      #expect(run.status == 0, "\(run.errors)")
    }
    let one = Folder.bytes(folder("heard/000003.wav"))
    #expect(one.count == 44 + 2 * 256 && one.starts(with: Array("RIFF".utf8)))
    #expect(Folder.bytes(folder("all.wav")).count == 44 + 4 * 2 * 256)
    #expect(Folder.bytes(folder("all.wav"))[44 + 3 * 512..<44 + 4 * 512].elementsEqual(one[44...]))
    let back = try Dataset.open(folder("heard"))
    #expect(back.count == 4 && back.rate == 8000 && back.sampleShape == [256, 1])
    #expect(sample("x.bmp").errors.contains("expected a name ending in .png, .wav or .npy, or a folder"))
  }

  @Test func aBrokenFileIsNamed() {
    let bytes = Folder.bytes(folder.tones() + "/low_1.wav")
    let path = folder.write("tones/low_1.wav", Array(bytes.prefix(300)))
    let run = Command(
      ["train", "--data", folder("tones"), "--out", folder("run"), "--preset", "wavegan", "--quiet"],
      in: folder)
    #expect(run.status == 1 && run.errorLines.count == 1)
    #expect(run.errors.contains("\(path): chunk 'data' promises 512 bytes, got 256 to the end of the file"))
  }
}
