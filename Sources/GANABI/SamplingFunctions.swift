// gan.h 4: Sampling and using a model

import CGAN
import GAN

/// Generates options->count samples, row after row: images as [count, H, W, C] from -1 to 1, vectors
/// as [count, D], series and sounds as [count, T, C], text as tokens [count, T] (gan_model_sample_rows gives lines). With out NULL and capacity 0 the call gives *out_count, the floats needed.
///
/// Of a conditional model options->label or labels say the classes. options->codes has "codes" numbers
/// a sample (gan_model_info): of InfoGAN the value of each categorical code (a whole number from 0),
/// then the continuous ones (-1 to 1); of a conditional model a weight for every class, so that samples
/// may lie between two. What is not said is drawn, classes taken in turn.
@_cdecl("gan_model_sample")
public func gan_model_sample(
  _ model: gan_model, _ options: UnsafePointer<gan_sample_options>?, _ out: UnsafeMutablePointer<Float>?,
  _ capacity: Int64, _ outCount: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try ArrayOutput(out, capacity, outCount)
    let given: gan_sample_options = try callerStruct(options, "options")
    let options = try given.checked("options")
    try withModel(model) { (model) throws(GANError) in
      try output.write(try model.sampleCount(options)) { (room) throws(GANError) in
        try model.sample(options, into: room)
      }
    }
  }
}

/// Generates options->count rows as UTF-8, each ended by a new line: CSV of a table, its header first; lines of text (tokens that stand for
/// nothing as numbers). They are the samples of gan_model_sample. Models of images, vectors and series answer
/// UNSUPPORTED. Two calls: see the rules for texts above; the rows of a size query are kept for the call
/// that fetches them.
@_cdecl("gan_model_sample_rows")
public func gan_model_sample_rows(
  _ model: gan_model, _ options: UnsafePointer<gan_sample_options>?, _ buffer: UnsafeMutablePointer<CChar>?,
  _ capacity: Int64, _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let given: gan_sample_options = try callerStruct(options, "options")
    let options = try given.checked("options")
    let rows = try withModel(model) { (model) throws(GANError) in
      try model.sampleRows(options, isQuery: buffer == nil)
    }
    try rows.withBytes { (bytes) throws(GANError) in try output.write(bytes) }
  }
}

/// Runs a part of the model on the caller's batch. operation is one of
///
///     "discriminate"  samples to raw scores, [N]
///     "generate"      latents [N, Z] to samples, with labels where the model is conditional; or
///                     [N, Z + codes], every latent followed by its codes (see gan_model_sample)
///     "classify"      samples to class probabilities, [N, classes]
///     "features"      samples to a classifier's last hidden layer, [N, F]
///     "encode"        samples to latents, [N, Z]
///     "reconstruct"   samples to samples
///     "likelihood"    texts to log p, in nats
///     "invert"        samples (with labels where the model is conditional) to the latents [N, Z] whose
///                     own samples come nearest, searched for by gradient: some 300 passes
///
/// UNSUPPORTED where the model has no such part. With out NULL and capacity 0 the call gives
/// *out_count, the floats needed.
@_cdecl("gan_model_apply")
public func gan_model_apply(
  _ model: gan_model, _ operation: UnsafePointer<CChar>?, _ input: UnsafePointer<gan_batch>?,
  _ out: UnsafeMutablePointer<Float>?, _ capacity: Int64, _ outCount: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try ArrayOutput(out, capacity, outCount)
    let operation = try callerText(operation, "operation", most: TextLimit.name)
    let batch: gan_batch = try callerStruct(input, "input")
    let borrowed = try batch.borrowed("input")
    try withModel(model) { (model) throws(GANError) in
      try output.write(try model.applyCount(operation, borrowed)) { (room) throws(GANError) in
        try model.apply(operation, borrowed, into: room)
      }
    }
  }
}

/// Writes count latents, at least 2, on the way from one latent to another, both included: as
/// [count, size]. spherical 0 goes straight; 1 goes along the arc, as normal latents want it. With out
/// NULL and capacity 0 the call gives *out_count, the floats needed.
@_cdecl("gan_latents_interpolate")
public func gan_latents_interpolate(
  _ from: UnsafePointer<Float>?, _ to: UnsafePointer<Float>?, _ size: Int64, _ count: Int64,
  _ spherical: Int32, _ out: UnsafeMutablePointer<Float>?, _ capacity: Int64,
  _ outCount: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try ArrayOutput(out, capacity, outCount)
    guard (1...1 << 24).contains(size) else {
      throw GANError(field: "size", expected: "1 to \(1 << 24)", got: size)
    }
    guard (2...1 << 24).contains(count) else {
      throw GANError(field: "count", expected: "2 to \(1 << 24)", got: count)
    }
    guard let way = Interpolation(rawValue: spherical) else {
      throw GANError(field: "spherical", expected: "0 or 1", got: spherical)
    }
    let (a, b) = (try callerLatent(from, size, "from"), try callerLatent(to, size, "to"))
    try output.write(Int(size * count)) { (room) throws(GANError) in
      try way.path(from: a, to: b, count: Int(count), into: room)
      return room.count
    }
  }
}

