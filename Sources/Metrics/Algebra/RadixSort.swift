/// Sorts finite values, in place; `scratch` has room for as many. Unlike the standard library's sort it
/// allocates nothing.
func sort(_ values: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<UInt32>, count: Int) {
  var keys = UnsafeMutableRawPointer(values).assumingMemoryBound(to: UInt32.self)
  var other = scratch
  for index in 0..<count { keys[index] = key(of: keys[index]) }
  // Four passes of eight bits end where they began.
  for shift in stride(from: 0, to: 32, by: 8) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 257) { starts in
      starts.initialize(repeating: 0)
      for index in 0..<count { starts[Int(keys[index] >> shift & 255) + 1] += 1 }
      for digit in 1...256 { starts[digit] += starts[digit - 1] }
      for index in 0..<count {
        let digit = Int(keys[index] >> shift & 255)
        other[starts[digit]] = keys[index]
        starts[digit] += 1
      }
    }
    swap(&keys, &other)
  }
  for index in 0..<count { keys[index] = bits(of: keys[index]) }
}

/// Bit patterns of floats in the order of whole numbers.
private func key(of bits: UInt32) -> UInt32 { bits & 1 << 31 != 0 ? ~bits : bits | 1 << 31 }
private func bits(of key: UInt32) -> UInt32 { key & 1 << 31 != 0 ? key & ~(1 << 31) : ~key }
