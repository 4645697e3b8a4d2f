import Graphs

/// A cell of a table: bytes that are UTF-8.
typealias Cell = UnsafeBufferPointer<UInt8>

/// A number as a cell has it.
struct NumberText {
  let value: Double
  /// Digits after the point.
  let decimals: Int
  let hasExponent: Bool

  /// Of whole numbers only those are integers which a double holds exactly.
  var isInteger: Bool { decimals == 0 && !hasExponent && abs(value) <= 0x1p53 }

  /// Nil for anything but `-12`, `3.50`, `.5`, `1e-4`. Nothing with a plus, blanks or zeros in front: that
  /// is a code, such as a telephone number's, whose writing would be lost.
  init?(_ text: Cell) {
    var place = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { place = 1 }
    let start = place
    var mantissa: UInt64 = 0
    var digits = 0
    func isDigit(_ index: Int) -> Bool { index < text.count && text[index] &- 48 < 10 }
    func take(_ index: Int) {
      if mantissa != 0 || text[index] != 48 { digits += 1 }
      if digits <= 18 { mantissa = mantissa * 10 + UInt64(text[index] - 48) }
    }
    while isDigit(place) {
      take(place)
      place += 1
    }
    let whole = place - start
    if whole > 1 && text[start] == 48 { return nil }
    var decimals = 0
    if place < text.count, text[place] == UInt8(ascii: ".") {
      place += 1
      let first = place
      while isDigit(place) {
        take(place)
        place += 1
      }
      decimals = place - first
      if decimals == 0 { return nil }
    }
    if whole + decimals == 0 { return nil }
    hasExponent = place < text.count
    if hasExponent {
      guard text[place] | 32 == UInt8(ascii: "e") else { return nil }
      place += 1
      if place < text.count, text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: "+") {
        place += 1
      }
      guard isDigit(place) else { return nil }
      while isDigit(place) { place += 1 }
      guard place == text.count else { return nil }
    }
    self.decimals = decimals
    if digits <= 15, decimals <= 22, !hasExponent {
      // Both are exact, so their quotient is the nearest double.
      let size = Double(mantissa) / Self.powers[decimals]
      value = isNegative ? -size : size
    } else {
      guard let parsed = Double(String(decoding: text, as: UTF8.self)), parsed.isFinite else { return nil }
      value = parsed
    }
    // Squares of what is accepted stay finite.
    guard abs(value) <= 1e100 else { return nil }
  }

  private static let powers = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }
}

/// How a column writes its numbers.
public struct NumberFormat: Codable, Hashable, Sendable {
  /// Most digits after the point.
  public var decimals = 0
  /// Whether every number has as many, `2.50`.
  public var isFixed = true
  /// Whether some are written with an exponent: then all are in their shortest form.
  public var isScientific = false

  private enum CodingKeys: String, CodingKey {
    case decimals
    case isFixed = "fixed"
    case isScientific = "scientific"
  }

  static let greatestDecimals = 15

  /// Rounded as this writes it.
  func rounded(_ value: Double) -> Double {
    if isScientific || decimals > Self.greatestDecimals { return value }
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    let scaled = value * scale
    return abs(scaled) < 0x1p53 ? scaled.rounded() / scale : value
  }

  public func text(_ value: Double) -> String {
    if isScientific || decimals > Self.greatestDecimals { return "\(value)" }
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 0x1p63 else { return "\(value)" }
    let number = UInt64(scaled)
    var fraction = String(number % UInt64(scale))
    fraction = String(repeating: "0", count: decimals - min(decimals, fraction.utf8.count)) + fraction
    if !isFixed { while fraction.utf8.last == 48 { fraction.removeLast() } }
    let sign = value < 0 && number > 0 ? "-" : ""
    return sign + String(number / UInt64(scale)) + (decimals == 0 || fraction.isEmpty ? "" : "." + fraction)
  }
}
