import Graphs

/// For every target position along one axis: which source positions it covers, and how much of
/// each. Target pixel i covers the source from `start + i·step` to `start + (i + 1)·step`.
struct AreaWeights {
  let first: [Int]
  let weights: [[Float]]

  /// - Parameters:
  ///   - extent: source pixels along the axis.
  ///   - start, length: the section of the source that is shown, within 0 … extent.
  ///   - target: pixels wanted.
  init(extent: Int, start: Double, length: Double, target: Int) {
    let step = length / Double(target)
    var first: [Int] = []
    var weights: [[Float]] = []
    for i in 0..<target {
      let low = start + Double(i) * step
      let high = start + Double(i + 1) * step
      let begin = min(max(0, Int(low.rounded(.down))), extent - 1)
      let end = min(max(begin + 1, Int(high.rounded(.up))), extent)
      var covered = (begin..<end).map { max(0, min(high, Double($0 + 1)) - max(low, Double($0))) }
      let sum = covered.reduce(0, +)
      if sum > 0 { covered = covered.map { $0 / sum } } else { covered[0] = 1 }
      first.append(begin)
      weights.append(covered.map { Float($0) })
    }
    self.first = first
    self.weights = weights
  }
}

/// Resizes images of one size to another by averaging over areas: exact for shrinking, blocks with
/// soft borders for enlarging.
struct AreaResize {
  private let rows: AreaWeights
  private let columns: AreaWeights
  private let width: Int
  private let channels: Int

  /// - Parameter crop: keeps the proportions and cuts evenly on both sides; else it stretches.
  init(from height: Int, _ width: Int, to targetHeight: Int, _ targetWidth: Int, channels: Int, crop: Bool) {
    var section = (height: Double(height), width: Double(width))
    if crop {
      let proportion = Double(targetWidth) / Double(targetHeight)
      section = (
        min(section.height, section.width / proportion), min(section.width, section.height * proportion)
      )
    }
    rows = AreaWeights(
      extent: height, start: (Double(height) - section.height) / 2, length: section.height,
      target: targetHeight)
    columns = AreaWeights(
      extent: width, start: (Double(width) - section.width) / 2, length: section.width,
      target: targetWidth)
    self.width = width
    self.channels = channels
  }

  /// `[H, W, C]` → `[targetHeight, targetWidth, C]`.
  ///
  /// - Parameter row: room for one source row of floats.
  func resize(
    _ source: UnsafePointer<Float>, row: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    var output = target
    for (top, heights) in zip(rows.first, rows.weights) {
      let count = width * channels
      row.update(repeating: 0, count: count)
      for (offset, weight) in heights.enumerated() {
        let line = source + (top + offset) * count
        for i in 0..<count { row[i] += weight * line[i] }
      }
      for (left, widths) in zip(columns.first, columns.weights) {
        for c in 0..<channels {
          var sum: Float = 0
          for (offset, weight) in widths.enumerated() {
            sum += weight * row[(left + offset) * channels + c]
          }
          output[c] = sum
        }
        output += channels
      }
    }
  }
}
