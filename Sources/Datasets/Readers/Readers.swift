import Glibc
import Graphs

/// A format of data. Its file holds everything about it; `readers` knows it by name.
protocol Reader: Sendable {
  /// Name in `DatasetInfo.format`.
  static var name: String { get }
  /// What errors call it: "IDX".
  static var title: String { get }
  /// Whether a path, or a file's first (inflated) bytes, are of this format.
  static func accepts(_ input: Candidate) -> Bool
  static func read(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset
}

/// What is known of a path before a reader is chosen.
struct Candidate {
  let path: String
  let isFolder: Bool
  /// Of a folder: whether the first file in it that is a PNG or a WAV file is a WAV file.
  let hasSounds: Bool
  /// Up to 16 bytes.
  let head: [UInt8]
}

// In this order: what is known by its ending comes before what is known by its bytes.
let readers: [any Reader.Type] = [
  WAVReader.self, PNGFolderReader.self, CIFARReader.self, TextReader.self, CSVReader.self, NPYReader.self,
  IDXReader.self,
]

func readDataset(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
  try checkPath(path)
  let candidate = try inspect(path, options)
  for reader in readers where reader.accepts(candidate) { return try reader.read(path, options) }
  if candidate.head.starts(with: PNGFile.signature) {
    throw GANError(.format, field: path, expected: "a folder of PNG files", got: "one PNG file")
  }
  let expected = readers.map { $0.title }.joined(separator: ", ")
  throw GANError(
    .format, field: path, expected: "data as one of: \(expected)", got: "a file of none of these formats")
}

private func inspect(_ path: String, _ options: DatasetOptions) throws(GANError) -> Candidate {
  var status = stat()
  guard stat(path, &status) == 0 else { throw GANError(.io, path, systemError("open")) }
  let isFolder = status.st_mode & S_IFMT == S_IFDIR
  let head = isFolder ? [] : try openInput(path, limit: options.decodedLimit).read(count: 16)
  let hasSounds = isFolder && SampleFolder.begins(path, with: ".wav", before: ".png") == true
  return Candidate(path: path, isFolder: isFolder, hasSounds: hasSounds, head: head)
}
