import GAN
import Testing

/// What is the same for all subcommands: exit codes, and errors of one line.
@Suite struct GANCommandTests {
  let folder = Folder()

  @Test func helpIsNoError() {
    let help = Command(["--help"], in: folder)
    #expect(help.status == 0)
    for name in ["train", "sample", "evaluate", "info", "presets"] { #expect(help.output.contains(name)) }
  }

  @Test(arguments: [
    ["nonsense"], ["train"], ["train", "--data", "x", "--out", "y", "--steps", "many"],
    ["sample", "x"], ["presets", "--unknown"],
    ["train", "--data", "x", "--out", "y", "--preset", "mlp", "--recipe", "r.json"],
  ])
  func wrongUsageIsTwo(arguments: [String]) {
    let run = Command(arguments, in: folder)
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("gan: "))
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [
    (["info", "/nowhere"], "/nowhere"),
    (["sample", "/nowhere", "--out", "x.png"], "/nowhere"),
    (["presets", "nonsense"], "preset"),
    (["train", "--data", "/nowhere", "--out", "OUT"], "/nowhere"),
    (["train", "--data", "builtin:ring", "--out", "OUT", "--preset", "nonsense"], "preset"),
    (["train", "--data", "builtin:ring", "--out", "OUT", "--set", "nonsense.key=1"], "nonsense"),
    (["train", "--data", "builtin:ring", "--out", "OUT", "--preset", "mlp", "--batch=-5"], "batch"),
    (["train", "--data", "builtin:ring", "--out", "OUT", "--data-options", "{"], "data-options"),
    (["train", "--data", "builtin:ring", "--out", "OUT", "--resume"], "OUT"),
    (["evaluate", "/nowhere", "--data", "builtin:ring"], "/nowhere"),
  ])
  func errorsAreOneLineThatNamesTheField(arguments: [String], field: String) {
    let out = folder("run")
    let run = Command(arguments.map { $0 == "OUT" ? out : $0 }, in: folder)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errorLines.count == 1)
    #expect(run.errors.hasPrefix("gan: "))
    #expect(run.errors.contains(field == "OUT" ? out : field))
    #expect(!Folder.exists(out + "/checkpoint.safetensors"))
  }
}
