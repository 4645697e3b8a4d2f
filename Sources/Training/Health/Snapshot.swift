import Datasets
import Glibc
import Graphs

/// A copy of everything that training moves, to go back to: one, written over in place. What has not moved yet, as the
/// moments of a network whose turn is still to come, takes no memory in it.
final class Snapshot {
  private let copies: [(input: String, values: Buffer<Float>)]
  /// Updates that the optimisers had made.
  private var updates: [String: Int64] = [:]

  /// A copy of weights that are complete.
  ///
  /// - Throws: `.memory`.
  init(of weights: Weights, _ updates: [String: Int64]) throws(GANError) {
    var copies: [(String, Buffer<Float>)] = []
    for part in weights.parts {
      copies.append((part.input, try Buffer<Float>(count: part.values.count, for: "snapshot of the weights")))
    }
    self.copies = copies
    copy(weights, updates)
  }

  /// Takes the weights of now, unless one of them is not finite.
  func take(_ weights: Weights, _ updates: [String: Int64]) {
    if weights.areFinite { copy(weights, updates) }
  }

  private func copy(_ weights: Weights, _ updates: [String: Int64]) {
    for (part, copy) in zip(weights.parts, copies) {
      copy.values.update(from: part.values)
    }
    self.updates = updates
  }

  /// Puts the copy back.
  func restore(_ weights: Weights, _ updates: inout [String: Int64]) {
    for (part, copy) in zip(weights.parts, copies) {
      part.values.update(from: copy.values)
    }
    updates = self.updates
    weights.noteChange()
  }
}

extension Buffer<Float> {
  /// Writes what differs from a buffer of as many, so that pages of zeros stay unused on both sides.
  fileprivate func update(from other: Buffer<Float>) {
    let stretch = 1024
    for first in Swift.stride(from: 0, to: count, by: stretch) {
      let bytes = min(stretch, count - first) * MemoryLayout<Float>.stride
      if memcmp(pointer + first, other.pointer + first, bytes) != 0 {
        memcpy(pointer + first, other.pointer + first, bytes)
      }
    }
  }
}

extension Weights {
  /// Whether every number in memory is finite.
  var areFinite: Bool { parts.allSatisfy { firstNonFinite(UnsafeBufferPointer($0.values.elements)) == nil } }
}
