import GAN
import Testing

/// A CSV file through the command: training, resuming, rows, and rows that are asked for.
@Suite(.serialized) struct TableCommandTests {
  let folder = Folder()

  private func train(_ run: String, _ more: [String]) -> Command {
    let text =
      "id,age,city\n"
      + (0..<120).map { "k\($0),\(20 + $0 % 30),\($0 % 3 == 0 ? "\"Oslo, N\"" : "Rome")\n" }.joined()
    let data = folder.write("people.csv", Array(text.utf8))
    return Command(
      ["train", "--data", data, "--data-options", #"{"ignore": ["id"]}"#, "--out", folder(run), "--quiet"]
        + more,
      in: folder)
  }

  private func sample(_ name: String, _ more: [String] = []) -> Command {
    Command(["sample", folder("whole"), "--out", folder(name), "--count", "30"] + more, in: folder)
  }

  private func lines(_ name: String) -> [Substring] {
    String(decoding: Folder.bytes(folder(name)), as: UTF8.self).split(separator: "\n")
  }

  @Test func tablesAreLearntResumedAndWritten() throws {
    let usual = ["--batch", "40", "--set", "generator.width=16", "--set", "discriminator.width=16"]
    let whole = train("whole", usual + ["--steps", "6"])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(train("half", usual + ["--steps", "3"]).status == 0)
    let rest = train("half", ["--resume", "--steps", "6"])
    #expect(rest.status == 0, "\(rest.errors)")
    let file = "/checkpoint.safetensors"
    #expect(Folder.bytes(folder("half" + file)) == Folder.bytes(folder("whole" + file)))
    #expect(lines("whole/samples/0000006.csv").count == 65)

    #expect(sample("x.csv").status == 0 && lines("x.csv").count == 31 && lines("x.csv")[0] == "age,city")
    #expect(sample("oslo.csv", ["--where", "city=Oslo, N"]).status == 0)
    #expect(lines("oslo.csv").dropFirst().allSatisfy { $0.hasSuffix(",\"Oslo, N\"") })
    #expect(try Dataset.open(folder("oslo.csv")).table?.columns.map(\.type) == [.integer, .category])
    for (more, expected) in [
      (["--where", "city=Paris"], "where.city: expected one of 'Rome', 'Oslo, N', got 'Paris'"),
      (["--where", "town=Rome"], "where: expected one of the columns age, city, got 'town'"),
      (["--where", "city"], "where: expected column=value, got 'city'"),
    ] {
      let run = sample("no.csv", more)
      #expect(run.status != 0 && run.errors.contains(expected), "\(run.errors)")
    }
    let measured = Command(
      [
        "evaluate", folder("whole"), "--data", folder("people.csv"), "--data-options", #"{"ignore": ["id"]}"#,
        "--training", folder("people.csv"), "--count", "40", "--reference",
      ], in: folder)
    #expect(measured.status == 0, "\(measured.errors)")
    for name in ["column-shapes[columns]", "pair-trends-all[columns]", "closest-record-real[columns]"] {
      #expect(measured.output.contains(name), "\(measured.output)")
    }
    #expect(sample("x.png").errors.contains("expected a name ending in .csv or .npy"))
  }
}
