import Glibc

/// What a person sees while a command works: standard error, so that standard output stays data.
enum Terminal {
  static let isInteractive = isatty(STDERR_FILENO) == 1

  /// A line of its own.
  static func say(_ line: String) {
    clear()
    write(line + "\n")
  }

  /// A line that the next one replaces; a line of its own where nobody watches.
  static func progress(_ line: String) {
    if isInteractive {
      write("\r\u{1B}[2K" + line)
      isLineOpen = true
    } else {
      write(line + "\n")
    }
  }

  static func clear() {
    guard isLineOpen else { return }
    write("\r\u{1B}[2K")
    isLineOpen = false
  }

  // Commands run on the main thread alone.
  nonisolated(unsafe) private static var isLineOpen = false

  private static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// `1h 02m`, `3m 20s` or `12s`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole >= 3600 { return "\(whole / 3600)h \(two(whole / 60 % 60))m" }
    return whole >= 60 ? "\(whole / 60)m \(two(whole % 60))s" : "\(whole)s"
  }

  /// With `digits` decimals; a dash for what was not measured.
  static func number(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return "–" }
    if abs(value) >= 1e6 { return "\(value)" }
    let scale = pow(10, Double(digits))
    let scaled = (abs(value) * scale).rounded()
    let (whole, part) = (Int(scaled / scale), Int(scaled.truncatingRemainder(dividingBy: scale)))
    let decimals = String(repeating: "0", count: max(0, digits - "\(part)".count)) + "\(part)"
    return (value < 0 ? "-" : "") + (digits > 0 ? "\(whole).\(decimals)" : "\(whole)")
  }

  static func bytes(_ count: Int) -> String {
    count >= 1 << 20
      ? "\(number(Double(count) / 1_048_576, digits: 1)) MB" : "\(number(Double(count) / 1024, digits: 1)) kB"
  }
}
