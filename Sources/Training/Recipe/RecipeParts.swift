import Datasets
import Graphs
import Networks

/// What one sample of the data is.
public struct SampleDescription: Codable, Hashable, Sendable {
  /// What a sample is.
  public var kind: DataKind
  /// `[H, W, C]`, `[D]`, `[T]` of text, `[T, C]` of series and sounds; of a table the width of a row as
  /// networks see it.
  public var shape: [Int]
  /// Labels are 0 ..< classes; 0 without labels.
  public var classes: Int
  /// What the tokens of text are.
  public var vocabulary: Vocabulary?
  /// Frames a second of sounds, which WAV files are written with; nil: not known.
  public var rate: Int?
  /// What a table's columns hold.
  public var table: TableSchema?

  /// Rows of a table.
  public init(_ schema: TableSchema) {
    self.init(kind: .tables, shape: [TableLayout(schema).width])
    table = schema
  }

  public init(
    kind: DataKind, shape: [Int], classes: Int = 0, vocabulary: Vocabulary? = nil, rate: Int? = nil
  ) {
    self.kind = kind
    self.shape = shape
    self.classes = classes
    self.vocabulary = vocabulary
    self.rate = rate
  }

  /// Of a table what it holds is found out, which takes a second or so.
  ///
  /// - Throws: `.memory`.
  init(_ dataset: Dataset) throws(GANError) {
    if let table = dataset.table {
      self.init(try TableSchema(fitting: table))
      return
    }
    self.init(
      kind: dataset.kind, shape: dataset.sampleShape.dimensions, classes: dataset.classes,
      vocabulary: dataset.vocabulary, rate: dataset.rate)
  }

  private enum CodingKeys: String, CodingKey { case kind, shape, classes, vocabulary, rate, table }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    vocabulary = try values.decodeIfPresent(Vocabulary.self, forKey: .vocabulary)
    table = try values.decodeIfPresent(TableSchema.self, forKey: .table)
    if let table {
      try table.validate("table")
      shape = try values.decodeIfPresent([Int].self, forKey: .shape) ?? [TableLayout(table).width]
    } else {
      shape = try values.decode([Int].self, forKey: .shape)
    }
    // What is there can say it.
    let usual: DataKind =
      table != nil ? .tables : vocabulary != nil ? .text : shape.count >= 2 ? .images : .vectors
    kind = try values.named(.kind, default: usual)
    classes = try values.decodeIfPresent(Int.self, forKey: .classes) ?? 0
    rate = try values.decodeIfPresent(Int.self, forKey: .rate)
    // One channel need not be said.
    if kind.rank > 1 && shape.count == kind.rank - 1 { shape.append(1) }
  }

  /// Steps of a sequence: networks are unrolled over them.
  static let greatestLength = 1024

  func validate(_ field: String) throws(GANError) {
    guard (kind == .tables) == (table != nil) else {
      throw GANError(
        field: field + ".kind", expected: "tables, with a table beside it, or neither", got: kind.rawValue)
    }
    if let table { try validate(table, field) }
    guard shape.count == kind.rank else {
      throw GANError(field: field + ".shape", expected: kind.axes, got: shape)
    }
    if let rate {
      guard kind == .sounds else {
        throw GANError(field: field + ".rate", expected: "sounds, which have one", got: kind.rawValue)
      }
      try Bounds.check(rate, 1...768_000, field + ".rate")
    }
    for (index, extent) in shape.enumerated() {
      try Bounds.check(extent, 1...65_536, "\(field).shape[\(index)]")
    }
    guard Shape(shape).count <= 1 << 26 else {
      throw GANError(field: field + ".shape", expected: "at most \(1 << 26) values a sample", got: shape)
    }
    try Bounds.check(classes, 0...65_536, field + ".classes")
    guard (kind == .text) == (vocabulary != nil) else {
      let got = vocabulary == nil ? "none" : "some for \(kind.rawValue)"
      throw GANError(field: field + ".vocabulary", expected: "tokens of text", got: got)
    }
    try vocabulary?.validate(field + ".vocabulary")
    if kind == .text || kind == .series {
      try Bounds.check(shape[0], 1...Self.greatestLength, field + ".shape[0]")
    }
  }

  private func validate(_ table: TableSchema, _ field: String) throws(GANError) {
    try table.validate(field + ".table")
    let layout = TableLayout(table)
    guard shape == [layout.width], layout.width > 0 else {
      throw GANError(
        field: field + ".shape",
        expected: layout.width > 0
          ? "[\(layout.width)], as the table's columns take" : "a column that varies",
        got: shape)
    }
    try Bounds.check(layout.conditions, 0...65_536, field + ".table: values of all categories")
  }
}

/// What the generator starts from.
public struct Latent: Codable, Hashable, Sendable {
  /// What latents are drawn from.
  public enum Distribution: String, Codable, Hashable, Sendable, CaseIterable {
    /// N(0, 1).
    case normal
    /// Evenly in −1…1.
    case uniform
  }

  /// Elements of a latent, 1…65536.
  public var size = 100
  /// What they are drawn from.
  public var distribution = Distribution.normal

  public init(size: Int = 100, distribution: Distribution = .normal) {
    self.size = size
    self.distribution = distribution
  }

  private enum CodingKeys: String, CodingKey { case size, distribution }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    size = try values.decodeIfPresent(Int.self, forKey: .size) ?? 100
    distribution = try values.named(.distribution, default: .normal)
  }

  /// Fresh latents `[batch, size]`.
  func draw(_ batch: Int, in graph: Graph) -> Node {
    switch distribution {
    case .normal: randomNormal([batch, size], in: graph)
    case .uniform: randomUniform([batch, size], in: graph) * 2 - 1
    }
  }
}

/// Gaussian noise whose deviation falls straight to 0 over `steps` (0: it stays).
public struct InstanceNoise: Codable, Hashable, Sendable {
  /// At step 0, 0…1000; samples are of the order of 1.
  public var deviation = 0.0
  /// The step from which on there is none; 0: it stays.
  public var steps: Int64 = 0

  public init(deviation: Double = 0, steps: Int64 = 0) {
    self.deviation = deviation
    self.steps = steps
  }

  private enum CodingKeys: String, CodingKey { case deviation, steps }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    deviation = try values.decodeIfPresent(Double.self, forKey: .deviation) ?? 0
    steps = try values.decodeIfPresent(Int64.self, forKey: .steps) ?? 0
  }

  func deviation(at step: Int64) -> Double {
    steps > 0 ? deviation * max(0, 1 - Double(step) / Double(steps)) : deviation
  }
}

/// An optimiser for each network.
public struct Optimizers: Codable, Hashable, Sendable {
  /// Of kind gan.
  public var generator: Optimizer?
  /// Of kind gan.
  public var discriminator: Optimizer?
  /// Of family bigan.
  public var encoder: Optimizer?
  /// Of kind classifier.
  public var classifier: Optimizer?

  public init(
    generator: Optimizer? = nil, discriminator: Optimizer? = nil, encoder: Optimizer? = nil,
    classifier: Optimizer? = nil
  ) {
    self.generator = generator
    self.discriminator = discriminator
    self.encoder = encoder
    self.classifier = classifier
  }
}
