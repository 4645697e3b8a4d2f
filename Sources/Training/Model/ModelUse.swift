import Datasets
import Graphs

extension Model {
  /// Elements that `sample` writes.
  ///
  /// - Throws: `.argument` naming an option, `.unsupported` for a model that generates nothing or has
  ///   no codes.
  public func sampleCount(_ options: SampleOptions) throws(GANError) -> Int {
    try options.validate()
    guard program.recipe.kind == .gan else {
      throw GANError(.unsupported, "sample", "a model of kind \(program.recipe.kind.rawValue) has no samples")
    }
    try checkConditions(options)
    return try elements(Int(options.count), program.sample.count)
  }

  private func checkConditions(_ options: SampleOptions) throws(GANError) {
    let field = options.labels == nil ? "label" : "labels"
    if options.label != -1 || options.labels != nil {
      guard case .classes(let classes) = program.conditions else {
        throw GANError(
          field: field, expected: "none: the model is not conditional",
          got: options.labels == nil ? "\(options.label)" : "some")
      }
      guard options.codes == nil else {
        throw GANError(field: "codes", expected: "none beside \(field)", got: "some")
      }
      guard (-1..<Int32(classes)).contains(options.label) else {
        throw GANError(
          field: "label", expected: "0…\(classes - 1), or -1 for all in turn", got: options.label)
      }
      _ = try options.labels?.withUnsafeBufferPointer { labels throws(GANError) in
        try validateLabels(labels, count: Int(options.count), classes: classes, field: "labels")
      }
    }
    _ = try request(options)
    try options.codes?.withUnsafeBufferPointer { codes throws(GANError) in
      try program.conditions.check(codes, rows: Int(options.count), "codes")
    }
  }

  /// What is asked of a table's rows.
  func request(_ options: SampleOptions) throws(GANError) -> TableRequest {
    guard !options.conditions.isEmpty || options.balanced else { return TableRequest() }
    guard let schema = program.recipe.data?.table else {
      throw GANError(
        .unsupported, options.balanced ? "balanced" : "where",
        "expected a model of a table, got one of \(dataKind.rawValue)")
    }
    return try TableRequest(options.conditions, of: schema)
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
    try lock.read { () throws(GANError) in
      try sampler.inTurn { () throws(GANError) in
        try sampler.sample(options, asked: request(options), into: base)
      }
    }
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
    try elements(input.count, check(operation, input).output)
  }

  /// Runs a part of the model: `discriminate` (samples to raw scores `[N]`), `generate` (latents
  /// `[N, Z]` to samples), `classify` (samples to class probabilities `[N, K]`), `features` (samples to a
  /// classifier's last hidden layer `[N, F]`), `encode` (samples to latents `[N, Z]`), `reconstruct` (samples to samples), `invert` (samples to the latents whose own
  /// samples come nearest, searched for by gradient: some 300 passes).
  ///
  /// The input has labels where the networks take classes in; or, for `generate`, every latent is
  /// followed by its class weights or codes, as in `SampleOptions.codes`.
  ///
  /// - Returns: the elements written.
  /// - Throws: `.unsupported` for what this model cannot do, `.argument` for an input that does not
  ///   fit or too small an `out`; `.busy`, `.memory`.
  @discardableResult
  public func apply(
    _ operation: String, _ input: Batch, into out: UnsafeMutableBufferPointer<Float>
  ) throws(GANError) -> Int {
    let known = try check(operation, input)
    let needed = try elements(input.count, known.output)
    let base = try room(out, needed)
    try lock.read { () throws(GANError) in
      try sampler.inTurn { () throws(GANError) in
        let values = try Buffer<Float>(count: input.shape.count, for: operation)
        defer { withExtendedLifetime(values) {} }
        let kind = if case .latents = known.input { DataKind.vectors } else { dataKind }
        input.copyValues(as: kind, into: values.pointer)
        let conditions = try conditions(of: known, input, values.pointer)
        defer { withExtendedLifetime(conditions) {} }
        let width = input.shape.count / max(1, input.count)
        let rows = Sampler.Rows(
          values: values.pointer, width: width - (conditions?.follow ?? 0),
          conditions: conditions.map { UnsafePointer($0.rows.pointer) }, count: input.count)
        if operation == Inversion.name { return try sampler.invert(rows, into: base) }
        try sampler.apply(known, rows, into: base)
      }
    }
    return needed
  }

