import Graphs

/// One number for every spatial axis, or one for each: `4` or `[4, 3]`.
public struct Extents: Codable, Hashable, Sendable, ExpressibleByIntegerLiteral {
  public let values: [Int]

  public init(_ values: [Int]) { self.values = values }
  public init(integerLiteral value: Int) { values = [value] }

  /// For as many axes as asked; a list of another length is returned as it is, and refused by the
  /// operation it is given to.
  func spread(over axes: Int) -> [Int] {
    values.count == 1 ? Array(repeating: values[0], count: max(0, axes)) : values
  }

  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let value = try? single.decode(Int.self) {
      values = [value]
    } else {
      values = try decoder.singleValueContainer().decode([Int].self)
    }
    guard (1...2).contains(values.count) else {
      throw GANError(field: "", expected: "a number or a list of one or two", got: values)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
  }
}

extension KeyedDecodingContainer {
  func extents(_ key: Key, within range: ClosedRange<Int>, default value: Extents? = nil) throws
    -> Extents
  {
    if let value, !contains(key) { return value }
    let extents = try decode(Extents.self, forKey: key)
    if let wrong = extents.values.first(where: { !range.contains($0) }) {
      throw GANError(
        field: key.stringValue, expected: "within \(range.lowerBound)...\(range.upperBound)", got: wrong)
    }
    return extents
  }
}

/// Zeros around a convolution's input.
public enum Padding: Codable, Hashable, Sendable {
  /// As many as give ⌈input / stride⌉ outputs, the odd one at the end.
  case same
  /// None.
  case valid
  /// As many on both sides of each axis.
  case zeros(Extents)

  public init(from decoder: any Decoder) throws {
    guard let name = try? decoder.singleValueContainer().decode(String.self) else {
      let extents = try decoder.singleValueContainer().decode(Extents.self)
      guard extents.values.allSatisfy((0...1024).contains) else {
        throw GANError(field: "", expected: "within 0...1024", got: extents.values)
      }
      self = .zeros(extents)
      return
    }
    switch name {
    case "same": self = .same
    case "valid": self = .valid
    default: throw GANError.unknown(name, among: ["same", "valid", "a number", "a list of numbers"])
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .same: try container.encode("same")
    case .valid: try container.encode("valid")
    case .zeros(let extents): try container.encode(extents)
    }
  }

  /// The geometry of a convolution over inputs of the given spatial sizes.
  func geometry(
    over sizes: [Int], kernel: [Int], stride: [Int], dilation: [Int], groups: Int
  ) -> ConvolutionGeometry {
    var low = Array(repeating: 0, count: sizes.count)
    var high = low
    let fits = [kernel, stride, dilation].allSatisfy { $0.count == sizes.count }
    switch self {
    case .valid: break
    case .zeros(let extents):
      low = extents.spread(over: sizes.count)
      high = low
    case .same where fits:
      for axis in sizes.indices {
        let span = dilation[axis] * (kernel[axis] - 1) + 1
        let outputs = (sizes[axis] + stride[axis] - 1) / stride[axis]
        let total = max(0, (outputs - 1) * stride[axis] + span - sizes[axis])
        low[axis] = total / 2
        high[axis] = total - total / 2
      }
    case .same: break
    }
    return ConvolutionGeometry(
      stride: stride, padLow: low, padHigh: high, dilation: dilation, groups: groups)
  }
}
