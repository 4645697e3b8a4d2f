/// Matrix products over equal leading axes: `[…, M, K]` and `[…, K, N]` → `[…, M, N]`; a transposed
/// operand is given with its last two axes exchanged.
public struct MatMul: Primitive {
  public let transposeA: Bool
  public let transposeB: Bool

  public init(transposeA: Bool = false, transposeB: Bool = false) {
    self.transposeA = transposeA
    self.transposeB = transposeB
  }

  public func shape(of inputs: [Shape]) throws(GANError) -> Shape {
    let (a, b) = (inputs[0], inputs[1])
    guard a.rank >= 2, a.rank == b.rank, a.dimensions.dropLast(2) == b.dimensions.dropLast(2) else {
      throw GANError(field: "", expected: "matrices with equal leading axes", got: "\(a) and \(b)")
    }
    let (inner, height) = transposeA ? (a[-2], a[-1]) : (a[-1], a[-2])
    let (width, depth) = transposeB ? (b[-2], b[-1]) : (b[-1], b[-2])
    guard inner == depth else {
      throw GANError(
        field: "", expected: "\(inner) rows in the second matrix, as the first has columns", got: depth)
    }
    return Shape(a.dimensions.dropLast(2) + [height, width])
  }

  public func simplified(_ inputs: [Node]) -> Node? {
    let (a, b) = (inputs[0], inputs[1])
    guard let shape = try? self.shape(of: [a.shape, b.shape]) else { return nil }
    if a.constantValue == 0 || b.constantValue == 0 { return .constant(0, shape, in: a.graph) }
    if let a = a.untransposedMatrices {
      return a.graph.add(MatMul(transposeA: !transposeA, transposeB: transposeB), [a, b])
    }
    if let b = b.untransposedMatrices {
      return a.graph.add(MatMul(transposeA: transposeA, transposeB: !transposeB), [a, b])
    }
    return nil
  }

  public func gradient(of output: Node, from g: Node) -> [Node?] {
    let (a, b) = (output.inputs[0], output.inputs[1])
    return [
      transposeA
        ? matmul(b, g, transposeA: transposeB, transposeB: true)
        : matmul(g, b, transposeB: !transposeB),
      transposeB
        ? matmul(g, a, transposeA: true, transposeB: transposeA)
        : matmul(a, g, transposeA: !transposeA),
    ]
  }

  public func evaluate(_ inputs: [Tensor], random: RandomState) -> Tensor {
    let (a, b) = (inputs[0], inputs[1])
    let lead = Array(a.shape.dimensions.dropLast(2))
    let (inner, height) = transposeA ? (a.shape[-2], a.shape[-1]) : (a.shape[-1], a.shape[-2])
    let width = transposeB ? b.shape[-2] : b.shape[-1]
    return .generate(Shape(lead + [height, width])) { position in
      let (row, column) = (position[lead.count], position[lead.count + 1])
      let batch = Array(position.prefix(lead.count))
      return (0..<inner).reduce(0) { sum, k in
        sum + a[batch + (transposeA ? [k, row] : [row, k])]
          * b[batch + (transposeB ? [column, k] : [k, column])]
      }
    }
  }

  public static let samples: [Sample] = [false, true].flatMap { transposeA in
    [false, true].flatMap { transposeB in
      [[], [2], [2, 3]].map { (lead: [Int]) in
        Sample(
          MatMul(transposeA: transposeA, transposeB: transposeB),
          [
            Sample.values(Shape(lead + (transposeA ? [4, 3] : [3, 4]))),
            Sample.values(Shape(lead + (transposeB ? [2, 4] : [4, 2])), seed: 2),
          ])
      }
    }
  }
}

/// `[…, M, K]` · `[…, K, N]` → `[…, M, N]` with equal leading axes, or with a second operand of
/// rank 2 that serves every matrix of the first.
public func matmul(_ a: Node, _ b: Node, transposeA: Bool = false, transposeB: Bool = false) -> Node {
  let rank = a.shape.rank
  guard rank > 2, b.shape.rank == 2 else {
    return a.graph.add(MatMul(transposeA: transposeA, transposeB: transposeB), [a, b])
  }
  if transposeA {
    let swapped = Array(0..<rank - 2) + [rank - 1, rank - 2]
    return matmul(a.transposed(swapped), b, transposeB: transposeB)
  }
  let lead = Array(a.shape.dimensions.dropLast())
  let folded = matmul(
    a.reshaped(to: Shape([Shape(lead).count, a.shape[-1]])), b, transposeB: transposeB)
  return folded.reshaped(to: Shape(lead + [folded.shape[-1]]))
}

extension Node {
  /// What this is the transpose of, where only the last two axes are exchanged.
  fileprivate var untransposedMatrices: Node? {
    guard let transpose = primitive as? Transpose, shape.rank >= 2 else { return nil }
    let rank = shape.rank
    return transpose.permutation == Array(0..<rank - 2) + [rank - 1, rank - 2] ? inputs[0] : nil
  }
}
