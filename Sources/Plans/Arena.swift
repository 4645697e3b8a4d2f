import Graphs

/// Gives every storage of a plan its place: memory is shared by what is never alive together.
struct Arena {
  private(set) var storages: [Storage]
  /// Of the whole arena.
  private(set) var bytes = 0
  private let steps: [Step]
  private let inPlace: [[(input: Int, store: Int)]]

  /// `kept` storages live to the end, as does what the first steps prepare for others; each of `stores` is written to a caller's buffer: where
  /// nothing reads the old contents afterwards, by the kernel that computes it.
  init(_ builder: Builder, preparations: Int, kept: [Int], stores: [(input: Int, storage: Int)]) {
    storages = builder.storages
    steps = builder.steps
    inPlace = builder.inPlace
    for (index, step) in steps.enumerated() {
      for operand in step.operands { touch(operand.storage, at: index) }
    }
    for storage in kept { touch(storage, at: steps.count) }
    keepPrepared(preparations)
    for store in stores { writeDirectly(store.storage, into: store.input) }
    shareInPlace()
    assign()
  }

  /// The storage that others are part of.
  private func root(_ storage: Int) -> Int {
    var storage = storage
    while case .within(let whole, _) = storages[storage].home { storage = whole }
    return storage
  }

  private mutating func touch(_ storage: Int, at step: Int) {
    let root = root(storage)
    storages[root].first = min(storages[root].first, step)
    storages[root].last = max(storages[root].last, step)
  }

  /// What later steps read of the preparations serves many runs.
  private mutating func keepPrepared(_ preparations: Int) {
    for step in steps.prefix(preparations) {
      for operand in step.operands where storages[root(operand.storage)].last >= preparations {
        touch(operand.storage, at: steps.count)
      }
    }
  }

  private mutating func writeDirectly(_ storage: Int, into input: Int) {
    guard storages[storage].home == nil, storages[storage].first < steps.count else { return }
    let first = storages[storage].first
    for (index, step) in steps.enumerated() {
      for (place, operand) in step.operands.enumerated() {
        guard storages[root(operand.storage)].home == .external(input), index >= first else { continue }
        let elementwise = inPlace[index].contains { pair in
          pair.input == place && step.operands[pair.store].storage == storage
        }
        if index > first || !elementwise { return }
      }
    }
    storages[storage].home = .external(input)
  }

  /// A result takes the memory of an input that it is computed from element by element and that
  /// nothing needs later.
  private mutating func shareInPlace() {
    for (index, step) in steps.enumerated() {
      var given: Set<Int> = []
      for pair in inPlace[index] {
        let (input, store) = (step.operands[pair.input].storage, step.operands[pair.store].storage)
        guard storages[store].home == nil, storages[store].first == index,
          storages[input].count == storages[store].count,
          storages[input].element == storages[store].element
        else { continue }
        let source = root(input)
        guard storages[source].home == nil, storages[source].last == index,
          storages[source].bytes == storages[store].bytes,
          source != store, given.insert(source).inserted
        else { continue }
        storages[store].home = .within(storage: source, offset: 0)
        storages[source].last = storages[store].last
      }
    }
  }

  /// The largest first, each at the lowest place free during its life.
  private mutating func assign() {
    let order = storages.indices.filter { storages[$0].home == nil && storages[$0].last >= 0 }
      .sorted { (storages[$1].bytes, $0) < (storages[$0].bytes, $1) }
    var placed: [Int] = []
    for index in order {
      let size = Arena.rounded(storages[index].bytes)
      let alive = placed.filter { other in
        storages[other].first <= storages[index].last && storages[index].first <= storages[other].last
      }
      var offset = 0
      for taken in alive.map(extent).sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if taken.lowerBound >= offset + size { break }
        offset = max(offset, taken.upperBound)
      }
      storages[index].home = .arena(offset: offset)
      bytes = max(bytes, offset + size)
      placed.append(index)
    }
  }

  private func extent(_ storage: Int) -> Range<Int> {
    guard case .arena(let offset) = storages[storage].home else { return 0..<0 }
    return offset..<(offset + Arena.rounded(storages[storage].bytes))
  }

  private static func rounded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }

  /// Where an operand lies once everything has its place.
  func resolve(_ operand: Operand) -> Place {
    resolve(operand.storage, operand.offset * storages[operand.storage].element.size)
  }

  /// `offset` in bytes.
  private func resolve(_ storage: Int, _ offset: Int) -> Place {
    switch storages[storage].home {
    case .arena(let start): Place(slot: Place.arena, offset: start + offset)
    case .table(let start): Place(slot: Place.tables, offset: start + offset)
    case .external(let input): Place(slot: Place.firstInput + input, offset: offset)
    case .within(let whole, let start): resolve(whole, start + offset)
    case nil: Place(slot: Place.arena, offset: 0)
    }
  }
}

/// An address, in bytes, relative to one of the buffers that a plan's instance holds or is bound to.
struct Place: Hashable, Sendable {
  static let arena = 0
  static let tables = 1
  static let firstInput = 2

  let slot: Int
  let offset: Int
}
