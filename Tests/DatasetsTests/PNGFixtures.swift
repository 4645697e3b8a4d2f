import CDatasetsFixtures

/// Makes PNG files of every type, by the standard (W3C PNG) rather than by libpng.
struct PNGFixture {
  var width: Int
  var height: Int
  /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
  var type: Int
  var depth = 8
  var isInterlaced = false
  /// Samples of `depth` bits, row by row.
  var samples: [Int]
  var palette: [[UInt8]] = []
  /// Alpha of the palette's entries.
  var transparency: [UInt8] = []

  private var channels: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][type]! }

  var bytes: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    let settings = [UInt8(depth), UInt8(type), 0, 0, isInterlaced ? 1 : 0]
    file += Self.chunk("IHDR", bigEndian(width) + bigEndian(height) + settings)
    if !palette.isEmpty { file += Self.chunk("PLTE", palette.flatMap { $0 }) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    file += Self.chunk("IDAT", compress(scanlines, gzip: false))
    return file + Self.chunk("IEND", [])
  }

  static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(fixture_crc32(body, body.count)))
  }

  /// Adam7: first column, first row, and the steps of each pass.
  private static let passes = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
  ]

  private var scanlines: [UInt8] {
    var lines: [UInt8] = []
    for (left, top, right, down) in isInterlaced ? Self.passes : [(0, 0, 1, 1)] {
      guard left < width else { continue }
      for y in stride(from: top, to: height, by: down) {
        lines.append(0)
        lines += line(y, stride(from: left, to: width, by: right))
      }
    }
    return lines
  }

  private func line(_ y: Int, _ columns: StrideTo<Int>) -> [UInt8] {
    var bits: [UInt8] = []
    for x in columns {
      for c in 0..<channels {
        let sample = samples[(y * width + x) * channels + c]
        for bit in stride(from: depth - 1, through: 0, by: -1) { bits.append(UInt8(sample >> bit & 1)) }
      }
    }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 << 1 | (start + $1 < bits.count ? bits[start + $1] : 0) }
    }
  }

  static func grey(_ width: Int, _ height: Int, _ samples: [Int]) -> [UInt8] {
    PNGFixture(width: width, height: height, type: 0, samples: samples).bytes
  }
}
