import Graphs

/// How dates are written: `%Y` (four digits), `%m`, `%d`, `%H`, `%M`, `%S` (two each), anything else as it
/// stands. Seconds since 1970 by the Gregorian calendar, without time zones.
struct DatePattern: Hashable, Sendable {
  let text: String
  private let parts: [Part]

  private enum Part: Hashable {
    case field(UInt8)
    case literal(UInt8)
  }

  /// Those that are recognised, the likelier first where a date fits two.
  static let known = [
    "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M",
  ].compactMap { DatePattern($0) }

  /// Nil for a pattern without a year, month and day, with a field twice, or an unknown one.
  init?(_ text: String) {
    var parts: [Part] = []
    var fields: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        guard byte >= 32, byte < 127 else { return nil }
        parts.append(.literal(byte))
        continue
      }
      guard let field = bytes.popFirst(), Array("YmdHMS".utf8).contains(field), !fields.contains(field) else {
        return nil
      }
      fields.append(field)
      parts.append(.field(field))
    }
    guard Array("Ymd".utf8).allSatisfy(fields.contains) else { return nil }
    self.text = text
    self.parts = parts
  }

  /// Seconds that two neighbouring dates are apart.
  var unit: Double {
    if parts.contains(.field(UInt8(ascii: "S"))) { return 1 }
    if parts.contains(.field(UInt8(ascii: "M"))) { return 60 }
    return parts.contains(.field(UInt8(ascii: "H"))) ? 3600 : 86_400
  }

  /// Nil for what is not a date of this pattern.
  func parse(_ cell: Cell) -> Double? {
    var place = 0
    var values = (year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0)
    for part in parts {
      switch part {
      case .literal(let byte):
        guard place < cell.count, cell[place] == byte else { return nil }
        place += 1
      case .field(let name):
        let width = name == UInt8(ascii: "Y") ? 4 : 2
        guard place + width <= cell.count else { return nil }
        var value = 0
        for index in place..<place + width {
          guard cell[index] &- 48 < 10 else { return nil }
          value = value * 10 + Int(cell[index] - 48)
        }
        place += width
        switch name {
        case UInt8(ascii: "Y"): values.year = value
        case UInt8(ascii: "m"): values.month = value
        case UInt8(ascii: "d"): values.day = value
        case UInt8(ascii: "H"): values.hour = value
        case UInt8(ascii: "M"): values.minute = value
        default: values.second = value
        }
      }
    }
    guard place == cell.count, values.hour < 24, values.minute < 60, values.second < 60,
      (1...12).contains(values.month), values.day >= 1, values.day <= Self.days(values.month, values.year)
    else { return nil }
    let days = Self.days(year: values.year, month: values.month, day: values.day)
    return Double(days * 86_400 + values.hour * 3600 + values.minute * 60 + values.second)
  }

  /// The date of seconds that lie in the years 0…9999.
  func text(_ seconds: Double) -> String {
    let total = Int(min(max(seconds, Self.least), Self.greatest))
    let day = total >= 0 ? total / 86_400 : -((-total + 86_399) / 86_400)
    let rest = total - day * 86_400
    let date = Self.date(of: day)
    var text = ""
    for part in parts {
      switch part {
      case .literal(let byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      case .field(let name):
        let (value, width) =
          switch name {
          case UInt8(ascii: "Y"): (date.year, 4)
          case UInt8(ascii: "m"): (date.month, 2)
          case UInt8(ascii: "d"): (date.day, 2)
          case UInt8(ascii: "H"): (rest / 3600, 2)
          case UInt8(ascii: "M"): (rest / 60 % 60, 2)
          default: (rest % 60, 2)
          }
        let digits = String(value)
        text += String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
      }
    }
    return text
  }

  static let least = Double(days(year: 0, month: 1, day: 1) * 86_400)
  static let greatest = Double(days(year: 10_000, month: 1, day: 1) * 86_400 - 1)

  private static func days(_ month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days since 1970; Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    // Years begin in March, so that a leap day is a year's last.
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  private static func date(of days: Int) -> (year: Int, month: Int, day: Int) {
    let days = days + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let ofEra = days - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * month + 2) / 5 + 1
    let calendar = month < 10 ? month + 3 : month - 9
    return (year + era * 400 + (calendar <= 2 ? 1 : 0), calendar, day)
  }
}
