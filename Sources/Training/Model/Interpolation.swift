import Glibc
import Graphs

/// Ways between two latents.
public enum Interpolation: Int32, Sendable, CaseIterable {
  /// Straight: (1 − t)·a + t·b.
  case linear = 0
  /// Along the arc: for normal latents, which lie near a sphere (White, arXiv 1609.04468, section 2.1).
  case spherical = 1

  /// Writes `count` latents from `a` to `b`, both included, one after another.
  ///
  /// - Throws: `.argument` for lengths that do not fit, for numbers that are not finite.
  public func path(
    from a: UnsafeBufferPointer<Float>, to b: UnsafeBufferPointer<Float>, count: Int,
    into out: UnsafeMutableBufferPointer<Float>
  ) throws(GANError) {
    guard a.count == b.count, !a.isEmpty else {
      throw GANError(field: "to", expected: "\(a.count) numbers, as from has, at least 1", got: b.count)
    }
    guard count >= 2, count <= Graph.greatestCount / a.count else {
      throw GANError(field: "count", expected: "2…\(Graph.greatestCount / a.count)", got: count)
    }
    guard out.count >= count * a.count else {
      throw GANError(field: "capacity", expected: "\(count * a.count) elements", got: out.count)
    }
    for (name, latent) in [("from", a), ("to", b)] {
      if let wrong = latent.first(where: { !$0.isFinite }) {
        throw GANError(field: name, expected: "finite numbers", got: wrong)
      }
    }
    let angle = self == .spherical ? Self.angle(a, b) : 0
    for row in 0..<count {
      let t = Double(row) / Double(count - 1)
      // Where the arc is no longer one, straight: as good for neighbours, the only way for opposites.
      let isArc = sin(angle) > 1e-6
      let left = isArc ? sin((1 - t) * angle) / sin(angle) : 1 - t
      let right = isArc ? sin(t * angle) / sin(angle) : t
      for place in a.indices {
        out[row * a.count + place] = Float(left * Double(a[place]) + right * Double(b[place]))
      }
    }
  }

  /// 0…π.
  private static func angle(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Double {
    func dot(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) -> Double {
      zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let lengths = (dot(a, a) * dot(b, b)).squareRoot()
    return lengths > 0 ? acos(min(1, max(-1, dot(a, b) / lengths))) : 0
  }
}
