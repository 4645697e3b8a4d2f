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
    for name in ["recipe.json", "stats.jsonl", "samples", "checkpoint.safetensors", "log.txt"] {
      #expect(Folder.exists(folder("run/" + name)), "\(name)")
    }
    let reports = try Folder.text(folder("run/stats.jsonl")).split(separator: "\n")
      .map { try JSON(parsing: String($0)) }
    #expect(reports.last?["step"]?.integer(Int.self) == 20)
    #expect(reports.last?["discriminator_loss"]?.real != nil)
    #expect(run.output.isEmpty)
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
