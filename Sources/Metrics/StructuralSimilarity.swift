import Glibc
import Graphs

extension Metric {
  /// Multi-scale structural similarity between pairs of generated images, of the real ones beside it: greater
  /// than those means less variety, as where a generator collapses.
  ///
  /// Wang et al., 2003; Odena et al., arXiv 1610.09585, section 4.2; constants and shrinking window as in
  /// Karras et al., arXiv 1710.10196. Pairs of at most 1,024 images, drawn without replacement; of images
  /// −1…1, which have a range of 2.
  public static let structuralSimilarity = Metric(
    name: "ms-ssim", summary: "likeness of pairs of generated images; higher than real pairs is less variety",
    paper: "arXiv 1610.09585", needs: [.images]
  ) { comparison throws(GANError) in
    guard let real = comparison.real.samples, let fake = comparison.fake.samples else { return [] }
    func figure(_ name: String, _ images: Rows) throws(GANError) -> MetricValue {
      MetricValue(name, in: "pixels", try meanSimilarity(of: images, comparison), better: .real)
    }
    return [try figure("ms-ssim", fake), try figure("ms-ssim-real", real)]
  }
}

private let mostImages = 1024

private func meanSimilarity(of images: Rows, _ comparison: Comparison) throws(GANError) -> Double {
  let count = min(images.count, mostImages)
  let order = try shuffled(count, RandomState(seed: comparison.seed), stream: 0)
  let similarity = StructuralSimilarity(image: comparison.shape)
  let share = similarity.scratchCount
  let scratch = try Buffer<Double>(count: comparison.workers.count * share, for: "ms-ssim")
  let results = try Buffer<Double>(count: count / 2, for: "ms-ssim")
  comparison.workers.run(chunks: count / 2) { pair, worker in
    let (one, other) = (order.pointer[2 * pair], order.pointer[2 * pair + 1])
    results.pointer[pair] = similarity.of(
      images[one], images[other], scratch: scratch.pointer + worker * share)
  }
  withExtendedLifetime((order, scratch)) {}
  return results.elements.reduce(0, +) / Double(results.count)
}

/// Of two images `[H, W, C]` of −1…1.
struct StructuralSimilarity {
  let height: Int
  let width: Int
  let channels: Int

  private static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
  private static let range = 2.0
  private static let window = 11
  private static let deviation = 1.5

  init(image: Shape) { (height, width, channels) = (image[0], image[1], image[2]) }

  private var plane: Int { height * width }
  /// Values that `of` wants to work in.
  var scratchCount: Int { 2 * plane * channels + 5 * plane }

  func of(
    _ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    let images = [scratch, scratch + plane * channels]
    for (image, source) in zip(images, [one, other]) {
      for pixel in 0..<plane {
        // Luminance is compared as it is above black.
        for channel in 0..<channels {
          image[channel * plane + pixel] = Double(source[pixel * channels + channel]) + 1
        }
      }
    }
    var product = 1.0
    var (height, width) = (self.height, self.width)
    for (level, weight) in Self.weights.enumerated() {
      let isLast = level == Self.weights.count - 1
      var (similarity, contrast) = (0.0, 0.0)
      for channel in 0..<channels {
        let start = channel * plane
        let found = compare(
          images[0] + start, images[1] + start, height, width, scratch + 2 * plane * channels)
        similarity += found.similarity / Double(channels)
        contrast += found.contrast / Double(channels)
        guard !isLast else { continue }
        for image in images { halve(image + start, height, width) }
      }
      product *= pow(min(1, max(0, isLast ? similarity : contrast)), weight)
      (height, width) = ((height + 1) / 2, (width + 1) / 2)
    }
    return product
  }

  /// Means over one channel of the similarity and of its part that contrast and structure make up.
  private func compare(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ height: Int, _ width: Int,
    _ scratch: UnsafeMutablePointer<Double>
  ) -> (similarity: Double, contrast: Double) {
    let filter = Self.filter(min(Self.window, height, width))
    let (rows, columns) = (height - filter.count + 1, width - filter.count + 1)
    for place in 0..<height * columns {
      let start = place / columns * width + place % columns
      var sums = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (tap, weight) in filter.enumerated() { add(weight, x[start + tap], y[start + tap], &sums) }
      let target = scratch + 5 * place
      (target[0], target[1], target[2], target[3], target[4]) = sums
    }
    let (c1, c2) = (pow(0.01 * Self.range, 2), pow(0.03 * Self.range, 2))
    var (similarity, contrast) = (0.0, 0.0)
    for place in 0..<rows * columns {
      var s = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (tap, weight) in filter.enumerated() {
        let part = scratch + 5 * (place + tap * columns)
        s.0 += weight * part[0]
        s.1 += weight * part[1]
        s.2 += weight * part[2]
        s.3 += weight * part[3]
        s.4 += weight * part[4]
      }
      let ratio = (2 * (s.4 - s.0 * s.1) + c2) / (s.2 - s.0 * s.0 + s.3 - s.1 * s.1 + c2)
      contrast += ratio
      similarity += ratio * (2 * s.0 * s.1 + c1) / (s.0 * s.0 + s.1 * s.1 + c1)
    }
    return (similarity / Double(rows * columns), contrast / Double(rows * columns))
  }

  private func add(
    _ weight: Double, _ x: Double, _ y: Double, _ sums: inout (Double, Double, Double, Double, Double)
  ) {
    sums.0 += weight * x
    sums.1 += weight * y
    sums.2 += weight * x * x
    sums.3 += weight * y * y
    sums.4 += weight * x * y
  }

  /// A Gaussian of so many taps, its sum 1; narrower with fewer taps.
  private static func filter(_ size: Int) -> [Double] {
    let deviation = Double(size) * Self.deviation / Double(Self.window)
    let taps = (0..<size).map { tap in
      let place = Double(tap) - Double(size - 1) / 2
      return exp(-place * place / (2 * deviation * deviation))
    }
    let sum = taps.reduce(0, +)
    return taps.map { $0 / sum }
  }

  /// Means of 2×2 pixels, in place; of fewer where a side is odd.
  private func halve(_ image: UnsafeMutablePointer<Double>, _ height: Int, _ width: Int) {
    let (rows, columns) = ((height + 1) / 2, (width + 1) / 2)
    for y in 0..<rows {
      for x in 0..<columns {
        let (below, right) = (min(2 * y + 1, height - 1), min(2 * x + 1, width - 1))
        let upper = image[2 * y * width + 2 * x] + image[2 * y * width + right]
        image[y * columns + x] = (upper + image[below * width + 2 * x] + image[below * width + right]) / 4
      }
    }
  }
}
