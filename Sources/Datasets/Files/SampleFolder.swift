import Graphs

/// The files of one format in a folder, in their order, by class: either the files are in the folder itself,
/// or in sub-folders (to any depth up to 8), which then are the labels, sorted by name. Other files are
/// passed over.
struct SampleFolder {
  private(set) var files: [String] = []
  private(set) var classNames: [String] = []
  private var classes: [Int32] = []
  private var other: (count: Int, example: String)?
  private let ending: String

  private static let greatestDepth = 8

  /// - Parameters:
  ///   - ending: in small letters, `.png`; capitals count as well.
  ///   - title: what an error calls such files: "PNG files".
  init(_ path: String, ending: String, title: String) throws(GANError) {
    self.ending = ending
    let listing = try FolderListing(path)
    add(listing.files, of: path)
    let flat = files.first
    for name in (listing.folders + listing.linkedFolders).sorted(by: inByteOrder) {
      let before = files.count
      try descend(path + "/" + name, depth: 1)
      guard files.count > before else { continue }
      if let flat {
        throw GANError(
          .format, field: path, expected: "\(title) in the folder or in its sub-folders",
          got: "both: \(flat) and \(files[before])")
      }
      classes += Array(repeating: Int32(truncatingIfNeeded: classNames.count), count: files.count - before)
      classNames.append(name)
    }
    guard !files.isEmpty else {
      let got = other.map { "\($0.count) other files, like \($0.example)" } ?? "no files"
      throw GANError(.format, field: path, expected: "a folder with \(title)", got: got)
    }
  }

  /// One file alone.
  init(file path: String, ending: String) {
    self.ending = ending
    files = [path]
  }

  /// Whether the first file of either ending is of this one.
  static func begins(_ path: String, with ending: String, before other: String, depth: Int = 0) -> Bool? {
    guard depth <= greatestDepth, let listing = try? FolderListing(path) else { return nil }
    for name in listing.files {
      if hasEnding(name, ending) { return true }
      if hasEnding(name, other) { return false }
    }
    let linked = depth == 0 ? listing.linkedFolders : []
    for name in (listing.folders + linked).sorted(by: inByteOrder) {
      if let found = begins(path + "/" + name, with: ending, before: other, depth: depth + 1) {
        return found
      }
    }
    return nil
  }

  private mutating func add(_ names: [String], of path: String) {
    for name in names {
      if hasEnding(name, ending) {
        files.append(path + "/" + name)
      } else {
        other = ((other?.count ?? 0) + 1, other?.example ?? name)
      }
    }
  }

  /// Links to folders are only followed at the top: further down they could lead in circles.
  private mutating func descend(_ path: String, depth: Int) throws(GANError) {
    let listing = try FolderListing(path)
    add(listing.files, of: path)
    guard depth < Self.greatestDepth else { return }
    for name in listing.folders { try descend(path + "/" + name, depth: depth + 1) }
  }

  /// From option `labels`, else from names by option `pattern`, else from the sub-folders; nil without any.
  func labels(_ path: String, _ options: DatasetOptions) throws(GANError) -> Labels? {
    if let path = options.labels { return try readLabels(path, count: files.count, options) }
    var (names, classes) = (classNames, classes)
    if let pattern = options.pattern {
      let found = try labels(by: LabelPattern(pattern))
      names = Set(found).sorted(by: inByteOrder)
      let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
      classes = found.map { places[$0] ?? -1 }
    }
    if names.isEmpty { return nil }
    guard names.count <= greatestClassCount else {
      throw GANError(
        .format, field: path, expected: "at most \(greatestClassCount) classes", got: names.count)
    }
    let values = try Buffer<Int32>(count: classes.count, for: path)
    for (index, label) in classes.enumerated() { values.pointer[index] = label }
    return try Labels(values, count: files.count, classes: names.count, names: names, field: path)
  }

  private func labels(by pattern: LabelPattern) throws(GANError) -> [String] {
    var found: [String] = []
    for file in files {
      let name = file.split(separator: "/").last.map { String($0.dropLast(ending.count)) } ?? ""
      guard let label = pattern.label(of: name) else {
        throw GANError(.format, file, "expected a name like option pattern '\(pattern.text)', got '\(name)'")
      }
      found.append(label)
    }
    return found
  }
}
