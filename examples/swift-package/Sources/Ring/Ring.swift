import GAN

/// Trains on eight Gaussians on a ring, and counts how many of them the generator found.
@main struct Ring {
  static func main() throws {
    let ring = try Dataset.open("builtin:ring")
    var recipe = try Recipe(preset: "mlp")
    recipe.seed = 7
    let model = try Model(recipe: recipe, data: ring)
    let steps = CommandLine.arguments.dropFirst().first.flatMap { Int64($0) } ?? 4000
    try model.train(on: ring, TrainOptions(steps: steps, reportInterval: max(1, steps / 8))) { statistics in
      print("step \(statistics.step): accuracy \(statistics.accuracy)")
      return true  // false stops
    }
    print("\(try modes(of: model)) of 8 modes have samples")
  }

  /// The centres, each at (±1, 0), (0, ±1) or between them, with 20 of 1,000 samples within 0.2.
  static func modes(of model: Model) throws -> Int {
    let samples = try model.sample(SampleOptions(seed: 1, count: 1000))
    let diagonal = Float(0.5).squareRoot()
    let centres: [(Float, Float)] = [
      (1, 0), (diagonal, diagonal), (0, 1), (-diagonal, diagonal), (-1, 0), (-diagonal, -diagonal), (0, -1),
      (diagonal, -diagonal),
    ]
    return centres.count { centre in
      let near = stride(from: 0, to: samples.count - 1, by: 2).count {
        let x = samples[$0] - centre.0
        let y = samples[$0 + 1] - centre.1
        return x * x + y * y < 0.04
      }
      return near >= 20
    }
  }
}
