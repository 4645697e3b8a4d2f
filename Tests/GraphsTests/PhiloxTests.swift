import Glibc
import Testing

@testable import Graphs

@Suite struct PhiloxTests {
  /// The vectors that the authors publish with their code (Random123, kat_vectors, philox4x32 10).
  @Test func givesThePublishedVectors() {
    let ones = UInt32.max
    #expect(
      Philox.block((0, 0, 0, 0), key: (0, 0)) == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block((ones, ones, ones, ones), key: (ones, ones))
        == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
        == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func counterAndKeyAreSeedIndexStreamAndStep() {
    let state = RandomState(seed: 0x299f_31d0_a409_3822, step: 0x0370_7344)
    let block = state.block(0x85a3_08d3_243f_6a88, stream: 0x1319_8a2e)
    #expect(block == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func uniformsAreTheTopBitsOfTheWords() {
    let state = RandomState(seed: 0)
    let block = state.block(0, stream: 0)
    #expect(block.0 == 0x6627_e8d5)
    #expect(state.uniform(0, stream: 0) == Double(0x66_27e8) / 16_777_216)
    #expect(state.uniform(3, stream: 0) == Double(0x9b_00db) / 16_777_216)
    #expect(state.uniform(4, stream: 0) == Double(state.block(1, stream: 0).0 >> 8) / 16_777_216)
  }

  @Test func momentsAreThoseOfTheDistributions() {
    let (count, state) = (40_000, RandomState(seed: 11, step: 2))
    let normals = (0..<count).map { state.normal(UInt64($0), stream: 1) }
    let uniforms = (0..<count).map { state.uniform(UInt64($0), stream: 2) }
    func moment(_ values: [Double], _ power: Int) -> Double {
      values.map { pow($0, Double(power)) }.reduce(0, +) / Double(count)
    }
    let neighbours = zip(normals, normals.dropFirst()).map { $0 * $1 }.reduce(0, +)
    // Five standard errors each.
    #expect(abs(moment(normals, 1)) < 0.025)
    #expect(abs(moment(normals, 2) - 1) < 0.036)
    #expect(abs(moment(normals, 3)) < 0.097)
    #expect(abs(moment(normals, 4) - 3) < 0.25)
    #expect(abs(neighbours) / Double(count) < 0.025)
    #expect(abs(moment(uniforms, 1) - 0.5) < 0.0073)
    #expect(abs(moment(uniforms, 2) - 1.0 / 3) < 0.0075)
    #expect(uniforms.allSatisfy { $0 >= 0 && $0 < 1 })
  }
}
