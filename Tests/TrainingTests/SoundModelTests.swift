import Datasets
import Glibc
import Graphs
import Networks
import Testing

@testable import Training

/// Short sounds and series through the whole engine.
@Suite(.serialized) struct SoundModelTests {
  /// Tones of two pitches, each in a phase and strength of its own.
  static func tones(_ count: Int, length: Int, kind: DataKind = .sounds, channels: Int = 1) throws -> Dataset
  {
    var values: [Float] = []
    for sample in 0..<count {
      let turn = sample % 2 == 0 ? 0.05 : 0.21
      let strength = 0.4 + 0.5 * Double(sample * 7 % 11) / 11
      for frame in 0..<length {
        for channel in 0..<channels {
          let angle = 2 * Double.pi * turn * Double(frame) + Double(3 * sample + channel)
          values.append(Float(strength * sin(angle)))
        }
      }
    }
    var options = DatasetOptions()
    options.kind = kind
    if kind == .sounds { options.rate = 8000 }
    return try Dataset.copying(
      values, shape: [count, length, channels], labels: (0..<count).map { Int32($0 % 2) }, options)
  }

  private func recipe(_ more: String = "", width: Int = 4) throws -> Recipe {
    let network = #"{"width":\#(width)}"#
    return try Recipe(
      json: #"{"preset":"wavegan","batch":8,"generator":\#(network),"discriminator":\#(network)\#(more)}"#)
  }

  @Test(arguments: [(256, 1, ""), (256, 1, #","conditioning":{"name":"cgan"}"#), (100, 2, "")])
  func waveGANTrainsSamplesAndResumes(length: Int, channels: Int, more: String) throws {
    let data = try Self.tones(24, length: length, channels: channels)
    let whole = try Model(recipe: recipe(more), data: data)
    #expect(whole.recipe.data?.rate == 8000 && whole.info.data == "sounds")
    try whole.train(on: data, TrainOptions(steps: 12))
    let half = try Model(recipe: recipe(more), data: data)
    try half.train(on: data, TrainOptions(steps: 6))
    let path = temporaryPath("half.safetensors")
    defer { unlink(path) }
    try half.save(to: path)
    let resumed = try Model(path: path)
    try resumed.train(on: data, TrainOptions(steps: 12))
    #expect(try saved(resumed) == saved(whole))
    let made = try whole.sample(SampleOptions(seed: 3, count: 5))
    #expect(made.shape == [5, length, channels] && made.allSatisfy { abs($0) <= 1 })
    let third = try samples(whole, SampleOptions(seed: 3, first: 3, count: 1))
    for (a, b) in zip(third, made[sample: 3]) { #expect(abs(a - b) <= 1e-5) }
  }

  @Test func threadsDoNotChangeABit() throws {
    let data = try Self.tones(24, length: 1024)
    defer { try? Execution.setThreads(0) }
    var files: [[UInt8]] = []
    for threads in [1, 2, 3] {
      try Execution.setThreads(threads)
      let model = try Model(recipe: recipe(width: 16), data: data)
      try model.train(on: data, TrainOptions(steps: 6))
      files.append(try saved(model))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }

  @Test func noPlanHoldsAReferenceImplementation() throws {
    let recipe = try Recipe(
      json: #"{"preset":"wavegan","batch":16,"data":{"kind":"sounds","shape":[4096]}}"#)
    let text = try Model(recipe: recipe).planListing()
    // Where vectors are shorter oneDNN has nothing better than products for some of them.
    let areDirect = try wholeText("/proc/cpuinfo").contains("avx512f")
    for line in text.split(separator: "\n") where line.contains("onvolution") {
      // Neither the plain loops, nor the products that oneDNN makes of long strided filters.
      #expect(!line.contains("ref:") && !(areDirect && line.contains("gemm:jit")), "\(line)")
    }
  }

  /// Of a file whose size is not known before it is read.
  private func wholeText(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Both as spectrograms and as they are.
  @Test(arguments: [1024, 128])
  func aClassifierTellsTonesApart(length: Int) throws {
    let data = try Self.tones(64, length: length)
    let recipe = try Recipe(json: #"{"preset":"classifier","batch":16}"#).resolved(for: data)
    #expect(recipe.classifier == Network(Classifier(spectrogram: length == 1024)))
    var narrow = recipe
    narrow.classifier = Network(Classifier(width: 4, features: 16, spectrogram: length == 1024))
    let model = try Model(recipe: narrow, data: data)
    try model.train(on: data, TrainOptions(steps: 60))
    let test = try Self.tones(32, length: length)
    var values = [Float](repeating: 0, count: 32 * length)
    for index in 0..<32 {
      values.withUnsafeMutableBufferPointer { test.copySample(index, into: $0.baseAddress! + index * length) }
    }
    let seen = try model.apply("classify", values, shape: [32, length, 1])
    let right = (0..<32).count { index in (seen[2 * index] < seen[2 * index + 1]) == (index % 2 == 1) }
    #expect(right >= 30, "\(right) of 32")
  }

  @Test func seriesGetNetworksOfTheirOwn() throws {
    let data = try Self.tones(24, length: 24, kind: .series, channels: 3)
    let recipe = try Recipe(json: #"{"preset":"wgan-gp","batch":8}"#)
    let model = try Model(recipe: recipe, data: data)
    #expect(model.recipe.generator?.name == "wavegan")
    try model.train(on: data, TrainOptions(steps: 6))
    #expect(try model.sample(SampleOptions(count: 2)).shape == [2, 24, 3])
    // Values of any size: no tanh, also where the architecture is named.
    let named = try Recipe(json: #"{"generator":{"architecture":"wavegan","width":4}}"#).resolved(for: data)
    #expect(named.generator == Network(WaveGAN(width: 4, output: Activation(.linear))))
  }
}
