import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

@Suite(.serialized) struct HealthTests {
  private let watched = #"{"health":{"every":10},"evaluation":{"held-out":64},"steps":60}"#

  private func train(_ model: Model, _ data: Dataset, to steps: Int64) throws -> [StepStatistics] {
    var all: [StepStatistics] = []
    try model.train(on: data, TrainOptions(steps: steps)) {
      all.append($0)
      return true
    }
    return all
  }

  @Test func looksComeWithTheirFigures() throws {
    let data = try Dataset.open("builtin:ring")
    let model = try Model(recipe: tinyRecipe(watched), data: data)
    let all = try train(model, data, to: 60)
    #expect(all[8].signals == nil)
    let signals = try #require(all[59].signals)
    #expect(signals.step == 60 && all[9].signals?.step == 10 && all[18].signals?.step == 10)
    for share in [
      signals.heldOutShare, signals.seenShare, signals.coverage, signals.copies, signals.distinct,
      signals.represented,
    ] {
      #expect((0...1).contains(try #require(share)))
    }
    for figure in [signals.diversity, signals.nearest, signals.spread, signals.fakeSlope, signals.movement] {
      #expect(try #require(figure) >= 0)
    }
    #expect(signals.labelling == nil)
    #expect(all[59].json.compact.contains(#""signals":{"copies":"#))
    #expect(!all[58].json.compact.contains("signals"))
  }

