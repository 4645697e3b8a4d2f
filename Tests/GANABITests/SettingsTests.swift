import CGAN
import GAN
import GANABI
import Testing

@Suite(.serialized) struct SettingsTests {
  @Test func threadsAndMemoryAreBounded() {
    #expect(gan_set_threads(-1) == GAN_ARGUMENT && gan_set_threads(.max) == GAN_ARGUMENT)
    #expect(gan_set_threads(0) == GAN_OK)
    #expect(gan_set_memory_limit(-1) == GAN_ARGUMENT)
  }

  @Test func presetsAreJSONThatMakesModels() throws {
    var length: Int64 = 0
    #expect(gan_presets(nil, 0, &length) == GAN_OK)
    var buffer = [CChar](repeating: 0, count: Int(length) + 1)
    #expect(gan_presets(&buffer, Int64(buffer.count), &length) == GAN_OK)
    let text = String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard case .array(let presets) = try JSON(parsing: text) else {
      Issue.record("expected an array")
      return
    }
    #expect(presets.count >= 10)
    for preset in presets {
      for key in ["name", "kind", "paper", "summary"] { #expect(preset[key] != nil) }
    }
  }

  @Test func statusesHaveNames() {
    let names = (0...11).map { gan_status_name($0).map { String(cString: $0) } }
    #expect(names.first == "OK" && names[10] == "INTERNAL" && names[11] == "UNKNOWN")
    #expect(Set(names).count == 12)
    for kind in GANError.Kind.allCases {
      #expect(names[Int(kind.rawValue)]?.lowercased() == "\(kind)")
    }
  }
}
