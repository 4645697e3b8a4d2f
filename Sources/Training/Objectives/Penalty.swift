import Graphs
import Networks

/// What is added to the discriminator's loss to keep its slopes in bounds. Any penalty combines with
/// any loss, since gradients are expressions that are differentiated again.
///
/// To add one: a `static let` below with its paper, and its name in `all`.
public struct Penalty: Catalogued {
  /// What recipes call it: `gradient-penalty`.
  public let name: String
  let value: @Sendable (Place) -> Node
  /// Running averages that it keeps, see `Place.average`.
  var averages: [String] = []
  /// Whether it differentiates the scores of real or fake samples by these.
  var differentiatesPasses = false
  /// Whether it only means something for images.
  var needsImages = false

  /// What a penalty may look at.
  struct Place {
    /// What the discriminator saw in this step: samples `[N, …]`, and what it sees beside each of them, as BiGAN's latents.
    let real: [Node]
    let fake: [Node]
    /// Raw scores `[N]`. Samples that it saw already are not passed again.
    let score: ([Node]) -> Node
    /// Images moved a little, each in its own way.
    let moved: ([Node]) -> [Node]
    /// A scalar's running mean with decay 0.99, this step's counted in, as a constant.
    let average: (String, Node) -> Node

    /// Even random numbers in 0 ..< 1, one a sample, in the shape that each part asks for: `[N, 1, …]`.
    func uniformPerSample() -> (Node) -> Node {
      let count = real[0].shape[0]
      let numbers = randomUniform([count], in: real[0].graph)
      return { part in
        numbers.reshaped(to: Shape([count] + part.shape.dimensions.dropFirst().map { _ in 1 }))
      }
    }

    /// Squared norms `[N]` of the score's gradient by each sample, and what is beside it.
    func squaredSlopes(at x: [Node]) -> Node {
      let squares = gradient(of: sum(score(x)), at: x).map { slopes in
        sum(square(slopes), over: Array(1..<max(1, slopes.shape.rank)))
      }
      return squares.dropFirst().reduce(squares[0], +)
    }

    /// Mean squared distance of the slopes from 1. The 1e-12 keeps the root's own slope finite at 0.
    func awayFromOne(at x: [Node]) -> Node { mean(square(sqrt(squaredSlopes(at: x) + 1e-12) - 1)) }
  }

  /// Every penalty there is.
  public static let all = [
    r1, r2, gradientPenalty, dragan, consistency, fakeConsistency, lecam,
  ]
}

extension Penalty {
  /// Mescheder et al., arXiv 1801.04406, eq. 9; its weight is the paper's γ.
  public static let r1 = Self(
    name: "r1", value: { at in 0.5 * mean(at.squaredSlopes(at: at.real)) }, differentiatesPasses: true)

  /// The same at fake samples, eq. 10.
  public static let r2 = Self(
    name: "r2", value: { at in 0.5 * mean(at.squaredSlopes(at: at.fake)) }, differentiatesPasses: true)

  /// Gulrajani et al., arXiv 1704.00028, eq. 3: slopes between real and fake should be 1.
  public static let gradientPenalty = Self(name: "gradient-penalty") { at in
    let t = at.uniformPerSample()
    return at.awayFromOne(at: zip(at.real, at.fake).map { t($0) * $0 + (1 - t($0)) * $1 })
  }

  /// Kodali et al., arXiv 1705.07215, algorithm 1, as in the authors' code: slopes should be 1 between
  /// real samples and the same with 0.5·std·U(0, 1) added to every value, std over the whole batch.
  public static let dragan = Self(name: "dragan") { at in
    let noise = at.real.map { randomUniform($0.shape, in: $0.graph) }
    let t = at.uniformPerSample()
    let around = zip(at.real, noise).map { part, noise in
      let deviation = sqrt(mean(square(part - mean(part))))
      return part + t(part) * (0.5 * deviation * noise)
    }
    return at.awayFromOne(at: around)
  }

  /// Zhang et al., arXiv 1910.12027, eq. 3: a real sample moved by up to an eighth of its sides, and
  /// mirrored where the recipe flips, should score the same. The paper's weight is 10.
  public static let consistency = Self(
    name: "consistency",
    value: { at in mean(square(at.score(at.real) - at.score(at.moved(at.real)))) }, needsImages: true)

  /// The same of fake samples: both together are Zhao et al., arXiv 2002.04724, eq. 2 (bCR).
  public static let fakeConsistency = Self(
    name: "fake-consistency",
    value: { at in mean(square(at.score(at.fake) - at.score(at.moved(at.fake)))) }, needsImages: true)

  /// Tseng et al., arXiv 2104.03310, eq. 8: real scores near the running mean of the fake ones' and the
  /// reverse. The means are divided by the sum of their weights, so that they are right from the start.
  public static let lecam = Self(
    name: "lecam",
    value: { at in
      let (real, fake) = (at.score(at.real), at.score(at.fake))
      let realMean = at.average("lecam.real", mean(real))
      let fakeMean = at.average("lecam.fake", mean(fake))
      return mean(square(real - fakeMean)) + mean(square(fake - realMean))
    }, averages: ["lecam.real", "lecam.fake"])
}