  /// What is looked at leaves the weights as they are; with the policy `off` nothing is looked at.
  @Test func lookingChangesNothing() throws {
    let data = try Dataset.open("builtin:ring")
    var parts: [[Float]] = []
    for policy in ["off", "warn"] {
      let recipe = try tinyRecipe(#"{"health":{"every":7,"policy":"\#(policy)"}}"#)
      let model = try Model(recipe: recipe, data: data)
      let all = try train(model, data, to: 40)
      #expect((all[39].signals != nil) == (policy == "warn"))
      parts.append(model.weights.parts.flatMap { Array($0.values.elements) })
    }
    #expect(parts[0] == parts[1])
  }

  @Test func goingOnIsBitExactWithHealthOn() throws {
    let data = try Dataset.open("builtin:ring")
    let whole = try Model(recipe: tinyRecipe(watched), data: data)
    let all = try train(whole, data, to: 60)
    let first = try Model(recipe: tinyRecipe(watched), data: data)
    _ = try train(first, data, to: 33)
    let path = temporaryPath("resume.safetensors")
    defer { unlink(path) }
    try first.save(to: path)
    let second = try Model(path: path)
    let rest = try train(second, data, to: 60)
    #expect(rest.last?.signals == all.last?.signals && rest.last?.verdict == all.last?.verdict)
    #expect(try second.health == whole.health)
    #expect(try saved(second) == saved(whole))
  }

  /// Held-out samples are never trained on, whatever the epoch.
  @Test func aPartitionHasEverySampleOnce() throws {
    let values = (0..<100).map { Float($0) }
    let data = try batch(values, [100, 1]) { try Dataset(copying: $0) }
    let parts = try Partition(data, holdingOut: 7, seed: 3)
    var held: [Float] = []
    for index in 0..<7 {
      var value: Float = 0
      parts.heldOut.copySample(index, into: &value)
      held.append(value)
    }
    let trained = parts.training.elements.map { Float($0) }
    #expect((held + trained).sorted() == values && trained == trained.sorted())
    let source = try BatchSource(data, batch: 31, seed: 1, among: parts.training)
    var seen: Set<Float> = []
    for _ in 0..<9 { for value in try source.next().values { seen.insert(value) } }
    #expect(seen == Set(trained))
    let again = try Partition(data, holdingOut: 7, seed: 3)
    #expect(again.training.elements.elementsEqual(parts.training.elements))
  }

  @Test func asManyAreHeldOutAsTheRecipeSays() throws {
    var plan = EvaluationPlan()
    #expect([1, 999, 1000, 5120, 60000].map { plan.count(of: $0) } == [0, 0, 50, 256, 256])
    plan.heldOut = 10
    #expect(plan.count(of: 50) == 10)
    let data = try Dataset.open("builtin:ring")
    let model = try Model(recipe: tinyRecipe(#"{"evaluation":{"held-out":999999}}"#), data: data)
    let error = #expect(throws: GANError.self) { try model.train(on: data, TrainOptions(steps: 1)) }
    #expect(error?.field == "evaluation.held-out")
  }

  private let fragile = #"{"objective":{"loss":"least-squares"},"health":{"every":10,"drops":1,"retries":2}}"#
  private let huge = Array(repeating: Float(3e38), count: 8)
  private let fine: [Float] = [1, 0, 0, 1, 0.5, 0.5, -1, 0]

  private func step(_ model: Model, _ values: [Float]) throws -> StepStatistics {
    try batch(values, [4, 2]) { try model.trainStep($0) }
  }

  @Test func aBadBatchIsLeftOutAndTwoGoBack() throws {
    let model = try Model(recipe: tinyRecipe(fragile))
    for _ in 0..<12 { _ = try step(model, fine) }
    let snapshot = { model.weights.parts.map { Array($0.values.elements) } }
    // The snapshot is of step 10: taken before the step after it.
    let reference = try Model(recipe: tinyRecipe(fragile))
    for _ in 0..<10 { _ = try step(reference, fine) }
    let atTen = reference.weights.parts.map { Array($0.values.elements) }
    let discriminator = model.weights.parts.firstIndex { $0.input == "discriminator" }!
    let before = snapshot()[discriminator]
    let first = try step(model, huge)
    #expect(first.verdict == 1 && !first.wentBack && first.rateFactor == 1)
    #expect(snapshot()[discriminator] == before)
    let second = try step(model, huge)
    #expect(second.verdict == 1 && second.wentBack && second.rateFactor == 0.5)
    #expect(snapshot() == atTen)
    let third = try step(model, fine)
    #expect(third.verdict == 0 && third.step == 15 && third.rateFactor == 0.5)
  }

  @Test func goodStretchesForgiveAndRetriesEnd() throws {
    let model = try Model(recipe: tinyRecipe(fragile))
    func goBack() throws { for _ in 0..<2 { _ = try step(model, huge) } }
    try goBack()
    try goBack()
    // Steps 5 to 20 hold a stretch that ends well.
    for _ in 0..<16 { _ = try step(model, fine) }
    try goBack()
    try goBack()
    let error = #expect(throws: GANError.self) { try goBack() }
    #expect(error?.kind == .diverged)
    let finite = model.weights.areFinite
    #expect(finite)
    #expect(try step(model, fine).rateFactor == 0.0625)
  }

  /// A run that went back goes on from a file as it would have in one piece.
  @Test func goingBackIsBitExactAfterALoad() throws {
    let first = try Model(recipe: tinyRecipe(fragile))
    for _ in 0..<13 { _ = try step(first, fine) }
    let path = temporaryPath("back.safetensors")
    defer { unlink(path) }
    try first.save(to: path)
    let second = try Model(path: path)
    for model in [first, second] {
      for values in [fine, fine, huge, huge, fine, huge, fine, fine] { _ = try step(model, values) }
    }
    #expect(try saved(first) == saved(second))
    #expect(try step(second, fine).rateFactor == 0.5)
  }

  @Test func weightsThatAreNotFiniteAreNeverSaved() throws {
    let model = try Model(recipe: tinyRecipe(fragile))
    let path = temporaryPath("kept.safetensors")
    defer { unlink(path) }
    try model.save(to: path)
    let before = try contents(path)
    model.weights.parts[0].values.pointer[3] = .infinity
    let error = #expect(throws: GANError.self) { try model.save(to: path) }
    #expect(error?.kind == .diverged)
    #expect(try contents(path) == before)
    // Steps with such weights are not finite, so training goes back by itself.
    _ = try Model(path: path)
  }

  @Test func weightsThatOverflowComeBack() throws {
    let model = try Model(recipe: tinyRecipe(fragile))
    for _ in 0..<3 { _ = try step(model, fine) }
    model.weights.parts[0].values.pointer[3] = .infinity
    #expect(try step(model, fine).verdict == 1)
    #expect(try step(model, fine).wentBack)
    let finite = model.weights.areFinite
    #expect(finite)
    #expect(try step(model, fine).verdict == 0)
  }

  /// Few items many times: an alarm at the second look.
  private func repeated() throws -> Dataset {
    let values = (0..<4000).map { (place: Int) -> Float in
      let item = place / 2 % 20
      return place % 2 == 0 ? Float(item) / 20 : -1
    }
    return try batch(values, [2000, 2]) { try Dataset(copying: $0) }
  }

  @Test func policiesAct() throws {
    let data = try repeated()
    func model(_ policy: String) throws -> Model {
      try Model(recipe: tinyRecipe(#"{"health":{"every":10,"retries":2,"policy":"\#(policy)"}}"#), data: data)
    }
    let warned = try model("warn")
    #expect(try train(warned, data, to: 40).last?.verdict == Verdict.memorising.rawValue)
    #expect(try warned.health.verdict == "memorising" && warned.health.since == 20)
    let off = try model("off")
    #expect(try train(off, data, to: 40).last?.verdict == 0)
    let stopped = try model("stop")
    let stop = #expect(throws: GANError.self) { try train(stopped, data, to: 40) }
    #expect(stop?.kind == .diverged && stop?.problem.hasPrefix("stopped after step 20: memorising (") == true)
    let back = try model("roll-back")
    let end = #expect(throws: GANError.self) { try train(back, data, to: 400) }
    #expect(end?.kind == .diverged && back.steps == 60)
  }

  @Test func plansAreChecked() throws {
    for (text, field) in [
      (#"{"health":{"every":0}}"#, "health.every"), (#"{"health":{"rate":0}}"#, "health.rate"),
      (#"{"health":{"policy":"hope"}}"#, "health.policy"), (#"{"health":{"retries":101}}"#, "health.retries"),
      (#"{"health":{"drops":-1}}"#, "health.drops"),
      (#"{"evaluation":{"held-out":-1}}"#, "evaluation.held-out"),
      (#"{"health":{"colour":1}}"#, "health.colour"),
    ] {
      let error = #expect(throws: GANError.self) { try tinyRecipe(text) }
      #expect(error?.field == field)
    }
  }

  @Test func sharesAndSignatures() throws {
    #expect(Look.share([3, 4], above: [1, 2]) == 1 && Look.share([1], above: [1]) == 0.5)
    #expect(Look.share([1, 3], above: [2]) == 0.5 && Look.share([.nan], above: [1]) == nil)
    let pooled = Signature([16, 16, 1])
    let image = (0..<256).map { (place: Int) -> Float in
      let (row, column) = (place / 16, place % 16)
      return Float(row / 2 * 8 + column / 2)
    }
    var out = Array(repeating: Float.nan, count: pooled.width)
    pooled.write(image, into: &out)
    #expect(out == (0..<64).map { Float($0) })
    // Random signs keep distances, on average.
    let long = Signature([1000])
    var (a, b) = (Array(repeating: Float(0), count: 64), Array(repeating: Float(0), count: 64))
    let sines: [Float] = (0..<1000).map { (place: Int) -> Float in Float(sin(Double(place))) }
    let cosines: [Float] = (0..<1000).map { (place: Int) -> Float in Float(cos(Double(place))) }
    long.write(sines, into: &a)
    long.write(cosines, into: &b)
    var sum: Float = 0
    for (x, y) in zip(a, b) { sum += (x - y) * (x - y) }
    let distance = sum.squareRoot()
    #expect(abs(distance - 31.6) < 6)
  }
}
