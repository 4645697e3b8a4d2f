import CDatasetsFixtures
import Glibc
import Graphs

@testable import Datasets

/// A folder that goes away with its last reference.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/libgan-datasets-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer {
      mkdtemp($0.baseAddress!).map { String(cString: $0) } ?? ""
    }
    precondition(!path.isEmpty)
  }

  deinit { Self.remove(path) }

  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(descriptor >= 0)
    precondition(bytes.isEmpty || Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    return file
  }

  func makeFolder(_ name: String) -> String {
    mkdir(path + "/" + name, 0o755)
    return path + "/" + name
  }

  /// All names, hidden ones too, sorted.
  var names: [String] { Self.names(path) }

  private static func names(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      chmod(path, 0o755)
      for name in names(path) { remove(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}

func readBytes(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
  return bytes
}

func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

func compress(_ bytes: [UInt8], gzip: Bool) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 1000)
  let count = fixture_deflate(bytes, bytes.count, gzip ? 1 : 0, &output, output.count)
  precondition(count > 0)
  return Array(output[..<count])
}

func idx(_ extents: [Int], _ elements: [UInt8], type: UInt8 = 8) -> [UInt8] {
  [0, 0, type, UInt8(extents.count)] + extents.flatMap(bigEndian) + elements
}

func npy(
  _ descr: String, _ shape: String, _ elements: [UInt8], version: UInt8 = 1, order: String = "False"
) -> [UInt8] {
  let header = Array("{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
  let length = [UInt8(header.count & 255), UInt8(header.count >> 8)] + (version == 1 ? [] : [0, 0])
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + elements
}

func littleEndian<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

/// What `body` throws.
func failure(_ body: () throws -> Void) -> GANError? {
  do {
    try body()
    return nil
  } catch {
    return error as? GANError
  }
}

extension Dataset {
  /// Values of one sample.
  func values(_ index: Int, flipped: Bool = false) -> [Float] {
    var values = [Float](repeating: .nan, count: sampleShape.count)
    values.withUnsafeMutableBufferPointer { copySample(index, flipped: flipped, into: $0.baseAddress!) }
    return values
  }

  /// Values of an image sample as bytes.
  func bytes(_ index: Int) -> [UInt8] { values(index).map(byte) }

  var allLabels: [Int32] { labels.map(Array.init) ?? [] }
}

func makeDataset(_ values: [Float], _ shape: Shape, labels: [Int32]? = nil) throws -> Dataset {
  try values.withUnsafeBytes { data in
    try (labels ?? []).withUnsafeBufferPointer { labelBuffer in
      try Dataset(
        copying: Batch(
          elementType: .f32, shape: shape, data: data, labels: labels == nil ? nil : labelBuffer))
    }
  }
}

/// Runs `body` in a forked child and gives what it returned, 0…127; −1 when it hung or died.
func inChild(_ body: () -> Int32) -> Int32 {
  withoutActuallyEscaping(body) { body in
    let box = Unmanaged.passRetained(Body(body))
    defer { box.release() }
    return fixture_in_child(
      20, { Unmanaged<Body>.fromOpaque($0!).takeUnretainedValue().run() }, box.toOpaque())
  }
}

private final class Body {
  let run: () -> Int32
  init(_ run: @escaping () -> Int32) { self.run = run }
}
