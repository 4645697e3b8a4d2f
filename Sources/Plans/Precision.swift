import COneDNN
import Graphs

/// The arithmetic of a plan's large products.
public enum Precision: String, Codable, Hashable, Sendable, CaseIterable {
  case f32
  /// Mixed (Kalamkar et al., arXiv 1905.12322): large products multiply bf16 and add in f32, and what
  /// they read and give is stored as bf16. Everything else is f32: parameters, their gradients and
  /// moments, statistics, losses.
  case bf16

  /// - Throws: `.unsupported` where the processor cannot do it.
  public func validate() throws(GANError) {
    guard self == .bf16, gan_dnn_has_bf16() == 0 else { return }
    throw GANError(
      .unsupported, field: "precision",
      expected:
        "f32, since this processor has no AVX-512 BF16 instructions (or ONEDNN_MAX_CPU_ISA hides them)",
      got: rawValue)
  }
}

/// How the elements of a value are stored; kernels compute in f32.
enum Element: Int32, Sendable {
  case f32, bf16

  /// Bytes of one.
  var size: Int { self == .f32 ? 4 : 2 }
}

/// Which values of a plan are stored as bf16, and which products multiply them.
///
/// A value is when a product in bf16 reads or gives it, or when it is computed from such values element by
/// element, and nothing needs all of its bits: no other operation reads it, no caller does, and it is no weight.
struct MixedPrecision {
  struct Sizes {
    /// Arithmetic below which a product stays in f32: what it could save would not pay for a conversion.
    var flops = 1 << 22
    /// Elements below which a result stays in f32, such as scores.
    var count = 4096
  }

  private let least: Sizes
  private let values: [Value]
  /// For each value, how it is stored where it is stored.
  private(set) var elements: [Element]
  /// Operations that multiply bf16.
  private var products: Set<Int> = []

  /// - Parameter exact: values of which every bit is wanted.
  init(_ values: [Value], _ precision: Precision, least: Sizes, exact: Set<Int>) {
    self.values = values
    self.least = least
    elements = Array(repeating: .f32, count: values.count)
    guard precision == .bf16 else { return }
    var (wanted, exact): (Set<Int>, Set<Int>) = ([], exact)
    for (index, value) in values.enumerated() {
      guard case .operation(let primitive) = value.kind else { continue }
      let bases = value.inputs.map(base)
      guard isWorthwhile(primitive, value) else {
        exact.formUnion(bases)
        continue
      }
      products.insert(index)
      wanted.formUnion(bases)
      if primitive is Convolution || primitive is ConvolutionBackwardData {
        exact.insert(bases[1])
        if value.shape.count >= least.count { wanted.insert(index) }
      }
    }
    for index in wanted.subtracting(exact) where canBeRounded(index) { elements[index] = .bf16 }
    spread(exact)
  }

  /// What is computed element by element from values of bf16 has no more bits that count.
  private mutating func spread(_ exact: Set<Int>) {
    var rounded = elements.map { $0 == .bf16 }
    for (index, value) in values.enumerated() where value.shape.count >= least.count && !rounded[index] {
      guard case .elementwise = value.kind else { continue }
      rounded[index] = value.inputs.map(base).contains {
        rounded[$0] && values[$0].shape.count == value.shape.count
      }
      if rounded[index] && !exact.contains(index) { elements[index] = .bf16 }
    }
  }

  /// How an operation's operands must be stored.
  func operands(of operation: Int) -> Element { products.contains(operation) ? .bf16 : .f32 }

  private func base(of value: Int) -> Int {
    if case .view(let view) = values[value].kind { return view.base }
    return value
  }

  /// Whether the kernel that computes the value can store it as bf16.
  private func canBeRounded(_ index: Int) -> Bool {
    switch values[index].kind {
    case .elementwise: return true
    case .operation(let primitive):
      guard products.contains(index) else { return false }
      if primitive is Convolution { return true }
      return primitive is ConvolutionBackwardData
        && ConvolutionSizes(of: values[index], in: values)?.foldsToImage == false
    default: return false
    }
  }

  /// Large enough, and with a kernel of oneDNN's that is no mere reference.
  private func isWorthwhile(_ primitive: any Primitive, _ value: Value) -> Bool {
    if let product = primitive as? MatMul {
      let product = Product(product, value, in: values, .bf16)
      return product.flops >= least.flops && !product.isThin
        && Self.isFast { () throws(GANError) in try product.primitive("") }
    }
    guard let sizes = ConvolutionSizes(of: value, in: values), sizes.flops >= least.flops,
      let direction = ConvolutionSizes.direction(of: primitive)
    else { return false }
    let isFolded = primitive is ConvolutionBackwardData && sizes.foldsToImage
    // Its weights would be converted after they were padded.
    if isFolded && sizes.padding != nil { return false }
    return Self.isFast { () throws(GANError) in
      isFolded
        ? try sizes.foldedProduct(.bf16, "")
        : try sizes.primitive(direction, batch: sizes.x[0], (.bf16, .f32), "")
    }
  }

  private static func isFast(_ make: () throws(GANError) -> DNN) -> Bool {
    guard let primitive = try? make() else { return false }
    return !primitive.implementation.hasPrefix("ref")
  }
}
