// What libFuzzer calls: every reader of text and files, on bytes that somebody made up. Built by
// scripts/test-fuzz-files alone (see Package.swift), with the inside of the modules visible.

import CMemory
import Glibc

@testable import Datasets
@testable import Graphs
@testable import Training

/// Whatever it is, it answers with a model or with one line.
private func check(_ error: GANError) {
  precondition(!error.description.isEmpty && !error.description.contains("\n"))
  precondition(error.kind != .internal, error.description)
}

/// A small limit keeps what a fuzzer makes up from swapping the machine to a halt.
private func limit() { gan_memory_set_limit(64 << 20) }

@_cdecl("gan_fuzz_recipe")
public func fuzzRecipe(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  limit()
  do throws(GANError) {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let recipe = try Recipe(json: text)
    let again = try Recipe(json: JSON(encoding: recipe).indented)
    precondition(again == recipe, "a recipe's text means another recipe")
    _ = try TrainingProgram(recipe)
  } catch {
    check(error)
  }
}

@_cdecl("gan_fuzz_dataset_options")
public func fuzzDatasetOptions(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  limit()
  do throws(GANError) {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let options = try JSON(parsing: text, name: "options").decode(DatasetOptions.self)
    let points: [UInt8] = [0, 64, 128, 255, 3, 9, 77, 1]
    let image = points.withUnsafeBytes { bytes in
      Result { () throws(GANError) in
        try Dataset(copying: Batch(elementType: .u8, shape: [2, 2, 2], data: bytes), options)
      }
    }
    _ = try image.get().info
  } catch {
    check(error)
  }
}

@_cdecl("gan_fuzz_safetensors")
public func fuzzSafetensors(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  limit()
  var content = Array(UnsafeBufferPointer(start: bytes, count: count))
  digest(&content)
  scratchFile(content, "") { path throws(GANError) in
    let model = try Model(path: path)
    guard model.recipe.data.map({ Shape($0.shape).count <= 4096 }) ?? false else { return }
    let options = SampleOptions(count: 2)
    let out = try Buffer<Float>(count: model.sampleCount(options), for: "samples")
    try model.sample(options, into: out.elements)
  }
}

@_cdecl("gan_fuzz_idx")
public func fuzzIDX(_ bytes: UnsafePointer<UInt8>, _ count: Int) { fuzzArray(bytes, count, ".idx") }

@_cdecl("gan_fuzz_npy")
public func fuzzNPY(_ bytes: UnsafePointer<UInt8>, _ count: Int) { fuzzArray(bytes, count, ".npy") }

/// The first byte chooses the options.
private func fuzzArray(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ ending: String) {
  limit()
  guard count > 0 else { return }
  let content = Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1))
  scratchFile(content, ending) { path throws(GANError) in
    var options = DatasetOptions()
    options.limit = 1 << 22
    if bytes[0] & 1 != 0 { options.size = [3, 5] }
    if bytes[0] & 2 != 0 { options.kind = .vectors }
    if bytes[0] & 4 != 0 { options.range = [-3, 300] }
    if bytes[0] & 8 != 0 { options.channels = bytes[0] & 16 != 0 ? 4 : 3 }
    if bytes[0] & 32 != 0 { options.labels = path }
    if bytes[0] & 64 != 0 && options.size != nil { options.crop = true }
    use(try Dataset.open(path, options))
  }
}

@_cdecl("gan_fuzz_png")
public func fuzzPNG(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  limit()
  guard count > 0 else { return }
  let content = Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1))
  scratchFile(content, ".png") { path throws(GANError) in
    var options = DatasetOptions()
    options.limit = 1 << 22
    if bytes[0] & 1 != 0 { options.size = [5, 3] }
    if bytes[0] & 2 != 0 { options.channels = bytes[0] & 4 != 0 ? 4 : 1 }
    use(try Dataset.open(scratchFolder, options))
  }
}

/// The first byte chooses the options.
@_cdecl("gan_fuzz_csv")
public func fuzzCSV(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  limit()
  guard count > 0 else { return }
  let content = Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1))
  scratchFile(content, ".csv") { path throws(GANError) in
    var options = DatasetOptions()
    options.limit = 1 << 22
    if bytes[0] & 1 != 0 { options.delimiter = ";" }
    if bytes[0] & 2 != 0 { options.nulls = ["NA"] }
    let data = try Dataset.open(path, options)
    use(data)
    _ = data.info
    guard let table = data.table else { return }
    let schema = try TableSchema(fitting: table)
    try schema.validate("table")
    let encoded = try EncodedTable(table, schema)
    let rows = TableRows(schema)
    let text = try TextBuffer(for: "rows")
    let values = try Buffer<Float>(count: max(1, encoded.layout.width), for: "row")
    for row in [0, table.rows - 1] {
      encoded.copy(row, into: values.pointer)
      try rows.append(UnsafeBufferPointer(start: values.pointer, count: encoded.layout.width), to: text)
    }
  }
}

@_cdecl("gan_fuzz_wav")
public func fuzzWAV(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  limit()
  guard count > 0 else { return }
  let content = Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1))
  scratchFile(content, ".wav") { path throws(GANError) in
    var options = DatasetOptions()
    options.limit = 1 << 22
    if bytes[0] & 1 != 0 { options.length = 37 }
    if bytes[0] & 2 != 0 { options.rate = bytes[0] & 4 != 0 ? 8000 : 44_101 }
    if bytes[0] & 8 != 0 { options.cut = bytes[0] & 16 != 0 ? .pieces : .centre }
    if bytes[0] & 32 != 0 { options.normalize = true }
    if bytes[0] & 64 != 0 { options.channels = 2 }
    use(try Dataset.open(bytes[0] & 128 != 0 ? path : scratchFolder, options))
  }
}

private func use(_ data: Dataset) {
  let sample = Array(repeating: Float.nan, count: data.sampleShape.count)
  sample.withUnsafeBufferPointer { sample in
    data.copySample(data.count - 1, flipped: true, into: UnsafeMutablePointer(mutating: sample.baseAddress!))
    precondition(sample.allSatisfy(\.isFinite), "a value that is not finite was let through")
  }
}

// MARK: Files

private let scratchFolder: String = {
  let folder = "/dev/shm/gan-fuzz-\(getpid())"
  mkdir(folder, 0o700)
  atexit { rmdir("/dev/shm/gan-fuzz-\(getpid())") }
  return folder
}()

private func scratchFile(_ content: [UInt8], _ ending: String, _ body: (String) throws(GANError) -> Void) {
  let path = scratchFolder + "/file" + ending
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  precondition(descriptor >= 0 && write(descriptor, content, content.count) == content.count)
  close(descriptor)
  defer { unlink(path) }
  do throws(GANError) { try body(path) } catch { check(error) }
}

/// Puts in the digest that a file like this should have, or nothing would ever get past it.
private func digest(_ content: inout [UInt8]) {
  let marker = Array("\"sha256\":\"".utf8)
  guard content.count > marker.count + 64 else { return }
  let last = min(content.count - marker.count - 64, 1 << 16)
  guard let place = (0...last).first(where: { content[$0..<$0 + marker.count].elementsEqual(marker) })
  else { return }
  let digits = place + marker.count..<place + marker.count + 64
  content.replaceSubrange(digits, with: Array(repeating: UInt8(ascii: "0"), count: 64))
  var sha = SHA256()
  sha.update(content)
  content.replaceSubrange(digits, with: Array(sha.finish().utf8))
}
