import Graphs

/// Where the label stands in a file's name: `{label}_*` finds `7` in `7_jackson_32`. A `*` stands for any
/// text, `{label}` for one of at least one character; each takes as little as it can.
struct LabelPattern {
  let text: String
  private var parts: [Part] = []

  private enum Part: Equatable { case plain([UInt8]), any, label }

  /// - Throws: `.argument` for a text without exactly one `{label}`, or with nothing between two of its gaps.
  init(_ text: String) throws(GANError) {
    self.text = text
    var rest = Array(text.utf8)[...]
    let label = Array("{label}".utf8)
    while let first = rest.first {
      if rest.starts(with: label) {
        parts.append(.label)
        rest = rest.dropFirst(label.count)
      } else if first == UInt8(ascii: "*") {
        parts.append(.any)
        rest = rest.dropFirst()
      } else {
        if case .plain(let before)? = parts.last {
          parts[parts.count - 1] = .plain(before + [first])
        } else {
          parts.append(.plain([first]))
        }
        rest = rest.dropFirst()
      }
    }
    func isGap(_ part: Part) -> Bool { part == .any || part == .label }
    let areApart = !zip(parts, parts.dropFirst()).contains { isGap($0) && isGap($1) }
    guard parts.count(where: { $0 == .label }) == 1, areApart, !text.contains("/") else {
      throw GANError(
        field: "pattern", expected: "a name with one {label}, and text between it and any *", got: "'\(text)'"
      )
    }
  }

  /// The label in a name without its ending; nil where the name does not fit, or is no UTF-8 there.
  func label(of name: String) -> String? {
    var rest = Array(name.utf8)[...]
    var label: ArraySlice<UInt8>?
    for (index, part) in parts.enumerated() {
      if case .plain(let plain) = part {
        guard rest.starts(with: plain) else { return nil }
        rest = rest.dropFirst(plain.count)
        continue
      }
      let least = part == .label ? 1 : 0
      var taken = rest
      if index + 1 < parts.count, case .plain(let next) = parts[index + 1] {
        let isLast = index + 2 == parts.count
        guard let place = Self.place(of: next, in: rest, from: least, atEnd: isLast) else { return nil }
        taken = rest[..<place]
      }
      guard taken.count >= least else { return nil }
      if part == .label { label = taken }
      rest = rest[taken.endIndex...]
    }
    guard rest.isEmpty, let label else { return nil }
    return String(validating: label, as: UTF8.self)
  }

  private static func place(
    of text: [UInt8], in rest: ArraySlice<UInt8>, from least: Int, atEnd: Bool
  ) -> Int? {
    let last = rest.endIndex - text.count
    let first = rest.startIndex + least
    guard first <= last else { return nil }
    return (atEnd ? last...last : first...last).first { rest[$0...].starts(with: text) }
  }
}
