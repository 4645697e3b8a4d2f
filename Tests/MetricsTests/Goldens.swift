import Datasets
import Glibc
import Graphs
import Plans
import Testing
import Training

@testable import Metrics

/// Figures of public reference implementations (`Goldens/make.py`), and the samples they are of, which both
/// sides make from the same random numbers.
enum Goldens {
  static let workers = Workers(ThreadPool(threads: 2))

  /// The numbers under a key, those of an object by its members' names.
  static func numbers(_ key: String) throws -> [Double] {
    let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let file = try #require(fopen(folder + "/Goldens/goldens.json", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let text = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    return numbers(in: try #require(JSON(parsing: text, name: "goldens")[key]))
  }

  private static func numbers(in json: JSON) -> [Double] {
    switch json {
    case .array(let elements): elements.flatMap(numbers)
    case .object(let members): members.values.flatMap(numbers)
    default: json.real.map { [$0] } ?? []
    }
  }

  static func features(_ count: Int, _ width: Int, seed: UInt64, scale: Double = 1, shift: Double = 0) throws
    -> Rows
  {
    let random = RandomState(seed: seed)
    let rows = try Rows(count: count, width: width, for: "test")
    for row in 0..<count {
      for column in 0..<width {
        func draw(_ column: Int) -> Double { random.normal(UInt64(row * width + column), stream: 7) }
        let mixed = draw(column) + 0.5 * draw((column + width - 1) % width) * sin(Double(column))
        rows[row][column] = Float(scale * mixed + shift)
      }
    }
    return rows
  }

  /// `[count, shape]` of −1…1.
  static func images(_ count: Int, _ shape: Shape, seed: UInt64, noise: Double) throws -> Rows {
    let random = RandomState(seed: seed)
    let rows = try Rows(count: count, width: shape.count, for: "test")
    for n in 0..<count {
      for place in 0..<shape.count {
        let (y, x) = (Double(place / shape[2] / shape[1]), Double(place / shape[2] % shape[1]))
        let wave =
          sin(0.31 * x + 0.17 * Double(n) + Double(place % shape[2])) * cos(0.23 * y - 0.11 * Double(n))
        let draw = random.normal(UInt64(n * shape.count + place), stream: 8)
        rows[n][place] = Float(tanh(0.8 * wave + noise * draw))
      }
    }
    return rows
  }

  static func comparison(_ real: Rows, _ fake: Rows, kind: DataKind = .vectors, shape: Shape? = nil) throws
    -> Comparison
  {
    try Comparison(
      real: .init(features: real, samples: real), fake: .init(features: fake, samples: fake),
      features: "test",
      kind: kind, shape: shape ?? [real.width], workers: workers)
  }

  static func first(_ count: Int, of rows: Rows) throws -> Rows {
    let some = try Rows(count: count, width: rows.width, for: "test")
    some[0].update(from: rows[0], count: count * rows.width)
    return some
  }
}

/// Within 1e-4 of the larger of the expected value and 1.
func near(_ found: [Double], _ expected: [Double], _ comment: Comment? = nil) {
  #expect(found.count == expected.count, comment)
  for (one, other) in zip(found, expected) {
    #expect(abs(one - other) <= 1e-4 * max(1, abs(other)), "\(one), expected \(other)")
  }
}
