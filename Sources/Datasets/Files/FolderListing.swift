import Glibc
import Graphs

/// The names in a folder that do not begin with a dot, each list sorted by its bytes: the order is
/// the same on every machine.
struct FolderListing {
  private(set) var files: [String] = []
  private(set) var folders: [String] = []
  private(set) var linkedFolders: [String] = []

  /// - Throws: `.io` with the system's reason, `.format` for a name that is not UTF-8.
  init(_ path: String) throws(GANError) {
    guard let folder = opendir(path) else { throw GANError(.io, path, systemError("open")) }
    defer { closedir(folder) }
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        if errno != 0 { throw GANError(.io, path, systemError("read")) }
        break
      }
      let name = try Self.name(of: entry, in: path)
      if !name.hasPrefix(".") { add(name, type: Int(entry.pointee.d_type), in: path) }
    }
    files.sort(by: inByteOrder)
    folders.sort(by: inByteOrder)
    linkedFolders.sort(by: inByteOrder)
  }

  private static func name(
    of entry: UnsafeMutablePointer<dirent>, in path: String
  ) throws(GANError) -> String {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
        (String(validatingCString: $0), String(cString: $0))
      }
    }
    guard let valid = name.0 else {
      throw GANError(.format, field: path, expected: "names in UTF-8", got: name.1)
    }
    return valid
  }

  private mutating func add(_ name: String, type: Int, in path: String) {
    switch type {
    case Int(DT_REG): files.append(name)
    case Int(DT_DIR): folders.append(name)
    case Int(DT_LNK), Int(DT_UNKNOWN):
      var status = stat()
      // A link to nothing is listed, so that whoever wants it can say what is wrong.
      let isFolder = stat(path + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      if !isFolder {
        files.append(name)
      } else if type == Int(DT_LNK) {
        linkedFolders.append(name)
      } else {
        folders.append(name)
      }
    default: break
    }
  }
}

func inByteOrder(_ one: String, _ other: String) -> Bool {
  one.utf8.lexicographicallyPrecedes(other.utf8)
}

/// Whether a name ends so, capitals or not.
func hasEnding(_ name: String, _ ending: String) -> Bool {
  name.utf8.count > ending.utf8.count && name.lowercased().hasSuffix(ending)
}
