import Datasets
import Glibc
import Graphs
import Plans

extension Report {
  /// What the page's script draws.
  ///
  /// - Parameters:
  ///   - folder: of the run, with its pictures.
  ///   - state: "running, written" or "ended": stands before the time.
  ///   - speed: steps a second, as a text.
  func data(_ model: Model, folder: String, state: String, speed: String) throws(GANError) -> JSON {
    let recipe = model.recipe
    let health = try model.health
    var members = JSON.Members()
    members["title"] = .string(Self.title(recipe, folder))
    members["kind"] = .string(recipe.kind.rawValue)
    members["step"] = .integer(model.steps)
    members["steps"] = .integer(max(recipe.steps, model.steps))
    members["state"] = .string(state)
    members["speed"] = .string(speed)
    members["written"] = .string(timeStamp())
    members["health"] = try JSON(encoding: health)
    members["verdicts"] = .array(
      verdicts.map {
        .object([
          "step": .integer($0.step), "code": .integer($0.verdict),
          "verdict": .string(Verdict(rawValue: $0.verdict)?.name ?? "unknown"),
        ])
      })
    members["events"] = .array(
      events.map { .object(["step": .integer($0.step), "line": .string($0.line)]) })
    members["left_out"] = .array(leftOut.map { .integer($0) })
    members["left_out_count"] = .integer(leftOutCount)
    members["curves"] = curves.json
    members["looks"] = .array(
      try looks.elements.map { (signals) throws(GANError) in try JSON(encoding: signals) })
    var points = JSON.Members()
    for (name, values) in metrics {
      points[name] = .array(
        values.elements.map { .array([.integer($0.step), Curves.rounded($0.value)]) })
    }
    members["metrics"] = .object(points)
    members["samples"] = .array(try Pictures(in: folder).json())
    members["recipe"] = .string(try JSON(encoding: recipe).indented)
    members["machine"] = .array(Self.machine(model).map { .array([.string($0.0), .string($0.1)]) })
    return .object(members)
  }

  static func title(_ recipe: Recipe, _ folder: String) -> String {
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    let shape = recipe.data.map { "\($0.kind.rawValue) of \(Shape($0.shape))" } ?? "samples"
    return "\(name): \(recipe.preset ?? recipe.familyName) on \(shape)"
  }

  private static func machine(_ model: Model) -> [(String, String)] {
    var system = utsname()
    uname(&system)
    let parameters = model.info.parameters.map { "\($0.network) \($0.count)" }.joined(separator: ", ")
    return [
      ("processor", processor()), ("threads", "\(Execution.threads)"),
      ("system", "\(text(system.sysname)) \(text(system.release)) \(text(system.machine))"),
      ("precision", model.recipe.precision.rawValue), ("parameters", parameters),
      ("batch", "\(model.recipe.batch)"), ("seed", "\(model.recipe.seed)"),
    ]
  }

  private static func text<Array>(_ field: Array) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// As the system calls it; "unknown" where it does not say.
  private static func processor() -> String {
    guard let file = fopen("/proc/cpuinfo", "r") else { return "unknown" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("model name") {
      if let colon = line.firstIndex(of: ":") {
        return String(line[line.index(after: colon)...].drop { $0 == " " })
      }
    }
    return "unknown"
  }
}

/// Pictures of a run's samples, as many as a page can carry: evenly chosen, the latest among them.
struct Pictures {
  private static let most = 24
  /// Of all together, and of one.
  private static let mostBytes = 6 << 20
  private static let largest = 2 << 20

  private let folder: String
  private let names: [String]

  init(in run: String) {
    folder = run + "/samples"
    var found: [String] = []
    if let list = opendir(folder) {
      defer { closedir(list) }
      while let entry = readdir(list) {
        // In its place: an entry may be shorter than its type.
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasSuffix(".png"), Int64(name.dropLast(4)) != nil { found.append(name) }
      }
    }
    names = found.sorted()
  }

  /// Each with its step and its bytes in base 64.
  func json() throws(GANError) -> [JSON] {
    guard let last = names.last else { return [] }
    var size = stat()
    guard stat("\(folder)/\(last)", &size) == 0, size.st_size > 0 else { return [] }
    let count = min(names.count, Self.most, max(1, Self.mostBytes / max(1, Int(size.st_size))))
    var pictures: [JSON] = []
    for place in 1...count {
      let name = names[place * names.count / count - 1]
      // One that was taken away, or cannot be read now, is one picture less.
      guard let bytes = try? readFile("\(folder)/\(name)", limit: Self.largest) else { continue }
      let text = withExtendedLifetime(bytes) { base64(UnsafeBufferPointer(bytes.elements)) }
      pictures.append(.object(["step": .integer(Int64(name.dropLast(4)) ?? 0), "png": .string(text)]))
    }
    return pictures
  }
}

/// RFC 4648, section 4.
func base64(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  out.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let rest = min(3, bytes.count - start)
    var group: UInt32 = 0
    for place in 0..<3 { group = group << 8 | (place < rest ? UInt32(bytes[start + place]) : 0) }
    for place in 0..<4 {
      out.append(place <= rest ? letters[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
    }
  }
  return String(decoding: out, as: UTF8.self)
}
