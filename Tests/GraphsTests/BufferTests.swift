import Testing

@testable import Graphs

@Suite struct BufferTests {
  @Test func isZeroedAlignedAndWritable() throws {
    let buffer = try Buffer<Float>(count: 1000, for: "test")
    #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
    #expect(buffer.elements.allSatisfy { $0 == 0 })
    buffer.elements[999] = 3
    #expect(buffer.pointer[999] == 3)
    #expect(try Buffer<Float>(count: 0, for: "nothing").elements.isEmpty)
  }

  @Test(arguments: [-1, .min, .max, .max / 4])
  func refusesWhatNoMemoryHolds(_ count: Int) throws {
    let error = try #require(throws: GANError.self) { try Buffer<Double>(count: count, for: "arena") }
    #expect(error.kind == .memory)
    #expect(error.description.contains("arena"))
    #expect(error.description.contains("\(count)"))
  }
}
