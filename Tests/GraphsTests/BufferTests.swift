import Glibc
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

  @Test(arguments: [1, 262_112, 262_144, 1 << 20, (1 << 20) + 1, 3_000_001])
  func largeOnesAreToo(_ count: Int) throws {
    for _ in 0..<3 {
      let buffer = try Buffer<Float>(count: count, for: "test")
      #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
      #expect(buffer.elements.allSatisfy { $0 == 0 })
      buffer.elements.update(repeating: 1)
    }
  }

  /// What a large one does not use takes no memory of the machine.
  @Test func unusedPagesAreFree() throws {
    let buffer = try Buffer<UInt8>(count: 256 << 20, for: "test")
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let next = (UInt(bitPattern: buffer.pointer) / UInt(page) + 1) * UInt(page)
    let first = UnsafeMutableRawPointer(bitPattern: next)
    var isResident = Array(repeating: UInt8(0), count: (255 << 20) / page)
    #expect(mincore(first, 255 << 20, &isResident) == 0)
    // The first page, and with large pages what comes with it.
    #expect(isResident.count { $0 & 1 == 1 } * page <= 2 << 20)
  }

  @Test(arguments: [-1, .min, .max, .max / 4])
  func refusesWhatNoMemoryHolds(_ count: Int) throws {
    let error = try #require(throws: GANError.self) { try Buffer<Double>(count: count, for: "arena") }
    #expect(error.kind == .memory)
    #expect(error.description.contains("arena"))
    #expect(error.description.contains("\(count)"))
  }
}
