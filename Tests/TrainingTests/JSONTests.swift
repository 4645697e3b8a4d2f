import Graphs
import Testing

@testable import Training

private struct Inner: Codable, Equatable {
  var rate = 0.5
  var betas: [Double] = []
}

private struct Outer: Codable, Equatable {
  var seed: UInt64 = 0
  var steps = 0
  var inner: Inner
  var list: [Inner] = []
  var name: String?
}

@Suite struct JSONTests {
  private func parse(_ text: String) throws(GANError) -> JSON { try JSON(parsing: text) }

  @Test func writesWhatItReads() throws {
    let text = #"{"a":[1,2.5,-3e-7],"b":{"c":null,"d":true},"e":"x\"\\\né\u0001"}"#
    #expect(try parse(text).compact == text)
    #expect(try parse(parse(text).indented) == parse(text))
    #expect(try parse(#""\ud83d\ude00\u00e9\/""#) == .string("😀é/"))
    #expect(try parse(#"{"b":1,"a":2}"#).compact == #"{"a":2,"b":1}"#)
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "[1 2]", #"{"a" 1}"#, #"{"a":1,}"#, "{a:1}", "01", "1.", ".5", "+1", "1e", "nul",
    "truee", "\"abc", "\"\\x\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\udc00\"", "\"a\nb\"", "1 2", "[1]]",
    #"{"a":1,"a":2}"#, "NaN", "-", "[",
  ])
  func refuses(text: String) {
    let error = #expect(throws: GANError.self) { try JSON(parsing: text) }
    #expect(error?.kind == .format)
    #expect(error?.field.hasPrefix("JSON") == true)
  }

  @Test func boundsDepthDigitsAndCount() {
    let many = "[" + String(repeating: "0,", count: 1 << 20) + "0]"
    for text in [String(repeating: "[", count: 100_000), String(repeating: "9", count: 1000), many] {
      let error = #expect(throws: GANError.self) { try parse(text) }
      #expect(error?.problem.contains("at most") == true)
    }
  }

  @Test func refusesWhatIsNotUTF8() {
    #expect(throws: GANError.self) { try JSON(parsing: [0x22, 0xC3, 0x22]) }
    #expect(throws: GANError.self) { try JSON(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func namesThePlace() {
    let error = #expect(throws: GANError.self) { try JSON(parsing: "{\n  \"a\": x}", name: "recipe") }
    #expect(error?.description == "recipe, line 2, column 8: expected a value, got 'x'")
  }

  @Test func roundTripsThroughCodable() throws {
    let value = Outer(
      seed: .max, steps: -4, inner: Inner(rate: 1e-5, betas: [0.9, 2]), list: [Inner()], name: nil)
    let json = try JSON(encoding: value)
    #expect(try json.decode(Outer.self) == value)
    #expect(json["seed"] == .number("18446744073709551615"))
    #expect(throws: GANError.self) { try JSON(encoding: Inner(rate: .nan)) }
  }

  @Test(arguments: [
    (#"{"seed":1,"steps":1,"list":[],"inner":{"rate":1,"betas":[]},"extra":1}"#, "extra: unknown key"),
    (#"{"seed":1,"steps":1,"list":[],"inner":{"rate":1,"betas":[],"x":0}}"#, "inner.x: unknown key"),
    (
      #"{"seed":1,"steps":1,"list":[{"rate":1,"betas":[],"y":0}],"inner":{"rate":1,"betas":[]}}"#,
      "list[0].y: unknown key"
    ),
    (
      #"{"seed":1,"steps":1,"list":[],"inner":{"rate":"a","betas":[]}}"#,
      #"inner.rate: expected a number, got "a""#
    ),
    (
      #"{"seed":1,"steps":1,"list":[],"inner":{"rate":1,"betas":[1,null]}}"#,
      "inner.betas[1]: expected a number, got null"
    ),
    (#"{"seed":1,"steps":1,"list":[],"inner":{"betas":[]}}"#, "inner.rate: expected a value, got none"),
    (
      #"{"seed":1,"steps":1,"list":{},"inner":{"rate":1,"betas":[]}}"#, "list: expected a list, got an object"
    ),
    (
      #"{"seed":-1,"steps":1,"list":[],"inner":{"rate":1,"betas":[]}}"#,
      "seed: expected a whole number from 0 to 18446744073709551615, got -1"
    ),
    (
      #"{"seed":1,"steps":1e300,"list":[],"inner":{"rate":1,"betas":[]}}"#,
      "steps: expected a whole number from -9223372036854775808 to 9223372036854775807, got 1e300"
    ),
    (
      #"{"seed":1,"steps":1,"list":[],"inner":{"rate":1e400,"betas":[]}}"#,
      "inner.rate: expected a number, got 1e400"
    ),
    (#"[]"#, "recipe: expected an object, got a list"),
  ])
  func decodesStrictly(text: String, message: String) throws {
    let json = try parse(text)
    let error = #expect(throws: GANError.self) { try json.decode(Outer.self, name: "recipe") }
    #expect(error?.description == message)
  }
}