private func callerLatent(_ pointer: UnsafePointer<Float>?, _ size: Int64, _ field: String)
  throws(GANError) -> UnsafeBufferPointer<Float>
{
  let start = try required(pointer, field)
  guard Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0 else {
    throw GANError(field: field, expected: "an address aligned to 4 bytes", got: "another")
  }
  return UnsafeBufferPointer(start: start, count: Int(size))
}

extension gan_sample_options {
  /// Most samples of one call: their elements have to be countable.
  private static let mostSamples: Int64 = 1 << 31

  /// The library's own options. Throws `.argument` for what is out of range.
  fileprivate func checked(_ field: String) throws(GANError) -> SampleOptions {
    guard (1...Self.mostSamples).contains(count) else {
      throw GANError(field: "\(field)->count", expected: "1 to \(Self.mostSamples)", got: count)
    }
    guard (0...Int64.max - count).contains(first) else {
      throw GANError(field: "\(field)->first", expected: "0 or more", got: first)
    }
    guard label >= -1 else {
      throw GANError(field: "\(field)->label", expected: "a class from 0, or -1 for any", got: label)
    }
    for (name, value) in [("truncation", truncation), ("temperature", temperature)] {
      guard value.isFinite, value > 0 else {
        throw GANError(field: "\(field)->\(name)", expected: "a finite number above 0", got: value)
      }
    }
    var options = SampleOptions()
    options.seed = seed
    options.first = first
    options.count = count
    options.label = label
    options.labels = try copiedLabels(field)
    options.codes = try copiedCodes(field)
    options.conditions = try columnValues("\(field)->conditions")
    options.truncation = truncation
    options.temperature = temperature
    options.averaged = averaged != 0
    options.balanced = balanced != 0
    return options
  }

  /// `{"income": ">50K", "age": 39, "married": null}`.
  private func columnValues(_ field: String) throws(GANError) -> [ColumnValue] {
    guard let conditions else { return [] }
    let text = try callerJSON(conditions, field)
    guard case .object(let members) = try JSON(parsing: text, name: field) else {
      throw GANError(field: field, expected: "an object of columns and values", got: "another value")
    }
    var values: [ColumnValue] = []
    for (column, value) in zip(members.keys, members.values) {
      var text: String?
      switch value {
      case .null: break
      case .string(let given), .number(let given): text = given
      case .bool(let flag): text = flag ? "true" : "false"
      case .array, .object:
        throw GANError(
          field: "\(field).\(column)", expected: "a text, a number or null", got: value.compact.prefix(40))
      }
      values.append(ColumnValue(column: column, value: text))
    }
    return values
  }

  private func copiedLabels(_ field: String) throws(GANError) -> [Int32]? {
    guard let given = try callerLabels(labels, label_count, field) else { return nil }
    guard label == -1 else {
      throw GANError(field: "\(field)->label", expected: "-1 beside labels", got: label)
    }
    guard Int64(given.count) == count else {
      throw GANError(field: "\(field)->label_count", expected: "\(count)", got: given.count)
    }
    guard count <= 1 << 24 else {
      throw GANError(field: "\(field)->label_count", expected: "at most \(1 << 24)", got: count)
    }
    return Array(given)
  }

  private func copiedCodes(_ field: String) throws(GANError) -> [Float]? {
    guard (0...1 << 24).contains(code_count) else {
      throw GANError(field: "\(field)->code_count", expected: "0 to \(1 << 24)", got: code_count)
    }
    guard let codes else {
      guard code_count == 0 else {
        throw GANError(field: "\(field)->codes", expected: "\(code_count) numbers", got: "NULL")
      }
      return nil
    }
    guard Int(bitPattern: codes) % MemoryLayout<Float>.alignment == 0 else {
      throw GANError(field: "\(field)->codes", expected: "an address aligned to 4 bytes", got: "another")
    }
    return Array(UnsafeBufferPointer(start: codes, count: Int(code_count)))
  }
}
