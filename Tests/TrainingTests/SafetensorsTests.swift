import Glibc
import Graphs
import Testing

@testable import Training

@Suite struct SafetensorsTests {
  private let first: [Float] = [1, -2.5, .infinity, Float(bitPattern: 5), 5, 6]
  private let second: [Float] = [7]

  private func write(to path: String) throws {
    try first.withUnsafeBufferPointer { first in
      try second.withUnsafeBufferPointer { second in
        try Safetensors.write(
          [("b.weight", [2, 3], first), ("a", [], second), ("none", [0, 4], first.extracting(0..<0))],
          metadata: [("recipe", #"{"a":"b"}"#), ("step", "12")], to: path)
      }
    }
  }

  @Test func givesBackWhatWasWritten() throws {
    let path = temporaryPath("round.safetensors")
    defer { unlink(path) }
    try write(to: path)
    let file = try Safetensors(reading: path)
    #expect(file.metadata("recipe") == #"{"a":"b"}"#)
    #expect(file.metadata("step") == "12")
    #expect(file.entries.map(\.name) == ["b.weight", "a", "none"])
    #expect(file.entries.first { $0.name == "b.weight" }?.shape == [2, 3])
    #expect(file.entries.first { $0.name == "none" }?.shape == [0, 4])
    #expect(try values(of: "b.weight", in: file) == first)
    #expect(try values(of: "a", in: file) == second)
    let bytes = try contents(path)
    #expect(bytes[8] == UInt8(ascii: "{"))
    try write(to: path)
    #expect(try contents(path) == bytes)
  }

  private func values(of name: String, in file: Safetensors) throws -> [Float] {
    let count = file.entries.first { $0.name == name }?.shape.count ?? 0
    let target = try Buffer<Float>(count: count, for: name)
    try file.read { $0.name == name ? target.pointer : nil }
    return withExtendedLifetime(target) { Array(target.elements) }
  }

  private func readAll(_ path: String) throws(GANError) {
    try Safetensors(reading: path).read { _ in nil }
  }

  @Test func aCutAnywhereIsNoticed() throws {
    let path = temporaryPath("cut.safetensors")
    defer { unlink(path) }
    try write(to: path)
    let bytes = try contents(path)
    for length in 0..<bytes.count {
      try put(Array(bytes[..<length]), path)
      let error = #expect(throws: GANError.self, "cut to \(length)") { try readAll(path) }
      #expect(error?.kind == .format)
      #expect(error?.description.contains(path) == true)
    }
    try put(bytes + [0], path)
    #expect(throws: GANError.self) { try readAll(path) }
  }

  @Test func anyFlippedBitIsNoticed() throws {
    let path = temporaryPath("flip.safetensors")
    defer { unlink(path) }
    try write(to: path)
    let bytes = try contents(path)
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        try put(damaged, path)
        let error = #expect(throws: GANError.self, "bit \(bit) of byte \(index)") {
          try readAll(path)
        }
        #expect(error?.kind == .format)
      }
    }
  }

  /// Files whose digest is right and whose header lies.
  @Test(arguments: [
    #""a":{"data_offsets":[0,4],"dtype":"F32","shape":[2]}"#,
    #""a":{"data_offsets":[0,8],"dtype":"F64","shape":[1]}"#,
    #""a":{"data_offsets":[0,8],"dtype":"F32","shape":[-2]}"#,
    #""a":{"data_offsets":[0,8],"dtype":"F32","shape":[4611686018427387904,4]}"#,
    #""a":{"data_offsets":[0,16],"dtype":"F32","shape":[4]}"#,
    #""a":{"data_offsets":[4,8],"dtype":"F32","shape":[1]}"#,
    #""a":{"data_offsets":[8,0],"dtype":"F32","shape":[2]}"#,
    #""a":{"data_offsets":[0,8],"dtype":"F32"}"#,
    #""a":{"data_offsets":["0","8"],"dtype":"F32","shape":[2]}"#,
    #""a":{"data_offsets":[0,8],"dtype":"F32","shape":[2]},"b":{"data_offsets":[0,4],"dtype":"F32","shape":[]}"#,
    #""a":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}"#,
    #""a":7"#,
  ])
  func lyingHeadersAreRefused(tensors: String) throws {
    let path = temporaryPath("lie.safetensors")
    defer { unlink(path) }
    func file(_ digest: String) -> [UInt8] {
      var text = Array(#"{"__metadata__":{"sha256":"\#(digest)"},\#(tensors)}"#.utf8)
      while text.count % 8 != 0 { text.append(32) }
      return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
        + Array(repeating: 0, count: 8)
    }
    var sha = SHA256()
    sha.update(file(String(repeating: "0", count: 64)))
    try put(file(sha.finish()), path)
    let error = #expect(throws: GANError.self) { try Safetensors(reading: path) }
    #expect(error?.kind == .format)
    #expect(error?.problem.contains("damaged") == false)
  }

  @Test func refusesWhatIsNoFile() {
    for path in ["/", "/nonexistent/file", "", "/dev/null"] {
      let error = #expect(throws: GANError.self) { try Safetensors(reading: path) }
      #expect(error?.kind == .io)
    }
  }
}

func temporaryPath(_ name: String) -> String {
  "/tmp/libgan-tests-\(getpid())-\(UInt32.random(in: 0 ... .max))-\(name)"
}

func contents(_ path: String) throws -> [UInt8] {
  let bytes = try readFile(path, limit: 1 << 30)
  return withExtendedLifetime(bytes) { Array(bytes.elements) }
}

func put(_ bytes: [UInt8], _ path: String) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  try #require(descriptor >= 0)
  defer { close(descriptor) }
  let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  #expect(written == bytes.count)
}
