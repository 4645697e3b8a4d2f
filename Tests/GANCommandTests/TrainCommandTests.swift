import GAN
import Glibc
import Testing

@Suite(.serialized) struct TrainCommandTests {
  let folder = Folder()

  private func train(_ out: String, _ more: [String], whileRunning: (pid_t) -> Void = { _ in }) -> Command {
    Command(
      ["train", "--data", folder.points(), "--out", folder(out)] + more, in: folder,
      whileRunning: whileRunning)
  }

  private static let small = ["--preset", "mlp", "--batch", "32", "--seed", "3"]

  @Test func aRunDirectoryHoldsWhatItShould() throws {
    let run = train("run", Self.small + ["--steps", "20", "--interval", "10"])
    #expect(run.status == 0, "\(run.errors)")
    for name in ["recipe.json", "stats.jsonl", "samples", "checkpoint.safetensors", "log.txt", "report.html"]
    {
      #expect(Folder.exists(folder("run/" + name)), "\(name)")
    }
    let reports = try Folder.text(folder("run/stats.jsonl")).split(separator: "\n")
      .map { try JSON(parsing: String($0)) }
    #expect(reports.last?["step"]?.integer(Int.self) == 20)
    #expect(reports.last?["discriminator_loss"]?.real != nil)
    #expect(run.output.isEmpty)
  }

  /// Verdicts, figures and the best checkpoint are where a person looks for them.
  @Test func aRunIsWatchedAndMeasured() throws {
    let run = train(
      "run",
      Self.small + [
        "--steps", "60", "--interval", "30", "--set", "health.every=10", "--set", "evaluation.every=20",
        "--set", "evaluation.held-out=100", "--set", "evaluation.count=100",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let reports = try Folder.text(folder("run/stats.jsonl")).split(separator: "\n")
      .map { try JSON(parsing: String($0)) }
    #expect(reports.compactMap { $0["signals"]?["step"]?.integer(Int.self) } == [10, 20, 30, 40, 50, 60])
    #expect(reports.compactMap { $0["metrics"]?["nearest-neighbour[raw]"]?.real }.count == 3)
    #expect(try Folder.text(folder("run/log.txt")).contains("step 20: nearest-neighbour[raw] "))
    #expect(!Folder.bytes(folder("run/best.safetensors")).isEmpty)
    let page = Folder.text(folder("run/report.html"))
    #expect(page.contains("nearest-neighbour[raw]") && page.contains(#""png":"iVBORw0KGgo"#))
  }

  @Test func resumingGivesTheBytesOfOneRun() {
    #expect(train("whole", Self.small + ["--steps", "20", "--threads", "2"]).status == 0)
    #expect(train("parts", Self.small + ["--steps", "10", "--threads", "1"]).status == 0)
    let whole = Folder.bytes(folder("whole/checkpoint.safetensors"))
    #expect(!whole.isEmpty && Folder.bytes(folder("parts/checkpoint.safetensors")) != whole)
    let further = train("parts", ["--steps", "20", "--resume"])
    #expect(further.status == 0, "\(further.errors)")
    #expect(Folder.bytes(folder("parts/checkpoint.safetensors")) == whole)
  }

  @Test func aRunIsNotOverwritten() {
    #expect(train("run", Self.small + ["--steps", "2"]).status == 0)
    let before = Folder.bytes(folder("run/checkpoint.safetensors"))
    let second = train("run", Self.small + ["--steps", "3"])
    #expect(second.status == 1)
    #expect(second.errors.contains("--resume"))
    #expect(Folder.bytes(folder("run/checkpoint.safetensors")) == before)
  }

  @Test func aDryRunTrainsNothing() {
    let run = train("run", Self.small + ["--dry-run"])
    #expect(run.status == 0)
    #expect(run.output.contains("\"batch\": 32"))
    #expect(run.output.contains("parameters"))
    #expect(!Folder.exists(folder("run")))
  }

  /// oneDNN's variable makes any processor one without bf16. What was trained elsewhere can be sampled there.
  @Test func precisionNeedsTheProcessor() {
    let run = Command(
      ["train", "--data", folder.points(), "--out", folder("run"), "--precision", "bf16"] + Self.small,
      in: folder, settings: ["ONEDNN_MAX_CPU_ISA=AVX512_CORE"])
    #expect(run.status == 1)
    #expect(run.errorLines.count == 1 && run.errors.contains("precision: expected f32"), "\(run.errors)")
    #expect(run.errors.contains("AVX-512 BF16"))
    let here = train("here", Self.small + ["--steps", "2", "--precision", "bf16"])
    guard here.status == 0 else {
      #expect(here.errors.contains("AVX-512 BF16"))
      return
    }
    let sampled = Command(
      ["sample", folder("here"), "--count", "3", "--out", folder("some.npy")], in: folder,
      settings: ["ONEDNN_MAX_CPU_ISA=AVX512_CORE"])
    #expect(sampled.status == 0, "\(sampled.errors)")
    let resumed = Command(
      ["train", "--data", folder.points(), "--out", folder("here"), "--resume", "--steps", "4"], in: folder,
      settings: ["ONEDNN_MAX_CPU_ISA=AVX512_CORE"])
    #expect(resumed.status == 1 && resumed.errors.contains("AVX-512 BF16"), "\(resumed.errors)")
  }

  @Test func quietSaysNothing() {
    let run = train("run", Self.small + ["--steps", "2", "--quiet"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
  }

  @Test func interruptedItSavesAndCanGoOn() throws {
    let run = train("run", Self.small + ["--steps", "100000000", "--quiet"]) { process in
      // Statistics appear after the tenth step; then it is certainly training.
      for _ in 0..<600 where Folder.bytes(folder("run/stats.jsonl")).isEmpty { usleep(100_000) }
      kill(process, SIGINT)
    }
    #expect(run.status == 130, "\(run.errors)")
    #expect(run.errors.contains("--resume"))
    let info = Command(["info", folder("run"), "--json"], in: folder)
    let steps = try #require(try JSON(parsing: info.output)["model"]?["steps"]?.integer(Int.self))
    #expect(steps >= 10)
    let further = train("run", ["--steps", "\(steps + 5)", "--resume"])
    #expect(further.status == 0, "\(further.errors)")
  }
}
