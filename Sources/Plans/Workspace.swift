import Graphs

/// The memory of plans that run one at a time, such as the phases of one training step: as much as the
/// largest of them needs.
public final class Workspace {
  private(set) var arena: Buffer<Float>
  private(set) var scratch: Buffer<UInt8>

  public init() throws(GANError) {
    arena = try Buffer(count: 0, for: "plan")
    scratch = try Buffer(count: 0, for: "plan")
  }

  /// Room for any of the plans, run by so many threads, before any of it is used: growing later needs
  /// the old memory and the new at once.
  ///
  /// - Throws: `.memory`.
  public func reserve(for plans: [Plan], threads: Int) throws(GANError) {
    try grow(elements: (plans.map(\.arenaBytes).max() ?? 0) / 4)
    try growScratch(bytes: (plans.map(\.scratch).max() ?? 0) * threads)
  }

  /// - Throws: `.memory`; what there was stays.
  func grow(elements: Int) throws(GANError) {
    if arena.count < elements { arena = try Buffer(count: elements, for: "plan") }
  }

  /// - Throws: `.memory`; what there was stays.
  func growScratch(bytes: Int) throws(GANError) {
    if scratch.count < bytes { scratch = try Buffer(count: bytes, for: "plan") }
  }
}
