import CKernels
import Datasets
import Graphs

extension Metric {
  /// The distance that mass has to move along random directions, on average over 512 of them.
  ///
  /// Of images after Karras et al., arXiv 1710.10196, section 5: of 128 patches of 7×7 an image from every level
  /// of a Laplacian pyramid down to 16 pixels, each channel brought to mean 0 and deviation 1, times 1,000;
  /// `parts` has the levels, the finest first. Of other samples (Rabin et al., 2011) the features as they are.
  public static let slicedWasserstein = Metric(
    name: "sliced-wasserstein", summary: "distance along random directions, of images' patches or of vectors",
    paper: "arXiv 1710.10196", needs: [.several, .imagesIfAny]
  ) { comparison throws(GANError) in
    guard comparison.kind == .images else {
      let distance = try SlicedWasserstein(comparison).ofRows(
        comparison.real.features, comparison.fake.features)
      return [comparison.figure("sliced-wasserstein", distance, .lower)]
    }
    let levels = try SlicedWasserstein(comparison).ofImages().map { $0 * 1000 }
    let mean = levels.reduce(0, +) / Double(levels.count)
    return [MetricValue("sliced-wasserstein", in: "laplacian", mean, parts: levels, better: .lower)]
  }
}

extension Need {
  /// Images of which some samples were kept.
  static let images = Need(name: "images", samples: 1024) {
    $0.kind == .images && $0.shape.rank == 3 && ($0.real.samples?.count ?? 0) >= 2
      && ($0.fake.samples?.count ?? 0) >= 2
  }

  /// Nothing of other data.
  static let imagesIfAny = Need(name: images.name, samples: images.samples) {
    $0.kind != .images || images.isMet($0)
  }
}

struct SlicedWasserstein {
  private let comparison: Comparison
  private let random: RandomState

  static let directions = 512
  static let patches = 128
  static let side = 7
  /// Most rows of either set: what sorting and projecting them takes grows with it.
  static let mostRows = 1 << 16

  /// Streams of random numbers; a level's patches lie at the same places in both sets.
  private static let directionStream: UInt32 = 1
  private static let patchStream: UInt32 = 2

  init(_ comparison: Comparison) {
    self.comparison = comparison
    random = RandomState(seed: comparison.seed)
  }

  /// The mean distance of as many rows of one set as of the other, thinned evenly.
  func ofRows(_ real: Rows, _ fake: Rows) throws(GANError) -> Double {
    let count = min(real.count, fake.count, Self.mostRows)
    return try distance(thinned(real, to: count), thinned(fake, to: count))
  }

  private func thinned(_ rows: Rows, to count: Int) throws(GANError) -> Rows {
    if rows.count == count { return rows }
    let some = try Rows(count: count, width: rows.width, for: "sliced-wasserstein")
    for row in 0..<count { some[row].update(from: rows[row * rows.count / count], count: rows.width) }
    return some
  }

  /// Of every level, the finest first.
  func ofImages() throws(GANError) -> [Double] {
    guard let real = comparison.real.samples, let fake = comparison.fake.samples else { return [] }
    let pyramid = LaplacianPyramid(of: comparison.shape)
    let count = min(real.count, fake.count, Self.mostRows / Self.patches)
    var distances: [Double] = []
    for level in pyramid.sizes.indices {
      distances.append(
        try distance(
          patches(of: thinned(real, to: count), pyramid, level),
          patches(of: thinned(fake, to: count), pyramid, level)))
    }
    return distances
  }

