import GAN
import Testing

@Suite(.serialized) struct SampleCommandTests {
  let folder = Folder()

  init() {
    let run = Command(
      [
        "train", "--data", folder.points(), "--out", folder("run"), "--preset", "mlp", "--batch", "32",
        "--steps", "5", "--quiet",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")
  }

  private func sample(_ name: String, _ more: [String] = []) -> Command {
    Command(["sample", folder("run"), "--out", name.isEmpty ? "" : folder(name)] + more, in: folder)
  }

  @Test func anArrayHasAsManyRowsAsAsked() {
    #expect(sample("x.npy", ["--count", "10"]).status == 0)
    let bytes = Folder.bytes(folder("x.npy"))
    #expect(bytes.starts(with: [0x93] + Array("NUMPY".utf8)))
    #expect(String(decoding: bytes, as: UTF8.self).contains("'shape': (10, 2, )"))
    #expect(bytes.count == 128 + 10 * 2 * 4)
  }

  @Test func aSeedIsOneSetOfSamples() {
    #expect(sample("a.npy", ["--seed", "5"]).status == 0)
    #expect(sample("b.npy", ["--seed", "5"]).status == 0)
    #expect(sample("c.npy", ["--seed", "6"]).status == 0)
    #expect(Folder.bytes(folder("a.npy")) == Folder.bytes(folder("b.npy")))
    #expect(Folder.bytes(folder("a.npy")) != Folder.bytes(folder("c.npy")))
  }

  @Test func pointsBecomeAPicture() {
    #expect(sample("x.png", ["--count", "50"]).status == 0)
    #expect(Folder.bytes(folder("x.png")).starts(with: [0x89] + Array("PNG".utf8)))
  }

  @Test func aFolderGetsOneFileASample() {
    #expect(sample("all", ["--count", "3"]).status == 0)
    for name in ["000000.npy", "000001.npy", "000002.npy"] { #expect(Folder.exists(folder("all/" + name))) }
    #expect(!Folder.exists(folder("all/000003.npy")))
  }

  @Test(arguments: [
    ("x.bmp", [], "out"), ("", [], "out"), ("x.npy", ["--count", "0"], "count"),
    ("x.npy", ["--count=-3"], "count"), ("x.npy", ["--count", "9223372036854775807"], "count"),
    ("x.npy", ["--first=-1"], "first"), ("x.npy", ["--truncation", "nan"], "truncation"),
    ("x.npy", ["--label", "4"], "label"), ("x.npy", ["--where", "a=b"], "where"),
    ("x.npy", ["--balanced"], "balanced"), ("none/x.npy", [], "none/x.npy"),
  ])
  func badOptionsAreErrors(name: String, more: [String], field: String) {
    let run = sample(name, more)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(field))
  }

  private func train(_ preset: String, _ more: [String] = []) -> String {
    let name = "run-" + preset
    let run = Command(
      [
        "train", "--data", "builtin:ring", "--out", folder(name), "--preset", preset, "--batch", "32",
        "--steps",
        "3", "--quiet",
      ] + more, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    return folder(name)
  }

  @Test func samplesAreAskedForByLabel() {
    let run = train("cgan")
    func drawn(_ name: String, _ more: [String]) -> [UInt8] {
      let command = Command(["sample", run, "--count", "8", "--out", folder(name)] + more, in: folder)
      #expect(command.status == 0, "\(command.errors)")
      return Folder.bytes(folder(name))
    }
    let threes = drawn("threes.npy", ["--label", "3"])
    #expect(threes != drawn("all.npy", []))
    #expect(threes == drawn("weighed.npy", ["--code", "0,0,0,1,0,0,0,0"]))
    // The first of a way from one class to another is of the one, the last of the other.
    let way = drawn("way.npy", ["--label", "3", "--label-to", "5"])
    let fives = drawn("fives.npy", ["--label", "5"])
    #expect(way[128..<136] == threes[128..<136] && way.suffix(8) == fives.suffix(8) && way != threes)
    for (more, message) in [
      (["--label", "8"], "label: expected 0…7, or -1 for all in turn, got 8"),
      (["--label", "1", "--label-to", "8"], "label-to: expected --label and --label-to in 0…7, got 1 and 8"),
      (["--code", "1,2"], "code: expected 8 numbers with commas between, got '1,2'"),
    ] {
      let command = Command(["sample", run, "--out", folder("x.npy")] + more, in: folder)
      #expect(command.status == 1 && command.errors.contains(message), "\(command.errors)")
    }
  }

  @Test func codesAreSet() {
    let run = train("infogan")
    for code in ["3,0.5,-0.5", "9,-1,1"] {
      let command = Command(["sample", run, "--out", folder("x.npy"), "--code", code], in: folder)
      #expect(command.status == 0, "\(command.errors)")
    }
    let wrong = Command(["sample", run, "--out", folder("x.npy"), "--code", "10,0,0"], in: folder)
    #expect(
      wrong.status == 1 && wrong.errors.contains("codes: expected a whole number in 0…9 as code 0, got 10"))
  }
}
