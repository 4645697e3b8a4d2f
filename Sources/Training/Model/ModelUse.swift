import Datasets
import Graphs

extension Model {
  /// Elements that `sample` writes.
  ///
  /// - Throws: `.argument` naming an option, `.unsupported` for a model that generates nothing.
  public func sampleCount(_ options: SampleOptions) throws(GANError) -> Int {
    try options.validate()
    try sampler.check(.sample)
    if options.label != -1 || options.labels != nil {
      throw GANError(
        field: options.labels == nil ? "label" : "labels", expected: "none: the model is not conditional",
        got: options.labels == nil ? "\(options.label)" : "some")
    }
    return try elements(Int(options.count), sampler.rowCount(.sample).output)
  }

  private func elements(_ rows: Int, _ width: Int) throws(GANError) -> Int {
    let (count, overflow) = rows.multipliedReportingOverflow(by: width)
    guard !overflow, count <= Graph.greatestCount else {
      throw GANError(.memory, "count", "\(rows) results of \(width) values are too many")
    }
    return count
  }

  /// Writes samples: images `[count, H, W, C]` of −1…1, vectors `[count, D]`. Sample i of a seed
  /// depends on the model, the seed and i alone.
  ///
  /// - Returns: the elements written.
  /// - Throws: `.argument` when `out` is too small, and as `sampleCount`; `.busy`, `.memory`.
  @discardableResult
  public func sample(_ options: SampleOptions, into out: UnsafeMutableBufferPointer<Float>) throws(GANError)
    -> Int
  {
    let needed = try sampleCount(options)
    let base = try room(out, needed)
    try lock.read { () throws(GANError) in try sampler.sample(options, into: base) }
    return needed
  }

  private func room(_ out: UnsafeMutableBufferPointer<Float>, _ needed: Int) throws(GANError)
    -> UnsafeMutablePointer<Float>
  {
    guard out.count >= needed, let base = out.baseAddress else {
      throw GANError(field: "capacity", expected: "\(needed) elements", got: out.count)
    }
    return base
  }

  /// Elements that `apply` writes.
  ///
  /// - Throws: as `apply`.
  public func applyCount(_ operation: String, _ input: Batch) throws(GANError) -> Int {
    let known = try check(operation, input)
    return try elements(input.count, sampler.rowCount(known).output)
  }

  /// Runs a part of the model: `discriminate` (samples to raw scores `[N]`), `generate` (latents
  /// `[N, Z]` to samples), `classify` (samples to class probabilities `[N, K]`).
  ///
  /// - Returns: the elements written.
  /// - Throws: `.unsupported` for what this model cannot do, `.argument` for an input that does not
  ///   fit or too small an `out`; `.busy`, `.memory`.
  @discardableResult
  public func apply(
    _ operation: String, _ input: Batch, into out: UnsafeMutableBufferPointer<Float>
  ) throws(GANError) -> Int {
    let known = try check(operation, input)
    let needed = try elements(input.count, sampler.rowCount(known).output)
    let base = try room(out, needed)
    let values = try Buffer<Float>(count: input.shape.count, for: operation)
    defer { withExtendedLifetime(values) {} }
    input.copyValues(as: known == .generate ? .vectors : dataKind, into: values.pointer)
    try lock.read { () throws(GANError) in
      try sampler.apply(known, values.pointer, count: input.count, into: base)
    }
    return needed
  }

  private var dataKind: DataKind { program.recipe.data?.kind ?? .vectors }

  private func check(_ operation: String, _ input: Batch) throws(GANError) -> Sampler.Operation {
    guard let known = Sampler.Operation(rawValue: operation), known != .sample else {
      if ["encode", "reconstruct"].contains(operation) {
        throw GANError(.unsupported, operation, "this model has no such part")
      }
      throw GANError(
        field: "operation", expected: "one of discriminate, generate, classify, encode, reconstruct",
        got: "'\(String(operation.prefix(40)))'")
    }
    try sampler.check(known)
    let row = known == .generate ? Shape([program.recipe.latent.size]) : program.sample
    try input.validate(field: "input", sample: row)
    return known
  }
}

/// What a model says of itself.
public struct ModelInfo: Encodable, Hashable, Sendable {
  public var kind: String
  public var preset: String?
  /// "images" or "vectors".
  public var data: String
  public var sampleShape: [Int]
  /// 0 where the data had no labels.
  public var classes: Int
  /// Elements of a latent; 0 for a classifier.
  public var latent: Int
  /// Trainable numbers of each network.
  public var parameters: [NetworkSize]
  /// Steps made.
  public var steps: Int64
  public var averaged: Bool
  public var recipe: Recipe

  public struct NetworkSize: Encodable, Hashable, Sendable {
    public var network: String
    public var count: Int
  }

  private enum CodingKeys: String, CodingKey {
    case kind, preset, data, classes, latent, parameters, steps, averaged, recipe
    case sampleShape = "sample_shape"
  }
}

extension Model {
  public var info: ModelInfo {
    let recipe = self.recipe
    return ModelInfo(
      kind: recipe.kind.rawValue, preset: recipe.preset, data: dataKind.rawValue,
      sampleShape: program.sample.dimensions, classes: recipe.data?.classes ?? 0,
      latent: recipe.kind == .gan ? recipe.latent.size : 0,
      parameters: program.groups.map { .init(network: $0.name, count: $0.layouts.parameters.count) },
      steps: steps, averaged: recipe.kind == .gan && recipe.averaging > 0, recipe: recipe)
  }
}
