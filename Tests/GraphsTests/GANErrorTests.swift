import Testing

@testable import Graphs

@Suite struct GANErrorTests {
  @Test func saysFieldExpectedAndGot() {
    let error = GANError(field: "generator.width", expected: "at least 1", got: -3)
    #expect(error.kind == .argument)
    #expect(error.description == "generator.width: expected at least 1, got -3")
    #expect(GANError(.io, "", "gone").description == "gone")
  }

  @Test func isOneShortLineWhateverCame() {
    let nasty = "a\nb\r\0c\u{7f}" + String(repeating: "ü", count: 1000)
    let text = GANError(.format, nasty, nasty).description
    #expect(text.unicodeScalars.count == 500)
    #expect(text.hasPrefix("a b  c ü"))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 })
  }

  @Test func codesAreStable() {
    #expect(GANError.Kind.allCases.map(\.rawValue) == Array(1...10))
    #expect(GANError.Kind.internal.rawValue == 10)
  }
}
