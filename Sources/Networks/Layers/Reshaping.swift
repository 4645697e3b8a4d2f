import Graphs

/// Every sample under another shape: `[N, …] → [N] + shape`.
public struct Reshaping: Layer {
  public static let name = "reshape"

  public var shape: [Int]

  public init(shape: [Int]) { self.shape = shape }

  enum CodingKeys: String, CodingKey { case shape }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    shape = try fields.decode([Int].self, forKey: .shape)
    guard (1...7).contains(shape.count), shape.allSatisfy((1...greatestWidth).contains) else {
      throw GANError(
        field: "shape", expected: "1 to 7 extents within 1...\(greatestWidth)", got: "\(shape.prefix(8))")
    }
  }

  public var rearranges: Bool { true }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    x.reshaped(to: Shape([x.shape[0]] + shape))
  }
}

/// `[N, …] → [N, D]`.
public struct Flatten: Layer {
  public static let name = "flatten"

  public init() {}

  enum CodingKeys: CodingKey {}

  public init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: CodingKeys.self)
  }

  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: CodingKeys.self)
  }

  public var rearranges: Bool { true }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    x.reshaped(to: [x.shape[0], x.shape.count / max(1, x.shape[0])])
  }
}
