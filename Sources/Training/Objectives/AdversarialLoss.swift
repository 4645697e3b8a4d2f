import Graphs
import Networks

/// What the two networks minimise, as functions of raw scores `[N]`; every logarithm of a sigmoid goes
/// through softplus, which stays finite.
///
/// To add one: a `static let` below with its paper, and its name in `all`.
public struct AdversarialLoss: Catalogued {
  /// What recipes call it: `hinge`.
  public let name: String
  /// Of scores on real and on fake samples and the target of real ones, 1 unless labels are smoothed.
  let discriminator: @Sendable (_ real: Node, _ fake: Node, _ target: Double) -> Node
  let generator: @Sendable (_ real: Node, _ fake: Node) -> Node
  /// The score between real and fake, where the loss has one.
  var threshold: Double?
  /// Whether real samples are to be scored above 1 − smoothing rather than 1.
  var smoothsLabels = false
  /// Whether the generator's loss looks at real samples too.
  var pairs = false

  /// Every loss there is.
  public static let all = [
    minimax, nonSaturating, leastSquares, wasserstein, hinge, relativistic,
  ]
}

extension AdversarialLoss {
  /// −t·log σ(real) − (1 − t)·log(1 − σ(real)) − log(1 − σ(fake)).
  private static let crossEntropy: @Sendable (Node, Node, Double) -> Node = { real, fake, target in
    let loss = mean(softplus(-real)) + mean(softplus(fake))
    return target == 1 ? loss : loss + (1 - target) * mean(real)
  }

  /// Goodfellow et al., arXiv 1406.2661, eq. 1: the generator minimises log(1 − σ(fake)).
  public static let minimax = Self(
    name: "minimax", discriminator: crossEntropy,
    generator: { _, fake in -mean(softplus(fake)) }, threshold: 0, smoothsLabels: true)

  /// The same paper, section 3: the generator maximises log σ(fake), whose gradient does not vanish.
  public static let nonSaturating = Self(
    name: "non-saturating", discriminator: crossEntropy,
    generator: { _, fake in mean(softplus(-fake)) }, threshold: 0, smoothsLabels: true)

  /// Mao et al., arXiv 1611.04076, eq. 9: targets 1 for real, 0 for fake, 1 for the generator.
  public static let leastSquares = Self(
    name: "least-squares",
    discriminator: { real, fake, target in
      0.5 * mean(square(real - target)) + 0.5 * mean(square(fake))
    },
    generator: { _, fake in 0.5 * mean(square(fake - 1)) }, threshold: 0.5, smoothsLabels: true)

  /// Arjovsky et al., arXiv 1701.07875, algorithm 1. The discriminator has to be kept Lipschitz:
  /// `clip-weights` of its optimiser, or a gradient penalty.
  public static let wasserstein = Self(
    name: "wasserstein", discriminator: { real, fake, _ in mean(fake) - mean(real) },
    generator: { _, fake in -mean(fake) })

  /// Lim & Ye, arXiv 1705.02894, eq. 6.
  public static let hinge = Self(
    name: "hinge",
    discriminator: { real, fake, _ in mean(relu(1 - real)) + mean(relu(1 + fake)) },
    generator: { _, fake in -mean(fake) })

  /// Jolicoeur-Martineau, arXiv 1807.00734, section 4.1, as in Huang et al., arXiv 2501.05441, eq. 2:
  /// in pairs, real ones have to be above fake ones, and the generator wants the reverse.
  public static let relativistic = Self(
    name: "relativistic", discriminator: { real, fake, _ in mean(softplus(fake - real)) },
    generator: { real, fake in mean(softplus(real - fake)) }, pairs: true)
}