  /// `[N · 128, side · side · C]`.
  private func patches(of images: Rows, _ pyramid: LaplacianPyramid, _ level: Int) throws(GANError) -> Rows {
    let size = pyramid.sizes[level]
    let (height, width) = (min(Self.side, size.height), min(Self.side, size.width))
    let row = width * pyramid.channels
    let patches = try Rows(count: images.count * Self.patches, width: height * row, for: "sliced-wasserstein")
    let share = pyramid.scratchCount + images.width
    let scratch = try Buffer<Float>(count: comparison.workers.count * share, for: "sliced-wasserstein")
    let (random, stream) = (self.random, Self.patchStream + UInt32(level))
    comparison.workers.run(chunks: images.count) { image, worker in
      let out = scratch.pointer + worker * share
      pyramid.write(level: level, of: images[image], into: out, scratch: out + images.width)
      for patch in 0..<Self.patches {
        let index = image * Self.patches + patch
        let x = Int(random.uniform(UInt64(2 * index), stream: stream) * Double(size.width - width + 1))
        let y = Int(random.uniform(UInt64(2 * index + 1), stream: stream) * Double(size.height - height + 1))
        for line in 0..<height {
          let source = out + ((y + line) * size.width + x) * pyramid.channels
          (patches[index] + line * row).update(from: source, count: row)
        }
      }
    }
    withExtendedLifetime(scratch) {}
    normalize(patches, pyramid.channels)
    return patches
  }

  /// Brings every channel to mean 0 and deviation 1 over all patches.
  private func normalize(_ patches: Rows, _ channels: Int) {
    for channel in 0..<channels {
      var (sum, squares) = (0.0, 0.0)
      let places = stride(from: channel, to: patches.elements.count, by: channels)
      for place in places { sum += Double(patches.elements[place]) }
      let mean = sum / Double(patches.elements.count / channels)
      for place in places {
        let difference = Double(patches.elements[place]) - mean
        squares += difference * difference
      }
      let deviation = (squares / Double(patches.elements.count / channels)).squareRoot()
      let scale = deviation > 0 ? 1 / deviation : 1
      for place in places {
        patches.elements[place] = Float((Double(patches.elements[place]) - mean) * scale)
      }
    }
  }

  /// Mean over directions of the mean difference of sorted projections.
  private func distance(_ a: Rows, _ b: Rows) throws(GANError) -> Double {
    let (count, width) = (a.count, a.width)
    let group = Int(GAN_THIN)
    let directions = try unitVectors(width, group)
    let share = 2 * count * group + 2 * count
    let room = try Buffer<Float>(count: comparison.workers.count * share, for: "sliced-wasserstein")
    let scratch = try Buffer<UInt32>(count: comparison.workers.count * count, for: "sliced-wasserstein")
    let results = try Buffer<Double>(count: Self.directions, for: "sliced-wasserstein")
    comparison.workers.run(chunks: Self.directions / group) { chunk, worker in
      let projections = room.pointer + worker * share
      let sorted = projections + 2 * count * group
      let vectors = directions.pointer + chunk * group * width
      for (set, rows) in [a, b].enumerated() {
        var sizes = gan_thin_sizes(
          m: Int64(count), k: Int64(width), n: Int64(group), a: (Int64(width), 1), b: (1, Int64(width)))
        gan_thin_product(
          &sizes, rows[0], vectors, projections + set * count * group, 0, Int64(count))
      }
      for direction in 0..<group {
        for set in 0..<2 {
          let (values, target) = (projections + set * count * group, sorted + set * count)
          for row in 0..<count { target[row] = values[row * group + direction] }
          sort(target, scratch: scratch.pointer + worker * count, count: count)
        }
        var sum = 0.0
        for row in 0..<count { sum += abs(Double(sorted[row]) - Double(sorted[count + row])) }
        results.pointer[chunk * group + direction] = sum / Double(count)
      }
    }
    withExtendedLifetime((directions, room, scratch)) {}
    return results.elements.reduce(0, +) / Double(Self.directions)
  }

  /// One after another, evenly over the sphere.
  private func unitVectors(_ width: Int, _ group: Int) throws(GANError) -> Buffer<Float> {
    let vectors = try Buffer<Float>(count: Self.directions * width, for: "sliced-wasserstein")
    gan_random_normal(
      random.seed, random.step, Self.directionStream, 0, Int64(vectors.count), vectors.pointer)
    for direction in 0..<Self.directions {
      let vector = vectors.pointer + direction * width
      let square = (0..<width).reduce(0.0) { $0 + Double(vector[$1]) * Double(vector[$1]) }
      let scale = square > 0 ? Float(1 / square.squareRoot()) : 0
      for axis in 0..<width { vector[axis] *= scale }
    }
    return vectors
  }
}
