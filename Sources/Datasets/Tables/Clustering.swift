import Graphs

/// The mode that each point of a mixture begins in: k-means from quantiles of the distinct values (Lloyd,
/// IEEE Transactions on Information Theory 28(2), 1982). On a line clusters are intervals.
///
/// - Parameter points: sorted by value.
/// - Throws: `.memory`.
func clusters(of points: Buffer<WeightedValue>, _ modes: Int, steps: Int = 100) throws(GANError)
  -> Buffer<Int32>
{
  let labels = try Buffer<Int32>(count: points.count, for: "clusters")
  var centres = (0..<modes).map { mode in
    points.pointer[min(points.count - 1, (2 * mode + 1) * points.count / (2 * modes))].value
  }
  for _ in 0..<steps {
    var sums = Array(repeating: 0.0, count: modes)
    var counts = sums
    var mode = 0
    for (place, point) in points.elements.enumerated() {
      while mode + 1 < modes, abs(centres[mode + 1] - point.value) < abs(centres[mode] - point.value) {
        mode += 1
      }
      labels.pointer[place] = Int32(mode)
      sums[mode] += point.count * point.value
      counts[mode] += point.count
    }
    let moved = centres.indices.map { counts[$0] > 0 ? sums[$0] / counts[$0] : centres[$0] }
    if moved == centres { break }
    centres = moved
  }
  return labels
}
