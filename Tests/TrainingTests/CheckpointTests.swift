import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

@Suite struct CheckpointTests {
  @Test func aDamagedCheckpointIsRefusedAndNothingElseHappens() throws {
    let model = try Model(
      recipe: tinyRecipe(#"{"generator":{"width":2,"depth":1},"discriminator":{"width":2,"depth":1}}"#))
    _ = try batch([1, 0, 0, 1], [2, 2]) { try model.trainStep($0) }
    let path = temporaryPath("damage.safetensors")
    defer { unlink(path) }
    try model.save(to: path)
    let bytes = try contents(path)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      try put(Array(bytes[..<length]), path)
      let error = #expect(throws: GANError.self) { try Model(path: path) }
      #expect(error?.kind == .format)
    }
    for index in stride(from: 0, to: bytes.count, by: 11) {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      try put(damaged, path)
      let error = #expect(throws: GANError.self) { try Model(path: path) }
      #expect(error?.kind == .format)
    }
    try put(bytes, path)
    #expect(try saved(Model(path: path)) == bytes)
  }

  /// Files that are whole, but not what they say.
  @Test func foreignTensorsAreRefused() throws {
    let model = try Model(recipe: tinyRecipe())
    let path = temporaryPath("foreign.safetensors")
    defer { unlink(path) }
    let other = try Model(recipe: tinyRecipe(#"{"generator":{"width":17}}"#))
    try Checkpoint.write(other.weights, model.recipe, Counters(), to: path)
    let error = #expect(throws: GANError.self) { try Model(path: path) }
    #expect(error?.kind == .format)
    #expect(error?.problem == "expected generator.0.weight [4, 16], got generator.0.weight [4, 17]")
    for (counters, field) in [
      (Counters(step: -1), "counters"), (Counters(updates: ["generator": .max]), "counters"),
    ] {
      try Checkpoint.write(model.weights, model.recipe, counters, to: path)
      let error = #expect(throws: GANError.self) { try Model(path: path) }
      #expect(error?.kind == .format && error?.field.hasSuffix(field) == true)
    }
    var recipe = model.recipe
    recipe.batch = 0
    try Checkpoint.write(model.weights, recipe, Counters(), to: path)
    let bad = #expect(throws: GANError.self) { try Model(path: path) }
    #expect(bad?.description == "\(path): recipe.batch: expected 1…65536, got 0")
    try Safetensors.write([], metadata: [("format", "pt")], to: path)
    let format = #expect(throws: GANError.self) { try Model(path: path) }
    #expect(format?.problem == "expected 'libgan 1', got 'pt'")
  }

  @Test func savingFailsWithoutLoss() throws {
    let model = try Model(recipe: tinyRecipe())
    for path in ["/nonexistent/x.safetensors", "", "/dev/full"] {
      let error = #expect(throws: GANError.self) { try model.save(to: path) }
      #expect(error != nil)
    }
    #expect(throws: GANError.self) { try Model(path: "/nonexistent") }
  }

  @Test func aRunDirectoryIsWrittenAndReadAgain() throws {
    let data = try Dataset.open("builtin:ring")
    let path = temporaryPath("run")
    defer { removeFolder(path) }
    let run = try RunDirectory(path)
    let model = try Model(recipe: tinyRecipe(), data: data)
    try run.begin(model)
    #expect(!run.hasCheckpoint)
    var problem: GANError?
    try model.train(on: data, TrainOptions(steps: 20, reportInterval: 5)) { statistics in
      do throws(GANError) {
        try run.report(statistics)
        try run.picture(model)
        if statistics.step == 10 { try run.save(model) }
      } catch { problem = error }
      return true
    }
    #expect(problem == nil && run.hasCheckpoint)
    #expect(isFolder(path + "/samples") && exists(path + "/samples/0000020.png"))
    func lines() throws -> [JSON] {
      let text = String(decoding: try contents(path + "/stats.jsonl"), as: UTF8.self)
      return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
    #expect(try lines().map { $0["step"] } == [5, 10, 15, 20].map { JSON.integer($0) })
    #expect(try lines()[0]["accuracy"]?.real != nil)
    let again = try Model(path: path)
    #expect(again.steps == 10)
    try RunDirectory(path).begin(again)
    #expect(try lines().count == 2)
    #expect(
      try Recipe(json: String(decoding: try contents(path + "/recipe.json"), as: UTF8.self)) == again.recipe)
    #expect(throws: GANError.self) { try RunDirectory("/dev/null/run") }
  }
}

func removeFolder(_ path: String) {
  for name in ["recipe.json", "stats.jsonl", "checkpoint.safetensors", "log.txt", "report.html"] {
    unlink(path + "/" + name)
  }
  for step in 0...40 {
    let digits = String(step)
    unlink(path + "/samples/" + String(repeating: "0", count: 7 - digits.count) + digits + ".png")
  }
  rmdir(path + "/samples")
  rmdir(path)
}
