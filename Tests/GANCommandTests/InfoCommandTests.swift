import GAN
import Testing

@Suite struct InfoCommandTests {
  let folder = Folder()

  @Test func tellsWhatAModelIs() throws {
    let run = Command(
      [
        "train", "--data", folder.points(), "--out", folder("run"), "--preset", "mlp", "--batch", "32",
        "--steps", "5", "--quiet",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")

    let info = Command(["info", folder("run"), "--json", "--plan", "--memory"], in: folder)
    #expect(info.status == 0)
    let report = try JSON(parsing: info.output)
    #expect(report["model"]?["steps"]?.integer(Int.self) == 5)
    #expect(report["model"]?["sample_shape"]?.elements?.compactMap { $0.integer(Int.self) } == [2])
    #expect(report["plan"] != nil)
    #expect(report["memory"] != nil)

    // A checkpoint alone is a model too.
    let plain = Command(["info", folder("run/checkpoint.safetensors")], in: folder)
    #expect(plain.status == 0)
    #expect(plain.output.contains("step 5"))
    #expect(plain.output.contains("generator"))
    #expect(plain.output.contains("does: sample, generate, discriminate, invert\n"))

    let plan = Command(["info", folder("run"), "--plan"], in: folder)
    #expect(plan.output.split(separator: "\n").count > 10)
    #expect(!plan.output.contains("ref:"))
  }
}
