import Graphs

/// An image as differences between ever coarser versions of itself: level 0 has the finest details, the last
/// one what remains.
///
/// Burt & Adelson, The Laplacian Pyramid as a Compact Image Code, 1983, with Karras et al.'s (arXiv
/// 1710.10196, section 5) borders, which mirror about the outermost pixel, and smallest side.
struct LaplacianPyramid {
  let channels: Int
  /// Height and width of every level.
  let sizes: [(height: Int, width: Int)]

  /// Sides at which nothing is halved any more.
  private static let smallestSide = 16
  private static let filter: [Float] = [1, 4, 6, 4, 1]

  /// - Parameter image: `[H, W, C]`.
  init(of image: Shape) {
    channels = image[2]
    var sizes = [(height: image[0], width: image[1])]
    while let last = sizes.last, min(last.height, last.width) / 2 >= Self.smallestSide {
      sizes.append(((last.height + 1) / 2, (last.width + 1) / 2))
    }
    self.sizes = sizes
  }

  /// Values that `level` wants to work in.
  var scratchCount: Int { 4 * count(0) }
  private func count(_ level: Int) -> Int { sizes[level].height * sizes[level].width * channels }

  /// Writes a level `[H, W, C]`.
  func write(
    level: Int, of image: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let (temporary, up) = (scratch + 2 * count(0), scratch + 3 * count(0))
    var (current, next) = (scratch, scratch + count(0))
    current.update(from: image, count: count(0))
    for fine in 0..<level {
      halve(current, fine, into: next, temporary)
      swap(&current, &next)
    }
    out.update(from: current, count: count(level))
    guard level + 1 < sizes.count else { return }
    halve(current, level, into: next, temporary)
    double(next, level + 1, into: up, temporary)
    for element in 0..<count(level) { out[element] -= up[element] }
  }

  /// Blurs, and keeps every second pixel of every second row.
  private func halve(
    _ image: UnsafeMutablePointer<Float>, _ level: Int, into out: UnsafeMutablePointer<Float>,
    _ temporary: UnsafeMutablePointer<Float>
  ) {
    let (fine, coarse) = (sizes[level], sizes[level + 1])
    let row = fine.width * channels
    for y in 0..<coarse.height {
      let target = temporary + y * row
      for element in 0..<row { target[element] = 0 }
      for (tap, weight) in Self.filter.enumerated() {
        let source = image + mirrored(2 * y + tap - 2, fine.height) * row
        for element in 0..<row { target[element] += weight / 16 * source[element] }
      }
    }
    for y in 0..<coarse.height {
      for x in 0..<coarse.width {
        let target = out + (y * coarse.width + x) * channels
        for channel in 0..<channels { target[channel] = 0 }
        for (tap, weight) in Self.filter.enumerated() {
          let source = temporary + y * row + mirrored(2 * x + tap - 2, fine.width) * channels
          for channel in 0..<channels { target[channel] += weight / 16 * source[channel] }
        }
      }
    }
  }

  /// The reverse: pixels with zeros between, blurred, cut to the finer level's size.
  private func double(
    _ image: UnsafeMutablePointer<Float>, _ level: Int, into out: UnsafeMutablePointer<Float>,
    _ temporary: UnsafeMutablePointer<Float>
  ) {
    let (fine, coarse) = (sizes[level - 1], sizes[level])
    let row = coarse.width * channels
    for y in 0..<fine.height {
      let target = temporary + y * row
      for element in 0..<row { target[element] = 0 }
      for (tap, weight) in Self.filter.enumerated() {
        let place = mirrored(y + tap - 2, 2 * coarse.height)
        guard place % 2 == 0 else { continue }
        let source = image + place / 2 * row
        for element in 0..<row { target[element] += weight / 8 * source[element] }
      }
    }
    for y in 0..<fine.height {
      for x in 0..<fine.width {
        let target = out + (y * fine.width + x) * channels
        for channel in 0..<channels { target[channel] = 0 }
        for (tap, weight) in Self.filter.enumerated() {
          let place = mirrored(x + tap - 2, 2 * coarse.width)
          guard place % 2 == 0 else { continue }
          let source = temporary + y * row + place / 2 * channels
          for channel in 0..<channels { target[channel] += weight / 8 * source[channel] }
        }
      }
    }
  }

  /// A place within `count`, mirrored about the first and the last one.
  private func mirrored(_ place: Int, _ count: Int) -> Int {
    let inner = place < 0 ? -place : place >= count ? 2 * (count - 1) - place : place
    return min(max(0, inner), count - 1)
  }
}
