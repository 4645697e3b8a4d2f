import ArgumentParser
import GAN

struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Lists the presets, or shows one as a recipe.")

  @Argument(help: "A preset's name.")
  var name: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if let name {
      let preset = try Preset.named(name)
      if !json { print("\(preset.name): \(preset.summaryWithPaper)") }
      return print(try preset.recipe.indented)
    }
    if json { return print(try Preset.list(costs: true).indented) }
    let width = Preset.all.map(\.name.count).max() ?? 0
    for preset in Preset.all {
      let space = String(repeating: " ", count: width - preset.name.count)
      print("\(preset.name)\(space)  \(preset.kind)\t\(try preset.cost.text)\t\(preset.summaryWithPaper)")
    }
    print("Sizes are for images of 32×32 in three channels and ten classes, at the preset's batch.")
  }
}

extension Preset {
  fileprivate var summaryWithPaper: String { paper.isEmpty ? summary : "\(summary) (\(paper))" }
}