  private var dataKind: DataKind { program.recipe.data?.kind ?? .vectors }

  private func check(_ name: String, _ input: Batch) throws(GANError) -> Operation {
    let operation = try program.operation(name)
    let classes: Int? = if case .classes(let count) = program.conditions { count } else { nil }
    var needsLabels = false
    switch operation.input {
    case .samples(let labelled):
      try input.validate(field: "input", sample: program.sample, classes: classes)
      if let vocabulary = program.recipe.data?.vocabulary {
        try input.validateTokens(of: vocabulary, "input")
      }
      needsLabels = labelled
    case .latents:
      let size = program.recipe.latent.size
      let given = program.conditions.given
      let follow = given > 0 && input.shape.rank == 2 && input.shape[1] == size + given
      let isWhole = classes == nil && given > 0
      try input.validate(
        field: "input", sample: [size + (follow || isWhole ? given : 0)], classes: classes)
      needsLabels = given > 0 && !follow
      if follow, input.labels != nil {
        throw GANError(field: "input.labels", expected: "none beside codes", got: "some")
      }
    }
    if needsLabels, input.labels == nil {
      throw GANError(field: "input.labels", expected: "\(input.count) labels, one a sample", got: "none")
    }
    return operation
  }

  /// The conditions that a checked input holds, as networks take them, and how many numbers of each
  /// row they follow it in.
  private func conditions(of operation: Operation, _ input: Batch, _ values: UnsafeMutablePointer<Float>)
    throws(GANError) -> (rows: Buffer<Float>, follow: Int)?
  {
    let conditions = program.conditions
    guard conditions.width > 0 else { return nil }
    let rows = try Buffer<Float>(count: elements(input.count, conditions.width), for: operation.name)
    if case .classes = conditions, let labels = input.labels {
      for row in 0..<input.count {
        conditions.fill(rows.pointer + row * conditions.width, label: Int(labels[row]))
      }
      return (rows, 0)
    }
    guard case .latents = operation.input else { return nil }
    // Latents and codes are parted: the latents close up, the codes go to their own rows.
    let (size, given) = (program.recipe.latent.size, conditions.given)
    let codes = try Buffer<Float>(count: elements(input.count, given), for: operation.name)
    defer { withExtendedLifetime(codes) {} }
    for row in 0..<input.count {
      let start = values + row * (size + given)
      (codes.pointer + row * given).update(from: start + size, count: given)
      (values + row * size).update(from: start, count: size)
    }
    try conditions.check(UnsafeBufferPointer(codes.elements), rows: input.count, "input.data")
    for row in 0..<input.count {
      conditions.fill(rows.pointer + row * conditions.width, given: codes.pointer + row * given)
    }
    return (rows, given)
  }
}

/// What a model says of itself.
public struct ModelInfo: Encodable, Hashable, Sendable {
  public var kind: String
  public var preset: String?
  /// A kind of data: "images", "vectors", "sounds" or "series".
  public var data: String
  public var sampleShape: [Int]
  /// `gan`, `cgan`, `infogan`, …; `classifier`.
  public var family: String
  /// 0 where the data had no labels.
  public var classes: Int
  /// Elements of a latent; 0 for a classifier.
  public var latent: Int
  /// Numbers of `SampleOptions.codes` a sample: of InfoGAN its codes, of a model with classes their
  /// weights.
  public var codes: Int
  /// Whether samples can be asked for by label.
  public var conditional: Bool
  /// What `apply` can do.
  public var operations: [String]
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
    case kind, family, preset, data, classes, latent, codes, conditional, operations, parameters, steps,
      averaged, recipe
    case sampleShape = "sample_shape"
  }
}

extension Model {
  public var info: ModelInfo {
    let recipe = self.recipe
    return ModelInfo(
      kind: recipe.kind.rawValue, preset: recipe.preset, data: dataKind.rawValue,
      sampleShape: program.sample.dimensions, family: recipe.familyName, classes: recipe.classes,
      latent: recipe.kind == .gan ? recipe.latent.size : 0, codes: program.conditions.given,
      conditional: program.isConditional, operations: program.operations.map(\.name),
      parameters: program.groups.map { .init(network: $0.name, count: $0.layouts.parameters.count) },
      steps: steps, averaged: recipe.kind == .gan && recipe.averaging > 0, recipe: recipe)
  }
}
