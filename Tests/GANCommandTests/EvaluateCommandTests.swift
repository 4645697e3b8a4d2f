import GAN
import Testing

@Suite struct EvaluateCommandTests {
  let folder = Folder()

  private func ring() throws -> String {
    let run = folder("run")
    let train = Command(
      ["train", "--data", "builtin:ring", "--preset", "mlp", "--steps", "3", "--out", run, "--quiet"],
      in: folder)
    try #require(train.status == 0, "\(train.errors)")
    return run
  }

  @Test func jsonHasFiguresByName() throws {
    let run = Command(
      [
        "evaluate", try ring(), "--data", "builtin:ring", "--count", "200", "--metrics", "frechet,modes",
        "--reference", "--json",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSON(parsing: run.output)
    #expect(report["count"]?.integer(Int.self) == 200 && report["step"]?.integer(Int.self) == 3)
    #expect(report["reference"]?["modes[ring]"]?.integer(Int.self) == 8)
    let distance = try #require(report["figures"]?["frechet[raw]"]?.real)
    #expect(try distance > #require(report["reference"]?["frechet[raw]"]?.real))
  }

  @Test func theListingHasALineForEveryFigure() throws {
    let run = Command(["evaluate", try ring(), "--data", "builtin:ring", "--count", "100"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    for name in ["frechet[raw]", "coverage[raw]", "mode-spread[ring]", "ms-ssim: needs images"] {
      #expect(run.output.contains(name))
    }
    #expect(run.output.contains("100 samples of step 3 against 100 of the data"))
  }

  @Test func whatDoesNotFitIsOneLine() throws {
    let run = try ring()
    for (arguments, word) in [
      (["--metrics", "fid"], "metrics"), (["--metrics", "ms-ssim"], "images"), (["--count", "1"], "count"),
      (["--features", "random"], "features"), (["--features", run], "classifier"),
    ] {
      let refused = Command(["evaluate", run, "--data", "builtin:ring"] + arguments, in: folder)
      #expect(refused.status == 1 && refused.errorLines.count == 1, "\(refused.errors)")
      #expect(refused.errors.hasPrefix("gan: ") && refused.errors.contains(word), "\(refused.errors)")
    }
  }
}
