import Graphs

extension Builder {
  /// Brings the steps that follow from constant inputs alone to the front, in their order; their number.
  mutating func movePreparationsForward(constants: Set<String>, of inputs: [String]) -> Int {
    guard !constants.isEmpty else { return 0 }
    var constant = storages.map { storage in
      switch storage.home {
      case .external(let input): constants.contains(inputs[input])
      case .table: true
      default: false
      }
    }
    // A storage that several steps write parts of is constant only if all of them are.
    let writers = Dictionary(
      steps.flatMap { step in step.operands.filter(\.writes).map { (root(of: $0.storage), 1) } },
      uniquingKeysWith: +)
    var isPreparation = Array(repeating: false, count: steps.count)
    for (index, step) in steps.enumerated() where !step.isRandom {
      let read = step.operands.filter { !$0.writes }
      let written = step.operands.filter(\.writes).map { root(of: $0.storage) }
      guard !read.isEmpty, read.allSatisfy({ constant[root(of: $0.storage)] }),
        written.allSatisfy({ writers[$0] == 1 })
      else { continue }
      isPreparation[index] = true
      for storage in written { constant[storage] = true }
    }
    reorder(steps.indices.filter { isPreparation[$0] } + steps.indices.filter { !isPreparation[$0] })
    return isPreparation.count { $0 }
  }

  private func root(of storage: Int) -> Int {
    var storage = storage
    while case .within(let whole, _) = storages[storage].home { storage = whole }
    return storage
  }
}
