import Datasets
import Graphs

/// A copy of everything that training moves, to go back to: one, written over in place.
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
      copy.values.pointer.update(from: part.values.pointer, count: part.values.count)
    }
    self.updates = updates
  }

  /// Puts the copy back.
  func restore(_ weights: Weights, _ updates: inout [String: Int64]) {
    for (part, copy) in zip(weights.parts, copies) {
      part.values.pointer.update(from: copy.values.pointer, count: part.values.count)
    }
    updates = self.updates
    weights.noteChange()
  }
}

extension Weights {
  /// Whether every number in memory is finite.
  var areFinite: Bool { parts.allSatisfy { firstNonFinite(UnsafeBufferPointer($0.values.elements)) == nil } }
}
