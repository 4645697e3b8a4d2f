import GAN
import Glibc
import Plans

/// Kinds of handle; the raw value is a handle's highest byte, so that a dataset's handle is never
/// a model's.
enum HandleKind: UInt64 {
  case model = 0x4D
  case dataset = 0x44

  var name: String { self == .model ? "model" : "dataset" }
}

/// Objects behind the handles that callers hold: kind (8 bits), generation (24), index + 1 (32).
///
/// A slot's generation grows when its object is removed, so a stale or doubly freed handle is an
/// error and never another object. Calls in progress are counted: an object in use stays.
final class Registry: @unchecked Sendable {
  static let shared = Registry()

  private struct Slot {
    var generation: UInt64 = 1
    var kind = HandleKind.model
    var object: (any AnyObject & Sendable)?
    /// The threads of the calls that use it.
    var users: [pthread_t] = []
  }

  private static let mostSlots = 1 << 20
  private static let lastGeneration: UInt64 = (1 << 24) - 1

  // Guarded by `ProcessLock`.
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var forks = Forks.count()

  /// A new handle of the object. Throws `.memory` when a million are held already.
  func insert(_ object: any AnyObject & Sendable, as kind: HandleKind) throws(GANError) -> UInt64 {
    let handle = locked { () -> UInt64? in
      if free.isEmpty {
        guard slots.count < Self.mostSlots else { return nil }
        free.append(slots.count)
        slots.append(Slot())
      }
      let index = free.removeLast()
      slots[index].kind = kind
      slots[index].object = object
      return kind.rawValue << 56 | slots[index].generation << 32 | UInt64(index + 1)
    }
    guard let handle else {
      throw GANError(
        .memory, field: kind.name, expected: "at most \(Self.mostSlots) live handles", got: "one more")
    }
    return handle
  }

  /// Runs `body` with the object of a live handle, which cannot be freed meanwhile.
  func withObject<Object: AnyObject & Sendable, Result>(
    _ handle: UInt64, _ kind: HandleKind, as type: Object.Type = Object.self,
    _ body: (Object) throws(GANError) -> Result
  ) throws(GANError) -> Result {
    let found = locked { () -> Object? in
      guard let index = index(of: handle, kind), let object = slots[index].object as? Object else {
        return nil
      }
      slots[index].users.append(pthread_self())
      return object
    }
    guard let object = found else { throw Self.noSuch(handle, kind) }
    defer { leave(Self.position(of: handle)) }
    return try body(object)
  }

  private func leave(_ index: Int) {
    locked {
      if let user = slots[index].users.firstIndex(where: { pthread_equal($0, pthread_self()) != 0 }) {
        slots[index].users.remove(at: user)
      }
    }
  }

  /// Forgets a handle; 0 is fine. Throws `.handle` for one that is not live, `.busy` for an object
  /// that a call is using.
  func remove(_ handle: UInt64, _ kind: HandleKind) throws(GANError) {
    if handle == 0 { return }
    enum Outcome { case removed((any AnyObject & Sendable)?), missing, busy }
    let outcome = locked { () -> Outcome in
      guard let index = index(of: handle, kind) else { return .missing }
      guard slots[index].users.isEmpty else { return .busy }
      let object = slots[index].object
      slots[index].object = nil
      slots[index].generation += 1
      // A slot whose generations are used up retires: no handle ever comes twice.
      if slots[index].generation < Self.lastGeneration { free.append(index) }
      return .removed(object)
    }
    switch outcome {
    case .removed: return  // The object itself goes here, outside the lock.
    case .missing: throw Self.noSuch(handle, kind)
    case .busy:
      throw GANError(
        .busy, field: kind.name, expected: "no call using it", got: "a \(kind.name) in use")
    }
  }

  /// Live handles, for tests that look for leaks.
  var count: Int { locked { slots.count { $0.object != nil } } }

  private func locked<Result>(_ body: () -> Result) -> Result {
    ProcessLock.locked {
      if forks != Forks.count() {
        forks = Forks.count()
        // A forked child has one thread: the calls of the others never end.
        for index in slots.indices { slots[index].users.removeAll { !Forks.survived($0) } }
      }
      return body()
    }
  }

  private static func position(of handle: UInt64) -> Int { Int(handle & 0xFFFF_FFFF) - 1 }

  private func index(of handle: UInt64, _ kind: HandleKind) -> Int? {
    let index = Self.position(of: handle)
    guard handle >> 56 == kind.rawValue, slots.indices.contains(index) else { return nil }
    let slot = slots[index]
    guard slot.generation == handle >> 32 & 0xFF_FFFF, slot.kind == kind, slot.object != nil else {
      return nil
    }
    return index
  }

  private static func noSuch(_ handle: UInt64, _ kind: HandleKind) -> GANError {
    let got = handle == 0 ? "0" : "0x" + String(handle, radix: 16) + " (freed, foreign or made up)"
    return GANError(.handle, field: kind.name, expected: "a live \(kind.name) handle", got: got)
  }
}
