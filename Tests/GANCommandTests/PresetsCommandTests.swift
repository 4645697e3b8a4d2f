import GAN
import Testing

@Suite struct PresetsCommandTests {
  let folder = Folder()

  @Test func jsonIsAListWithNameKindPaperAndSummary() throws {
    let run = Command(["presets", "--json"], in: folder)
    #expect(run.status == 0)
    let list = try #require(try JSON(parsing: run.output).elements)
    #expect(list.compactMap { $0["name"]?.text } == Preset.all.map(\.name))
    for preset in list {
      for key in ["kind", "paper", "summary"] { #expect(preset[key]?.text != nil) }
      for key in ["parameters", "flops"] {
        #expect((preset["cost"]?[key]?.integer(Int.self) ?? 0) > 10_000, "\(preset["name"]?.text ?? "")")
      }
    }
  }

  @Test func onePresetIsARecipeThatTrainTakes() throws {
    let run = Command(["presets", "mlp", "--json"], in: folder)
    #expect(run.status == 0)
    let recipe = folder.write("mlp.json", Array(run.output.utf8))
    let dry = Command(
      ["train", "--data", folder.points(), "--out", folder("run"), "--recipe", recipe, "--dry-run"],
      in: folder)
    #expect(dry.status == 0, "\(dry.errors)")
  }

  @Test func theTableOfTheReadmeIsTheCommands() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let readme = Folder.text(root + "/README.md")
    for preset in Preset.all {
      #expect(readme.contains("| `\(preset.name)` | \(preset.kind) | \(preset.summary) | \(preset.paper) |"))
    }
  }
}
