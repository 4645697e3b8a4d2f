import Glibc
import Graphs

extension Metric {
  /// exp of the mean divergence KL(p(y|x) ‖ p(y)) of a classifier's probabilities: from 1 to the number of
  /// classes, high where samples are clear and of every class. That of the real samples stands beside it;
  /// what counts is the share. It does not see whether samples of one class differ.
  ///
  /// Salimans et al., arXiv 1606.03498, section 4, there with an Inception network. Over all samples at once.
  public static let inceptionStyleScore = Metric(
    name: "inception-style-score", summary: "clear samples of every class, as a classifier sees them",
    paper: "arXiv 1606.03498", needs: [.probabilities]
  ) { comparison throws(GANError) in
    guard let real = comparison.real.probabilities, let fake = comparison.fake.probabilities else {
      return []
    }
    return [
      comparison.figure("inception-style-score", try classScore(fake), .real),
      comparison.figure("inception-style-score-real", try classScore(real), .real),
    ]
  }
}

/// - Parameter probabilities: `[N, K]`.
func classScore(_ probabilities: Rows) throws(GANError) -> Double {
  let classes = probabilities.width
  let marginal = try Buffer<Double>(count: classes, for: "inception-style-score")
  for row in 0..<probabilities.count {
    for index in 0..<classes { marginal.pointer[index] += Double(probabilities[row][index]) }
  }
  for index in 0..<classes { marginal.pointer[index] /= Double(probabilities.count) }
  var divergence = 0.0
  for row in 0..<probabilities.count {
    for index in 0..<classes {
      let probability = Double(probabilities[row][index])
      if probability > 0 { divergence += probability * log(probability / marginal.pointer[index]) }
    }
  }
  return exp(divergence / Double(probabilities.count))
}
