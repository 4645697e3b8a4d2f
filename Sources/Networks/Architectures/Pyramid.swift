import Graphs

/// One halving of an image.
struct PyramidStep {
  let large: [Int]
  let small: [Int]
  let stride: Extents
  let kernel: Extents
}

/// The halvings of `[H, W, C]`, largest first.
func pyramid(of image: Shape) throws(GANError) -> [PyramidStep] {
  guard image.rank == 3, image.dimensions.prefix(2).allSatisfy((8...128).contains), image[2] >= 1
  else {
    throw GANError(field: "sample", expected: "an image [H, W, C] of 8 to 128 pixels a side", got: image)
  }
  var steps: [PyramidStep] = []
  var sizes = Array(image.dimensions.prefix(2))
  while sizes.contains(where: { $0 > 7 }) {
    let small = sizes.map { $0 > 7 ? ($0 + 1) / 2 : $0 }
    steps.append(
      PyramidStep(
        large: sizes, small: small, stride: Extents(sizes.map { $0 > 7 ? 2 : 1 }),
        kernel: Extents(sizes.map { $0 > 7 ? 4 : 3 })))
    sizes = small
  }
  return steps
}

/// The same where every halving is even, as pooling and upsampling by two need it.
func evenPyramid(of image: Shape) throws(GANError) -> [PyramidStep] {
  let steps = try pyramid(of: image)
  let isEven = steps.allSatisfy { $0.large == zip($0.small, $0.stride.values).map(*) }
  guard isEven else {
    throw GANError(field: "sample", expected: "sides of 4 to 7 pixels times a power of two", got: image)
  }
  return steps
}
