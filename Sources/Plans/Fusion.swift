import Graphs

/// Which values are computed together. A kernel is one pass over memory: a chain of elementwise
/// values of one count with the reductions that end it, or one operation by itself.
///
/// Values are visited from the last to the first and join a kernel that uses them, so that cheap
/// steps of a gradient are computed where they are needed rather than stored early.
struct Fusion {
  struct Use {
    let value: Int
    /// Element `i` of the user needs element `i` of the used value alone.
    let direct: Bool
  }

  struct Kernel {
    /// Latest first: the reverse of an order of evaluation.
    var members: [Int]
    /// Elements of the iteration space; nil for an operation by itself.
    let count: Int?
    /// `[outer, reduced, inner]` of its reductions.
    var pattern: [Int]?
  }

  private static let greatestSize = 40

  let values: [Value]
  private(set) var kernels: [Kernel] = []
  /// The kernel of each value; -1 for those that need none.
  private(set) var kernel: [Int]
  private(set) var users: [[Use]]

  init(_ values: [Value]) {
    self.values = values
    kernel = Array(repeating: -1, count: values.count)
    users = Array(repeating: [], count: values.count)
    for (index, value) in values.enumerated() { noteUses(by: index, value) }
    for index in values.indices.reversed() { place(index) }
    for index in values.indices { mergeUsers(of: index) }
  }

  private mutating func noteUses(by index: Int, _ value: Value) {
    if case .view = value.kind { return }
    for input in value.inputs {
      guard case .view(let view) = values[input].kind else {
        users[input].append(Use(value: index, direct: !value.isOperation))
        continue
      }
      let whole =
        view.offset == 0 && view.isContiguous && values[input].shape.count == values[view.base].shape.count
      users[view.base].append(Use(value: index, direct: whole && !value.isOperation))
    }
  }

  private mutating func place(_ index: Int) {
    switch values[index].kind {
    case .external, .constant, .table, .view: return
    case .operation: open(index, count: nil, pattern: nil)
    case .reduction(_, let outer, let reduced, let inner):
      open(index, count: outer * reduced * inner, pattern: [outer, reduced, inner])
    case .elementwise:
      mergeUsers(of: index)
      guard let home = home(for: index) else {
        return open(index, count: values[index].shape.count, pattern: nil)
      }
      kernel[index] = home
      kernels[home].members.append(index)
    }
  }

  private mutating func open(_ index: Int, count: Int?, pattern: [Int]?) {
    kernel[index] = kernels.count
    kernels.append(Kernel(members: [index], count: count, pattern: pattern))
  }

  /// The earliest kernel that uses the value element by element and that nothing else using the
  /// value comes before.
  private func home(for index: Int) -> Int? {
    let using = Set(users[index].map { kernel[$0.value] })
    let closed = Set(users[index].filter { !$0.direct }.map { kernel[$0.value] })
    let candidates = using.subtracting(closed).filter {
      kernels[$0].count == values[index].shape.count && kernels[$0].members.count < Self.greatestSize
    }
    let earliestFirst = candidates.sorted {
      (kernels[$0].members.last ?? 0, $0) < (kernels[$1].members.last ?? 0, $1)
    }
    return earliestFirst.first { candidate in !reaches(candidate, from: using.filter { $0 != candidate }) }
  }

  /// Whether results of the kernels `start` are needed, directly or not, by `target`.
  private func reaches(_ target: Int, from start: some Sequence<Int>) -> Bool {
    var pending = Array(start)
    var seen = Array(repeating: false, count: kernels.count)
    while let next = pending.popLast() {
      if next == target { return true }
      if seen[next] { continue }
      seen[next] = true
      for member in kernels[next].members {
        for use in users[member] where !seen[kernel[use.value]] && kernel[use.value] != next {
          pending.append(kernel[use.value])
        }
      }
    }
    return false
  }

  /// Kernels that use a value element by element share a pass, where none needs another.
  private mutating func mergeUsers(of index: Int) {
    let together = Set(users[index].filter(\.direct).map { kernel[$0.value] })
      .filter { kernels[$0].count != nil }.sorted()
    for (position, first) in together.enumerated() {
      for second in together.dropFirst(position + 1) { merge(second, into: first) }
    }
  }

  private mutating func merge(_ second: Int, into first: Int) {
    let (a, b) = (kernels[first], kernels[second])
    guard !a.members.isEmpty, !b.members.isEmpty, a.count == b.count,
      a.pattern == nil || b.pattern == nil || a.pattern == b.pattern,
      a.members.count + b.members.count <= Self.greatestSize,
      !reaches(first, from: [second]), !reaches(second, from: [first])
    else { return }
    for member in b.members { kernel[member] = first }
    kernels[first].members = (a.members + b.members).sorted(by: >)
    kernels[first].pattern = a.pattern ?? b.pattern
    kernels[second].members = []
  }

  /// Kernels in an order in which they can run, each after all it needs; earliest values first.
  func schedule() -> [Int] {
    var waiting = Array(repeating: 0, count: kernels.count)
    var followers: [[Int]] = Array(repeating: [], count: kernels.count)
    for (index, home) in kernel.enumerated() where home >= 0 {
      for follower in Set(users[index].map { kernel[$0.value] }) where follower != home && follower >= 0 {
        followers[home].append(follower)
        waiting[follower] += 1
      }
    }
    // The key keeps the program's order, which keeps lifetimes short.
    var ready = kernels.indices.filter { waiting[$0] == 0 && !kernels[$0].members.isEmpty }
    var order: [Int] = []
    while let best = ready.indices.min(by: { key(ready[$0]) < key(ready[$1]) }) {
      let next = ready.remove(at: best)
      order.append(next)
      for follower in followers[next] {
        waiting[follower] -= 1
        if waiting[follower] == 0 { ready.append(follower) }
      }
    }
    return order
  }

  private func key(_ kernel: Int) -> Int { kernels[kernel].members.max() ?? 0 }

  /// Whether a value must be in memory: something outside its kernel, or out of order, reads it.
  func isStored(_ index: Int, kept: Set<Int>) -> Bool {
    guard kernel[index] >= 0 else { return true }
    if case .elementwise = values[index].kind {
      return kept.contains(index) || users[index].contains { kernel[$0.value] != kernel[index] }
    }
    return true
  }
}

extension Value {
  var isOperation: Bool {
    if case .operation = kind { return true }
    return false
  }
}
