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
    ("none/x.npy", [], "none/x.npy"),
  ])
  func badOptionsAreErrors(name: String, more: [String], field: String) {
    let run = sample(name, more)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(field))
  }
}
