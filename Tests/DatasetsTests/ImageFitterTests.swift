import Graphs
import Testing

@testable import Datasets

@Suite struct ImageFitterTests {
  private func fit(_ image: [UInt8], _ shape: Shape, to target: Shape) throws -> [UInt8] {
    let fitter = try ImageFitter(to: target, DatasetOptions(), field: "test")
    var result = [UInt8](repeating: 0, count: target.count)
    try fitter.fit(image, shape, into: &result, field: "test")
    return result
  }

  @Test func transparentColoursDoNotShineThrough() throws {
    // Half of the area is opaque black, half transparent red: the mean is black at half alpha.
    #expect(try fit([0, 0, 0, 255, 255, 0, 0, 0], [1, 2, 4], to: [1, 1, 4]) == [0, 0, 0, 128])
  }

  @Test func oneFitterTakesManySizes() throws {
    let fitter = try ImageFitter(to: [1, 1, 1], DatasetOptions(), field: "test")
    var result: [UInt8] = [0]
    try fitter.fit([10, 20], [1, 2, 1], into: &result, field: "test")
    #expect(result == [15])
    try fitter.fit([10, 20, 30, 40, 50, 60], [3, 2, 1], into: &result, field: "test")
    #expect(result == [35])
    try fitter.fit([7], [1, 1, 1], into: &result, field: "test")
    #expect(result == [7])
  }

  @Test func everyByteSurvivesAChangeOfChannels() throws {
    let greys = (0...255).map { UInt8($0) }
    let colours = greys.flatMap { [$0, $0, $0] }
    #expect(try fit(greys, [16, 16, 1], to: [16, 16, 3]) == colours)
    #expect(try fit(colours, [16, 16, 3], to: [16, 16, 1]) == greys)
  }
}
