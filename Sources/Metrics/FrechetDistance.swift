import Graphs

extension Metric {
  /// The Fréchet distance between normal distributions fitted to the features of both sets, in double
  /// precision. In an Inception network's features it would be the FID; in others it is a figure of its own.
  ///
  /// Heusel et al., arXiv 1706.08500, eq. 6.
  public static let frechet = Metric(
    name: "frechet", summary: "distance between normal distributions fitted to features; 0 is equal",
    paper: "arXiv 1706.08500", needs: [.several, .fewFeatures]
  ) { comparison throws(GANError) in
    [
      comparison.figure(
        "frechet",
        try frechetDistance(comparison.real.features, comparison.fake.features, comparison.workers), .lower)
    ]
  }
}

/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½).
///
/// With Uᵀ U = Σ₁ the product Σ₁ Σ₂ has the eigenvalues of the symmetric U Σ₂ Uᵀ, so that no root of a
/// matrix that may be singular is taken.
func frechetDistance(_ real: Rows, _ fake: Rows, _ workers: Workers) throws(GANError) -> Double {
  let (first, second) = (try Moments(real, workers), try Moments(fake, workers))
  var distance = first.trace + second.trace
  for index in 0..<first.width {
    let difference = first.mean.pointer[index] - second.mean.pointer[index]
    distance += difference * difference
  }
  // The one of lower rank, where a set has fewer rows than features.
  let (root, other) = real.count <= fake.count ? (first, second) : (second, first)
  let scale = max(root.trace, other.trace)
  guard scale > 0 else { return distance }
  root.covariance.scale(by: 1 / scale)
  other.covariance.scale(by: 1 / scale)
  let factor = try factor(of: root.covariance)
  guard factor.count > 0 else { return distance }
  let half = try factor.times(transposed: other.covariance, workers)
  let values = try eigenvalues(ofSymmetric: half.times(transposed: factor, workers))
  let cross = values.elements.reduce(0) { $0 + max(0, $1).squareRoot() }
  return max(0, distance - 2 * scale * cross)
}
