import Graphs

/// Where each tensor of a network lies in its flat buffer, in the order in which the network asks
/// for them: dense, row-major, without gaps.
public struct ParameterLayout: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// Within the network: `3.weight`.
    public let path: String
    public let shape: Shape
    /// Of its first element, in elements.
    public let offset: Int
    public let initializer: Initializer
  }

  public private(set) var entries: [Entry] = []
  /// Elements in all.
  public private(set) var count = 0
  private var positions: [String: Int] = [:]

  public init() {}

  public func entry(at path: String) -> Entry? { positions[path].map { entries[$0] } }

  func index(of path: String) -> Int? { positions[path] }

  /// Throws `.memory` when the sum does not fit.
  public mutating func append(_ path: String, _ shape: Shape, _ initializer: Initializer) throws(GANError) {
    let (end, overflow) = count.addingReportingOverflow(shape.count)
    guard !overflow, end <= Graph.greatestCount else {
      throw GANError(.memory, path, "parameters of shape \(shape) are too large")
    }
    positions[path] = entries.count
    entries.append(Entry(path: path, shape: shape, offset: count, initializer: initializer))
    count = end
  }
}

/// The two buffers of a network.
public struct Layouts: Hashable, Sendable {
  /// What an optimiser moves.
  public var parameters = ParameterLayout()
  /// Running statistics and spectral vectors: moved by the forward pass.
  public var state = ParameterLayout()

  public init() {}
}
