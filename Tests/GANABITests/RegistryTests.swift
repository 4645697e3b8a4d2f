import GAN
import Testing

@testable import GANABI

private final class Thing: Sendable {}

@Suite struct RegistryTests {
  @Test func aReusedSlotHasAnotherHandle() throws {
    let registry = Registry()
    let first = try registry.insert(Thing(), as: .model)
    try registry.remove(first, .model)
    let second = try registry.insert(Thing(), as: .model)
    #expect(first != second && first & 0xFFFF_FFFF == second & 0xFFFF_FFFF)
    #expect(throws: GANError.self) { try registry.remove(first, .model) }
    #expect(registry.count == 1)
  }

  @Test func anObjectInUseStays() throws {
    let registry = Registry()
    let handle = try registry.insert(Thing(), as: .dataset)
    try registry.withObject(handle, .dataset) { (_: Thing) throws(GANError) in
      do throws(GANError) {
        try registry.remove(handle, .dataset)
        Issue.record("removed while in use")
      } catch { #expect(error.kind == .busy) }
    }
    try registry.remove(handle, .dataset)
    #expect(registry.count == 0)
  }

  @Test func everyAlteredBitIsNoticed() throws {
    let registry = Registry()
    let handle = try registry.insert(Thing(), as: .model)
    for bit in 0..<64 {
      #expect(throws: GANError.self, "bit \(bit)") { try registry.remove(handle ^ 1 << UInt64(bit), .model) }
    }
    try registry.remove(handle, .model)
  }
}
