import Graphs

/// Turns the part of a graph that a program needs into values.
struct Lowering {
  private(set) var values: [Value] = []
  /// Names and shapes of the program's inputs, in the order of `Value.Kind.external`.
  private(set) var inputs: [(name: String, shape: Shape)] = []
  private var lowered: [Int: Int] = [:]
  private var dense: [Int: Int] = [:]

  /// Values of the program's outputs and stores, dense.
  private(set) var outputs: [Int] = []
  private(set) var stores: [(input: Int, value: Int)] = []

  init(_ program: Program) throws(GANError) {
    let roots = program.outputs.map(\.node) + program.stores.map(\.node)
    for index in reachable(from: roots) {
      let node = program.graph.node(at: index)
      if let input = node.primitive as? Input, inputs.contains(where: { $0.name == input.name }) {
        throw GANError(.internal, input.name, "is an input twice, with different shapes")
      }
      guard node.shape.rank <= 8 else {
        throw GANError(.unsupported, node.path, "values have at most 8 axes, got \(node.shape)")
      }
      lowered[index] = lower(node)
    }
    outputs = program.outputs.map { densified(lowered[$0.node.index]!, evenIfView: true) }
    for store in program.stores {
      guard let input = inputs.firstIndex(where: { $0.name == store.input }) else { continue }
      guard inputs[input].shape.count == store.node.shape.count else {
        throw GANError(
          .internal, store.input, "cannot store \(store.node.shape) into \(inputs[input].shape)")
      }
      stores.append((input, fresh(lowered[store.node.index]!)))
    }
    recompute()
  }

  /// Other values for the same program; `places` has where each old one that is still there is now.
  mutating func replace(by values: [Value], at places: [Int]) {
    self.values = values
    outputs = outputs.map { places[$0] }
    stores = stores.map { ($0.input, places[$0.value]) }
  }

  private mutating func append(_ kind: Value.Kind, _ inputs: [Int], _ shape: Shape, _ path: String) -> Int {
    values.append(Value(kind: kind, inputs: inputs, shape: shape, path: path))
    return values.count - 1
  }

  private mutating func lower(_ node: Node) -> Int {
    let inputs = node.inputs.map { lowered[$0.index]! }
    let (shape, path) = (node.shape, node.path)
    switch node.primitive {
    case let input as Input:
      self.inputs.append((input.name, input.shape))
      return append(.external(self.inputs.count - 1), [], shape, path)
    case let constant as Constant: return append(.constant(constant.value), [], shape, path)
    case let primitive where primitive is Iota || primitive is Literal:
      let tensor = primitive.evaluate([], random: RandomState(seed: 0))
      return append(.table(tensor.values), [], shape, path)
    case is Detach: return inputs[0]
    case let primitive where Instruction(primitive) != nil:
      let instruction = Instruction(primitive)!
      return append(
        .elementwise(operation: instruction.operation, value: instruction.value), inputs, shape, path)
    case let sum as Sum: return reduce(inputs[0], over: sum.axes, kind: 0, path)
    case let greatest as MaximumOver: return reduce(inputs[0], over: greatest.axes, kind: 1, path)
    case let primitive
    where primitive is Broadcast || primitive is Reshape || primitive is Transpose
      || primitive is Slice || primitive is UpsampleNearest:
      return move(inputs[0], by: primitive, to: shape, path)
    default:
      let dense = inputs.map { densified($0) }
      return append(.operation(node.primitive), dense, shape, path)
    }
  }

  // MARK: Movement

  /// How an elementwise kernel reads a value.
  func view(of value: Int) -> View {
    if case .view(let view) = values[value].kind { return view }
    return View(whole: value, values[value].shape)
  }

  private mutating func move(_ x: Int, by primitive: any Primitive, to shape: Shape, _ path: String) -> Int {
    if case .constant = values[x].kind { return append(values[x].kind, [], shape, path) }
    let source = view(of: x)
    switch primitive {
    case is Broadcast: return append(view: source.broadcast(to: shape), path)
    case let transpose as Transpose: return append(view: source.transposed(transpose.permutation), path)
    case let slice as Slice:
      return append(
        view: source.sliced(axis: slice.axis, from: slice.from, count: slice.count, step: slice.step), path)
    case let upsample as UpsampleNearest: return repeated(source, upsample.factors, to: shape, path)
    default:
      if let view = source.reshaped(to: shape.dimensions) { return append(view: view, path) }
      return append(view: View(whole: densified(x), values[x].shape).reshaped(to: shape.dimensions)!, path)
    }
  }

  private mutating func append(view: View, _ path: String) -> Int {
    append(.view(view), [view.base], Shape(view.shape), path)
  }

  /// Nearest upsampling reads every row and column several times: `[N, H, f, W, f, C]` with stride 0.
  private mutating func repeated(_ x: View, _ factors: [Int], to shape: Shape, _ path: String) -> Int {
    var fine: (shape: [Int], strides: [Int]) = ([x.shape[0]], [x.strides[0]])
    for (axis, factor) in factors.enumerated() {
      fine.shape += [x.shape[axis + 1], factor]
      fine.strides += [x.strides[axis + 1], 0]
    }
    fine.shape.append(x.shape[x.shape.count - 1])
    fine.strides.append(x.strides[x.strides.count - 1])
    let view = View(base: x.base, offset: x.offset, shape: fine.shape, strides: fine.strides)
    let look = append(view: view, path)
    return append(.elementwise(operation: nil, value: 0), [look], shape, path)
  }

  /// A value whose elements lie one after the other in memory; a copy where they do not.
  private mutating func densified(_ value: Int, evenIfView: Bool = false) -> Int {
    switch values[value].kind {
    case .constant(let number):
      if let known = dense[value] { return known }
      dense[value] = append(
        .elementwise(operation: Instruction.constant, value: Float(number)), [],
        values[value].shape, values[value].path)
      return dense[value]!
    case .view(let view):
      if view.isContiguous && !(evenIfView && view.offset != 0) { return value }
      if let known = dense[value] { return known }
      dense[value] = append(
        .elementwise(operation: nil, value: 0), [value], values[value].shape, values[value].path)
      return dense[value]!
    default: return value
    }
  }

  /// A dense value that no caller's buffer holds: what is stored must outlive every store before it.
  private mutating func fresh(_ value: Int) -> Int {
    let dense = densified(value, evenIfView: true)
    guard case .external = values[view(of: dense).base].kind else { return dense }
    return append(.elementwise(operation: nil, value: 0), [dense], values[dense].shape, values[dense].path)
  }

  // MARK: Reductions

  /// One reduction for every run of neighbouring axes: kernels reduce `[outer, reduced, inner]`.
  private mutating func reduce(_ x: Int, over axes: [Int], kind: Int32, _ path: String) -> Int {
    var result = x
    var shape = values[x].shape
    let wanted = axes.filter { shape[$0] != 1 }.sorted()
    var axis = 0
    while axis < wanted.count {
      var end = axis + 1
      while end < wanted.count,
        shape.dimensions[(wanted[end - 1] + 1)..<wanted[end]].allSatisfy({ $0 == 1 })
      { end += 1 }
      let (first, last) = (wanted[axis], wanted[end - 1])
      let outer = shape.dimensions[..<first].reduce(1, *)
      let reduced = shape.dimensions[first...last].reduce(1, *)
      for dropped in first...last { shape = shape.replacing(axis: dropped, with: 1) }
      result = append(
        .reduction(kind: kind, outer: outer, reduced: reduced, inner: shape.count / max(1, outer)),
        [result], shape, path)
      axis = end
    }
    return result
  }
}
