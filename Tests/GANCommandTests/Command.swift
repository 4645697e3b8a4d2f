import Glibc

/// The built `gan`, run as a process.
struct Command {
  let status: Int32
  let output: String
  let errors: String

  /// The lines of standard error.
  var errorLines: [Substring] { errors.split(separator: "\n") }

  /// Beside the test bundle, which is what runs.
  static let path: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let executable = String(decoding: buffer[..<max(0, count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    let beside = executable.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/gan"
    if access(beside, X_OK) == 0 { return beside }
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    return root + "/.build/debug/gan"
  }()

  /// Runs to the end; `whileRunning` gets the process's number once it runs.
  ///
  /// - Parameter settings: `NAME=value`, added to the environment.
  init(
    _ arguments: [String], in folder: Folder, settings: [String] = [],
    whileRunning: (pid_t) -> Void = { _ in }
  ) {
    let (outputPath, errorPath) = (folder.path + "/.stdout", folder.path + "/.stderr")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o644)
    var words = ([Self.path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var variables = settings.map { strdup($0) }
    defer { variables.prefix(settings.count).forEach { free($0) } }
    for index in 0... {
      variables.append(environ[index])
      if environ[index] == nil { break }
    }
    var process = pid_t()
    let failure = posix_spawn(&process, Self.path, &actions, nil, words, variables)
    guard failure == 0 else {
      (status, output, errors) = (-1, "", "cannot run \(Self.path): \(failure)")
      return
    }
    whileRunning(process)
    var state: Int32 = 0
    waitpid(process, &state, 0)
    // As a shell has it: 128 and the signal's number for a process that one ended.
    status = state & 0x7f == 0 ? (state >> 8) & 0xff : 128 + (state & 0x7f)
    output = Folder.text(outputPath)
    errors = Folder.text(errorPath)
  }
}

/// A folder that goes away with its last reference.
final class Folder {
  let path: String

  init() {
    var template = Array("/tmp/libgan-command-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer {
      mkdtemp($0.baseAddress!).map { String(cString: $0) } ?? ""
    }
    precondition(!path.isEmpty)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      closedir(folder)
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// A .npy file of points on the unit circle, `[count, 2]` f32.
  func points(_ name: String = "points.npy", count: Int = 256) -> String {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count), 2), }"
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
    for index in 0..<count {
      let turn = Float(index % 8) * .pi / 4
      for value in [cosf(turn), sinf(turn)] {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
      }
    }
    return write(name, bytes)
  }

  /// A folder of WAV files of 16 bits, a tone of 256 frames each: `low_0.wav`, `high_0.wav`, …
  func tones(_ name: String = "tones", count: Int = 8) -> String {
    mkdir(self(name), 0o755)
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    for index in 0..<2 * count {
      let turn = index % 2 == 0 ? Float(0.05) : 0.2
      var bytes = Array("RIFF".utf8) + number(36 + 512, 4) + Array("WAVEfmt ".utf8) + number(16, 4)
      bytes +=
        number(1, 2) + number(1, 2) + number(8000, 4) + number(16_000, 4) + number(2, 2) + number(16, 2)
      bytes += Array("data".utf8) + number(512, 4)
      for frame in 0..<256 {
        bytes += number(Int(20_000 * sinf(2 * .pi * turn * Float(frame) + Float(index))), 2)
      }
      _ = write("\(name)/\(index % 2 == 0 ? "low" : "high")_\(index / 2).wav", bytes)
    }
    return self(name)
  }

  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = fopen(self(name), "w")
    precondition(file != nil && fwrite(bytes, 1, bytes.count, file!) == bytes.count)
    fclose(file!)
    return self(name)
  }

  static func bytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&part, 1, part.count, file), count > 0 { all += part[..<count] }
    return all
  }

  static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
