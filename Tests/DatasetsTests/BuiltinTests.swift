import Graphs
import Testing

@testable import Datasets

@Suite struct BuiltinTests {
  @Test(arguments: [("builtin:ring", 8, 0.01), ("builtin:grid", 25, 0.05)])
  func pointsLieAroundTheirCentres(path: String, modes: Int, deviation: Double) throws {
    let data = try Dataset.open(path)
    #expect(data.kind == .vectors && data.sampleShape == [2] && data.classes == modes)
    var sums = Array(repeating: (n: 0.0, x: 0.0, y: 0.0, square: 0.0), count: modes)
    var point: [Float] = [0, 0]
    for i in 0..<data.count {
      data.copySample(i, into: &point)
      let (mode, x, y) = (Int(data.label(of: i)), Double(point[0]), Double(point[1]))
      sums[mode] = (sums[mode].n + 1, sums[mode].x + x, sums[mode].y + y, sums[mode].square + x * x + y * y)
    }
    for sum in sums {
      #expect(abs(sum.n / Double(data.count) * Double(modes) - 1) < 0.1)
      let (x, y) = (sum.x / sum.n, sum.y / sum.n)
      if modes == 8 { #expect(abs(x * x + y * y - 1) < 0.01) }
      let variance = sum.square / sum.n - x * x - y * y
      #expect(abs((variance / 2).squareRoot() / deviation - 1) < 0.05)
    }
  }

  @Test func unknownNamesAreAnsweredWithTheKnown() {
    let error = #expect(throws: GANError.self) { try Dataset.open("builtin:moons") }
    #expect(error?.description == "builtin:moons: expected one of ring, grid, got 'moons'")
  }
}
