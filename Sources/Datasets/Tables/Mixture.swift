import Glibc
import Graphs

/// A Gaussian mixture of one variable with a Dirichlet-process prior of its weights, fitted by variational
/// inference: Blei & Jordan, Bayesian Analysis 1(1), 2006, section 3, and Bishop, Pattern Recognition and
/// Machine Learning, 2006, section 10.2. The numbers are those of scikit-learn's `BayesianGaussianMixture`
/// with full covariances, from the same start.
///
/// A mode is expected to have the data's variance over the square of their number (Fraley & Raftery, Journal of
/// Classification 24, 2007): with the whole variance, scikit-learn's usual prior, one far value blurs
/// the modes of all others.
struct Mixture {
  struct Settings {
    /// Most modes.
    var modes = 10
    /// γ of the process: small ones leave few modes.
    var concentration = 0.001
    var steps = 100
    /// Of the bound's change, at which it ends.
    var tolerance = 1e-3
    /// Added to variances.
    var floor = 1e-6
  }

  private(set) var means: [Double]
  private(set) var variances: [Double]
  /// Iterations made.
  private(set) var steps = 0
  /// Of the evidence's logarithm.
  private(set) var bound = -Double.infinity

  private let settings: Settings
  private let prior: (mean: Double, variance: Double)
  // Of the posteriors: Beta(a, b) of each stick, precision of the mean, degrees of freedom.
  private var sticks: [(a: Double, b: Double)]
  private var precisions: [Double]
  private var degrees: [Double]

  /// - Parameters:
  ///   - points: values with how often each came, at least one; the values finite.
  ///   - start: the mode that each point begins in, 0 ..< modes.
  ///
  /// - Throws: `.memory`.
  init(_ points: Buffer<WeightedValue>, start: Buffer<Int32>, _ settings: Settings = .init())
    throws(GANError)
  {
    let modes = settings.modes
    self.settings = settings
    let total = points.elements.reduce(0.0) { $0 + $1.count }
    let mean = points.elements.reduce(0.0) { $0 + $1.count * $1.value } / total
    let spread = points.elements.reduce(0.0) { $0 + $1.count * ($1.value - mean) * ($1.value - mean) }
    prior = (mean, spread / Swift.max(1, total - 1) / Double(modes * modes))
    means = Array(repeating: 0, count: modes)
    variances = means
    sticks = Array(repeating: (1, 1), count: modes)
    precisions = means
    degrees = means
    let shares = try Buffer<Double>(count: points.count * modes, for: "mixture")
    for place in 0..<points.count { shares.pointer[place * modes + Int(start.pointer[place])] = 1 }
    maximize(points, shares)
    while steps < settings.steps {
      steps += 1
      let entropy = expect(points, shares)
      maximize(points, shares)
      let before = bound
      bound = entropy + evidence
      if abs(bound - before) < settings.tolerance { break }
    }
  }

  /// Expected weights, that sum to 1.
  var weights: [Double] {
    var (rest, weights) = (1.0, [Double]())
    for stick in sticks {
      let sum = stick.a + stick.b
      weights.append(rest * stick.a / sum)
      rest *= stick.b / sum
    }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// Of each mode what its logarithmic density has beside −½ (x − mean)² / variance.
  var levels: [Double] {
    var (rest, levels) = (0.0, [Double]())
    for (mode, stick) in sticks.enumerated() {
      let sum = digamma(stick.a + stick.b)
      let weight = digamma(stick.a) - sum + rest
      rest += digamma(stick.b) - sum
      let freedom = degrees[mode]
      let spread = log(2.0) + digamma(0.5 * freedom) - 1 / precisions[mode]
      let density = -0.5 * log(2 * Double.pi * variances[mode] * freedom)
      levels.append(weight + density + 0.5 * spread)
    }
    return levels
  }

  /// The posteriors of the modes given every point's shares (Bishop, eq. 10.51 to 10.63).
  private mutating func maximize(_ points: Buffer<WeightedValue>, _ shares: Buffer<Double>) {
    let modes = settings.modes
    var counts = Array(repeating: 10 * Double.ulpOfOne, count: modes)
    var sums = Array(repeating: 0.0, count: modes)
    for (place, point) in points.elements.enumerated() {
      for mode in 0..<modes {
        let share = point.count * shares.pointer[place * modes + mode]
        counts[mode] += share
        sums[mode] += share * point.value
      }
    }
    let centres = zip(sums, counts).map { $0 / $1 }
    var spreads = Array(repeating: 0.0, count: modes)
    for (place, point) in points.elements.enumerated() {
      for mode in 0..<modes {
        let distance = point.value - centres[mode]
        spreads[mode] += point.count * shares.pointer[place * modes + mode] * distance * distance
      }
    }
    var rest = 0.0
    for mode in stride(from: modes - 1, through: 0, by: -1) {
      sticks[mode] = (1 + counts[mode], settings.concentration + rest)
      rest += counts[mode]
    }
    for mode in 0..<modes {
      let count = counts[mode]
      precisions[mode] = 1 + count
      means[mode] = (prior.mean + count * centres[mode]) / precisions[mode]
      degrees[mode] = 1 + count
      let away = centres[mode] - prior.mean
      let spread = spreads[mode] / count + settings.floor
      variances[mode] =
        (prior.variance + count * (spread + away * away / precisions[mode])) / degrees[mode]
    }
  }

  /// Every point's shares given the posteriors; their entropy.
  private func expect(_ points: Buffer<WeightedValue>, _ shares: Buffer<Double>) -> Double {
    let modes = settings.modes
    let levels = self.levels
    var entropy = 0.0
    for (place, point) in points.elements.enumerated() {
      let row = shares.pointer + place * modes
      var greatest = -Double.infinity
      for mode in 0..<modes {
        let distance = point.value - means[mode]
        row[mode] = levels[mode] - 0.5 * distance * distance / variances[mode]
        greatest = Swift.max(greatest, row[mode])
      }
      var sum = 0.0
      for mode in 0..<modes { sum += exp(row[mode] - greatest) }
      let norm = greatest + log(sum)
      for mode in 0..<modes {
        let logarithm = row[mode] - norm
        row[mode] = exp(logarithm)
        entropy -= point.count * row[mode] * logarithm
      }
    }
    return entropy
  }

  /// The bound without the shares' entropy (Bishop, eq. 10.70 ff., constants left out as scikit-learn does).
  private var evidence: Double {
    var sum = 0.0
    for mode in 0..<settings.modes {
      let freedom = degrees[mode]
      let root = -0.5 * log(variances[mode]) - 0.5 * log(freedom)
      sum += freedom * root + freedom * 0.5 * log(2.0) + logGamma(0.5 * freedom)
      sum += logBeta(sticks[mode].a, sticks[mode].b) - 0.5 * log(precisions[mode])
    }
    return sum
  }
}

/// A number and how often it came.
struct WeightedValue: BitwiseCopyable {
  var value: Double
  var count: Double
}
