import Graphs

/// `[N, T, D] → [N, F]`: convolutions over time of several widths, each with its number of filters, relu, and
/// of every filter its greatest value (Kim, arXiv 1408.5882, section 2; Yu et al., arXiv 1609.05473, section
/// 3.3). F is the sum of all filters; widths beyond T are cut to T.
public struct TextConvolutions: Layer {
  public static let name = "text-conv"

  public var kernels: [Int]
  public var filters: [Int]

  public init(kernels: [Int], filters: [Int]) {
    self.kernels = kernels
    self.filters = filters
  }

  enum CodingKeys: String, CodingKey { case kernels, filters }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    kernels = try fields.decode([Int].self, forKey: .kernels)
    filters = try fields.decode([Int].self, forKey: .filters)
    try validate()
  }

  func validate() throws(GANError) {
    guard (1...64).contains(kernels.count), kernels.allSatisfy((1...1024).contains) else {
      throw GANError(
        field: "kernels", expected: "1 to 64 widths within 1...1024", got: "\(kernels.prefix(65))")
    }
    guard filters.count == kernels.count, filters.allSatisfy((1...16384).contains) else {
      throw GANError(
        field: "filters", expected: "\(kernels.count) numbers within 1...16384", got: "\(filters.prefix(65))")
    }
  }

  public func callAsFunction(_ x: Node, in scope: Scope) -> Node {
    guard x.shape.rank == 3, x.shape[1] > 0, kernels.count == filters.count else {
      x.graph.fail(GANError(field: "text-conv", expected: "a sequence [N, T, D]", got: x.shape))
      return x
    }
    let greatest = zip(kernels, filters).enumerated().map { index, sizes in
      let layer = Convolutional(
        filters: sizes.1, kernel: Extents([min(sizes.0, x.shape[1])]), padding: .valid, bias: true)
      return scope.within(String(index)) { max(layer(x, in: $0), over: [1]) }
    }
    // Behind the greatest, where there is less to pass over: relu grows with its input.
    return relu(concatenate(greatest, axis: 1))
  }
}
