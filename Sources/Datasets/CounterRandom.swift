/// Random words as a pure function of (seed, stream, index): SplitMix64's finaliser (Steele et
/// al., OOPSLA 2014) over a counter. Orders samples; what networks draw comes from the graph.
package struct CounterRandom {
  private let key: UInt64

  package init(seed: UInt64, stream: UInt64) {
    key = Self.mix(Self.mix(seed) &+ Self.mix(stream &+ 0x632b_e59b_d9b4_e019))
  }

  package subscript(index: UInt64) -> UInt64 { Self.mix(key &+ index &* 0x9e37_79b9_7f4a_7c15) }

  /// A number in 0 ..< bound, from the high half of a product; the bias is below bound / 2⁶⁴.
  package func number(below bound: UInt64, at index: UInt64) -> UInt64 {
    self[index].multipliedFullWidth(by: bound).high
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
