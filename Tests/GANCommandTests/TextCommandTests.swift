import GAN
import Testing

@Suite(.serialized) struct TextCommandTests {
  let folder = Folder()

  private func train(_ more: [String]) -> Command {
    let lines = Array(repeating: "a red cat\na blue dog\nno bird", count: 8).joined(separator: "\n")
    return Command(
      [
        "train", "--data", folder.write("lines.txt", Array(lines.utf8)), "--out", folder("run"), "--batch",
        "8", "--quiet",
      ] + more, in: folder)
  }

  @Test func linesGoInAndComeOut() {
    let run = train([
      "--preset", "language-model", "--steps", "6", "--interval", "3",
      "--set", "generator.width=8", "--set", "generator.embedding=4",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(Folder.exists(folder("run/samples/0000006.txt")))
    let sampled = Command(
      ["sample", folder("run"), "--out", folder("x.txt"), "--count", "9", "--temperature", "0.5"], in: folder)
    #expect(sampled.status == 0, "\(sampled.errors)")
    let text = String(decoding: Folder.bytes(folder("x.txt")), as: UTF8.self)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 10)
    #expect(
      Command(["sample", folder("run"), "--out", folder("x.npy"), "--count", "2"], in: folder).status == 0)
    let wrong = Command(["sample", folder("run"), "--out", folder("x.png")], in: folder)
    #expect(wrong.status != 0 && wrong.errors.contains(".txt"))
    let measured = Command(
      [
        "evaluate", folder("run"), "--data", folder("lines.txt"), "--metrics", "bleu,unique", "--count", "20",
      ],
      in: folder)
    #expect(measured.status == 0 && measured.output.contains("bleu-2[tokens]"), "\(measured.errors)")
  }
}
