extension JSON {
  /// The text on one line: keys sorted, nothing that differs from run to run.
  public var compact: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// The text with two spaces of indentation; arrays of plain values stay on one line.
  public var indented: String {
    var text = ""
    write(to: &text, indent: 0)
    return text + "\n"
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let digits): text += digits
    case .string(let string): Self.quote(string, to: &text)
    case .array(let elements):
      let inner = elements.allSatisfy(\.isPlain) ? nil : indent.map { $0 + 1 }
      Self.list("[", "]", elements.count, indent: inner, separator: indent == nil ? "," : ", ", to: &text) {
        elements[$1].write(to: &$0, indent: inner)
      }
    case .object(let members):
      let inner = indent.map { $0 + 1 }
      Self.list("{", "}", members.keys.count, indent: inner, separator: ",", to: &text) {
        Self.quote(members.keys[$1], to: &$0)
        $0 += indent == nil ? ":" : ": "
        members.values[$1].write(to: &$0, indent: inner)
      }
    }
  }

  private static func list(
    _ open: String, _ close: String, _ count: Int, indent: Int?, separator: String,
    to text: inout String, _ element: (inout String, Int) -> Void
  ) {
    text += open
    for index in 0..<count {
      if index > 0 { text += indent == nil ? separator : "," }
      if let indent { text += "\n" + String(repeating: "  ", count: indent) }
      element(&text, index)
    }
    if let indent, count > 0 { text += "\n" + String(repeating: "  ", count: indent - 1) }
    text += close
  }

  private static func quote(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
