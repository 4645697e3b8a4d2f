import Glibc
import Graphs
import Testing

@testable import Training

/// A model of a file keeps what only training needs in the file until it is asked for.
@Suite struct WeightsTests {
  private let path = temporaryPath("weights.safetensors")
  private let sizes = #"{"generator":{"width":8,"depth":1},"discriminator":{"width":8,"depth":1}}"#

  private let three = SampleOptions(count: 3)

  private func trained() throws -> Model {
    let model = try Model(recipe: tinyRecipe(sizes))
    try step(model)
    try model.save(to: path)
    return model
  }

  private func step(_ model: Model) throws {
    _ = try batch([1, 0, 0, 1], [2, 2]) { try model.trainStep($0) }
  }

  private func scores(_ model: Model) throws -> [Float] {
    var values = [Float](repeating: 0, count: 2)
    try batch([1, 0, 0, 1], [2, 2]) { input in
      try values.withUnsafeMutableBufferPointer { _ = try model.apply("discriminate", input, into: $0) }
    }
    return values
  }

  @Test func samplingReadsWhatItNeeds() throws {
    defer { unlink(path) }
    let model = try trained()
    let loaded = try Model(path: path)
    #expect(try samples(loaded, three) == samples(model, three))
    #expect(loaded.weights.parts.map(\.input) == ["generator", "generator.average"])
    #expect(try scores(loaded) == scores(model))
    #expect(loaded.weights.parts.map(\.input) == model.weights.parts.map(\.input))
  }

  @Test func trainingGoesOnFromAFileThatIsGone() throws {
    let model = try trained()
    let loaded = try Model(path: path)
    unlink(path)
    try step(model)
    try step(loaded)
    #expect(try saved(loaded) == saved(model))
  }

  @Test func aFileThatWasChangedInPlaceIsNoticed() throws {
    defer { unlink(path) }
    let model = try trained()
    let loaded = try Model(path: path)
    let bytes = try contents(path)
    let other = temporaryPath("other.safetensors")
    defer { unlink(other) }
    var damaged = bytes
    damaged[damaged.count - 1] ^= 1
    for (content, kind) in [(damaged, GANError.Kind.format), (Array(bytes.dropLast(4)), .io)] {
      try put(content, path)
      let training = #expect(throws: GANError.self) { try step(loaded) }
      #expect(training?.kind == kind)
      let saving = #expect(throws: GANError.self) { try loaded.save(to: other) }
      #expect(saving?.kind == kind && access(other, F_OK) != 0)
      #expect(try samples(loaded, three) == samples(model, three))
      #expect(loaded.steps == 1)
    }
    try put(bytes, path)
    try step(loaded)
    try step(model)
    #expect(try saved(loaded) == saved(model))
  }

  /// As daemons close every descriptor they do not know, and get its number for the next file.
  @Test func aDescriptorThatTheHostTookIsLeftAlone() throws {
    defer { unlink(path) }
    try put([1, 2, 3], path)
    var file: OpenFile? = try OpenFile(path)
    let number = try #require(file).descriptor
    let stranger = open("/dev/zero", O_RDONLY)
    #expect(dup2(stranger, number) == number)
    close(stranger)
    var byte: UInt8 = 0
    let error = #expect(throws: GANError.self) { try #require(file).read(into: &byte, count: 1, at: 0) }
    #expect(error?.kind == .io)
    file = nil
    #expect(fcntl(number, F_GETFD) >= 0)
    close(number)
  }
}
