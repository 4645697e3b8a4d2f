@testable import Datasets

/// A WAV file from its parts, any of which may be wrong.
struct WAVFixture {
  var tag = 1
  var channels = 1
  var rate = 8000
  var bits = 16
  var data: [UInt8]
  /// Instead of what follows from the rest.
  var block: Int?
  var promised: Int?
  var extensible = false
  var before: [UInt8] = []

  static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    Array(name.utf8) + bytes(data.count, 4) + data + (data.count % 2 == 1 ? [0] : [])
  }

  var bytes: [UInt8] {
    let block = block ?? channels * bits / 8
    func number(_ value: Int, _ count: Int) -> [UInt8] { Self.bytes(value, count) }
    var format = number(extensible ? 0xfffe : tag, 2) + number(channels, 2) + number(rate, 4)
    format += number(rate * block, 4) + number(block, 2) + number(bits, 2)
    if extensible {
      format += number(22, 2) + number(bits, 2) + number(0, 4) + number(tag, 2)
      format += [0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
    }
    var content = Array("WAVE".utf8) + before + Self.chunk("fmt ", format)
    content += Array("data".utf8) + number(promised ?? data.count, 4) + data
    return Array("RIFF".utf8) + number(content.count, 4) + content
  }
}

func wav(_ samples: [Int16], channels: Int = 1, rate: Int = 8000) -> [UInt8] {
  WAVFixture(channels: channels, rate: rate, data: littleEndian(samples)).bytes
}
