import Graphs

/// A graph's node as a plan sees it: movement has become strided views, composed operations have
/// become chains of what kernels can do. Values are numbered in an order of evaluation.
struct Value {
  enum Kind {
    /// A caller's buffer, by its place among the program's inputs.
    case external(Int)
    case constant(Double)
    /// Numbers fixed when the plan is made.
    case table([Double])
    /// One instruction of a fused kernel; no instruction copies.
    case elementwise(operation: Int32?, value: Float)
    /// Over the middle of `[outer, reduced, inner]`; 0 sums, 1 takes the maximum.
    case reduction(kind: Int32, outer: Int, reduced: Int, inner: Int)
    /// A strided look at another value.
    case view(View)
    /// A kernel of its own: convolution, product, gather, …
    case operation(any Primitive)
  }

  let kind: Kind
  let inputs: [Int]
  let shape: Shape
  let path: String
}

/// Elements of `base` as an array of another shape: element `i` lies at `offset + Σ i·stride`.
struct View: Hashable {
  let base: Int
  let offset: Int
  let shape: [Int]
  let strides: [Int]

  init(base: Int, offset: Int = 0, shape: [Int], strides: [Int]) {
    self.base = base
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  /// All of a value in its own order.
  init(whole base: Int, _ shape: Shape) {
    self.init(base: base, shape: shape.dimensions, strides: shape.strides)
  }

  var isContiguous: Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if stride != expected { return false }
      expected *= extent
    }
    return true
  }

  func broadcast(to target: Shape) -> View {
    let lead = target.rank - shape.count
    let strides = target.dimensions.indices.map { axis in
      axis < lead || shape[axis - lead] == 1 ? 0 : self.strides[axis - lead]
    }
    return View(base: base, offset: offset, shape: target.dimensions, strides: strides)
  }

  func transposed(_ permutation: [Int]) -> View {
    View(
      base: base, offset: offset, shape: permutation.map { shape[$0] },
      strides: permutation.map { strides[$0] })
  }

  func sliced(axis: Int, from: Int, count: Int, step: Int) -> View {
    var (shape, strides) = (self.shape, self.strides)
    let start = strides[axis] * from
    shape[axis] = count
    strides[axis] *= step
    return View(base: base, offset: offset + start, shape: shape, strides: strides)
  }

  /// The same elements in the same order under another shape, where strides can say it.
  func reshaped(to target: [Int]) -> View? {
    let dimensions = Layout.refined([merged, Layout.dense(target)])
    guard let dimensions else { return nil }
    let fine = Layout.split(merged, into: dimensions)
    var strides: [Int] = []
    var position = 0  // innermost first
    for extent in target.reversed() {
      if extent == 1 {
        strides.append(0)
        continue
      }
      let first = fine[position]
      var (covered, next) = (dimensions[position], position + 1)
      while covered < extent {
        if fine[next] != first * covered { return nil }
        covered *= dimensions[next]
        next += 1
      }
      strides.append(first)
      position = next
    }
    return View(base: base, offset: offset, shape: target, strides: strides.reversed())
  }

  /// Axes innermost first, without those of extent 1, neighbours joined where one stride serves.
  var merged: [Layout.Axis] {
    var axes: [Layout.Axis] = []
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if let last = axes.last, stride == last.stride * last.extent {
        axes[axes.count - 1].extent *= extent
      } else {
        axes.append(Layout.Axis(extent: extent, stride: stride))
      }
    }
    return axes
  }
}

/// Iteration spaces that several views share.
enum Layout {
  struct Axis: Hashable {
    var extent: Int
    var stride: Int
  }

  static func dense(_ shape: [Int]) -> [Axis] {
    View(base: 0, shape: shape, strides: Shape(shape).strides).shapeAxes
  }

  /// Extents, innermost first, that every one of `views` (of one count) can be split into; nil
  /// where their borders do not nest.
  static func refined(_ views: [[Axis]]) -> [Int]? {
    var cuts: Set<Int> = []
    for axes in views {
      var product = 1
      for axis in axes {
        product *= axis.extent
        cuts.insert(product)
      }
    }
    var extents: [Int] = []
    var inner = 1
    for cut in cuts.sorted() where cut != inner {
      guard cut % inner == 0 else { return nil }
      extents.append(cut / inner)
      inner = cut
    }
    return extents
  }

  /// The strides of `axes` along finer `extents`, innermost first.
  static func split(_ axes: [Axis], into extents: [Int]) -> [Int] {
    var strides: [Int] = []
    var (position, covered) = (0, 1)
    for extent in extents {
      guard position < axes.count else {
        strides.append(0)
        continue
      }
      strides.append(axes[position].stride * covered)
      covered *= extent
      if covered == axes[position].extent { (position, covered) = (position + 1, 1) }
    }
    return strides
  }
}

extension View {
  /// Axes innermost first with their own borders kept, without those of extent 1.
  fileprivate var shapeAxes: [Layout.Axis] {
    zip(shape, strides).reversed().filter { $0.0 != 1 }.map { Layout.Axis(extent: $0.0, stride: $0.1) }
  }
}
