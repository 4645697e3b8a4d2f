import Graphs

/// The numbers below `count` in an order drawn from `random` and a stream. Fisher–Yates; Durstenfeld, CACM
/// 7(7), 1964.
public func shuffled(_ count: Int, _ random: RandomState, stream: UInt32) throws(GANError) -> Buffer<Int> {
  let order = try Buffer<Int>(count: count, for: "order of samples")
  for index in 0..<count { order.pointer[index] = index }
  for index in stride(from: count - 1, through: 1, by: -1) {
    let words = random.block(UInt64(index), stream: stream)
    let word = UInt64(words.0) << 32 | UInt64(words.1)
    order.elements.swapAt(index, Int(word.multipliedFullWidth(by: UInt64(index) + 1).high))
  }
  return order
}
