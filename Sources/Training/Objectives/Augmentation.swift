import Graphs
import Networks

/// What is done to everything a discriminator sees, real and fake alike, by expressions that the
/// generator's gradient goes through: Zhao et al., DiffAugment, arXiv 2006.10738. With a `target` each
/// transform is done with a probability that follows how well real samples are known apart: Karras et
/// al., ADA, arXiv 2006.06676, section 3.1. Of images only.
public struct Augmentation: Codable, Hashable, Sendable {
  /// What there is to be done, in this order.
  public enum Transform: String, Codable, Hashable, Sendable, CaseIterable {
    /// Left to right, one in two.
    case flip
    /// Brightness ±½, saturation 0…2 times, contrast ½…1½ times.
    case color
    /// By up to an eighth of each side, zeros behind.
    case translation
    /// Zeros over half of each side.
    case cutout
  }

  /// Each at most once; none changes nothing.
  public var transforms: [Transform]
  /// Of each transform of each sample, 1 unless told; where there is a target, what it begins with, 0
  /// unless told.
  public var probability: Double?
  /// ADA's: the mean sign of real scores (beyond the loss' threshold, or beyond a fake sample's score
  /// where the loss has none) above which the probability grows, 0…1. nil: it stays.
  public var target: Double?
  /// Steps between the probability's moves.
  public var interval: Int
  /// Samples in which it could go from 0 to 1.
  public var span: Int

  /// DiffAugment without a target, ADA with one.
  public init(
    _ transforms: [Transform] = [], probability: Double? = nil, target: Double? = nil, interval: Int = 4,
    span: Int = 500_000
  ) {
    self.transforms = transforms
    self.probability = probability
    self.target = target
    self.interval = interval
    self.span = span
  }

  private enum CodingKeys: String, CodingKey { case transforms, probability, target, interval, span }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let names = try values.decodeIfPresent([String].self, forKey: .transforms) ?? []
    let transforms = try names.map { name in
      guard let transform = Transform(rawValue: name) else {
        throw GANError.unknown(
          name, among: Transform.allCases.map(\.rawValue), field: keyPath(decoder.codingPath) + ".transforms")
      }
      return transform
    }
    self.init(
      transforms, probability: try values.decodeIfPresent(Double.self, forKey: .probability),
      target: try values.decodeIfPresent(Double.self, forKey: .target),
      interval: try values.decodeIfPresent(Int.self, forKey: .interval) ?? 4,
      span: try values.decodeIfPresent(Int.self, forKey: .span) ?? 500_000)
  }

  func validate(_ field: String, _ data: SampleDescription?) throws(GANError) {
    guard Set(transforms).count == transforms.count else {
      throw GANError(
        field: field + ".transforms", expected: "each once", got: transforms.map(\.rawValue))
    }
    if let data, data.kind != .images, !transforms.isEmpty {
      throw GANError(
        field: field + ".transforms", expected: "none for \(data.kind.rawValue)",
        got: transforms.map(\.rawValue))
    }
    try Bounds.check(start, 0...1, field + ".probability")
    try Bounds.check(interval, 1...1_000_000, field + ".interval")
    try Bounds.check(span, 1...1_000_000_000, field + ".span")
    guard let target else { return }
    try Bounds.check(target, 0...1, field + ".target")
    if transforms.isEmpty {
      throw GANError(field: field + ".target", expected: "transforms that it is for", got: "none")
    }
  }

  var isAdaptive: Bool { target != nil }
  private var start: Double { probability ?? (isAdaptive ? 0 : 1) }
}

// MARK: - The transforms

extension Augmentation {
  /// Images `[N, H, W, C]` transformed, each in its own way.
  ///
  /// - Parameter probability: a scalar; nil for the one that stays.
  func applied(to x: Node, probability adaptive: Node? = nil) -> Node {
    guard !transforms.isEmpty, start > 0 || adaptive != nil else { return x }
    guard x.shape.rank == 4 else {
      x.graph.fail(GANError(field: "augmentation", expected: "images [N, H, W, C]", got: x.shape))
      return x
    }
    let draw = Draw(
      x: x, probability: adaptive ?? (start < 1 ? .constant(start, in: x.graph) : nil))
    return x.graph.within("augmentation") {
      var y = x
      if transforms.contains(.color) { y = draw.recoloured(y) }
      y = draw.moved(y, flipping: transforms.contains(.flip), shifting: transforms.contains(.translation))
      if transforms.contains(.cutout) { y = draw.cut(y) }
      return y
    }
  }
}

/// Random numbers a sample, and what they do to it.
private struct Draw {
  let x: Node
  let probability: Node?

  private func uniform() -> Node { randomUniform([x.shape[0], 1, 1, 1], in: x.graph) }

  /// 1 for the samples that a transform is done to.
  private func chosen() -> Node? {
    probability.map { probability in
      let number = uniform()
      return less(number, probability.broadcast(to: number.shape))
    }
  }

  /// A sample's number where it was chosen, else 0.
  private func gated(_ number: Node) -> Node { chosen().map { $0 * number } ?? number }

  /// Zhao et al., the authors' code, in its order.
  func recoloured(_ x: Node) -> Node {
    var y = x + gated(uniform() - 0.5)
    let grey = mean(y, over: [3], keepingAxes: true)
    y = grey + (y - grey) * (1 + gated(2 * uniform() - 1))
    let level = mean(y, over: [1, 2, 3], keepingAxes: true)
    return level + (y - level) * (1 + gated(uniform() - 0.5))
  }

  /// A whole number of `count`, from 0, evenly.
  private func whole(_ count: Int) -> Node {
    // The product may round up to count itself.
    minimum(floor(Double(count) * uniform()), Double(count - 1))
  }

  /// All movements as one look-up of pixels, of which those beyond the border are zeros.
  func moved(_ y: Node, flipping: Bool, shifting: Bool) -> Node {
    guard flipping || shifting else { return y }
    let (batch, height, width) = (x.shape[0], x.shape[1], x.shape[2])
    guard x.shape.count / max(1, x.shape[3]) <= 1 << 24 else {
      // Beyond this f32 does not tell neighbouring pixels apart.
      x.graph.fail(GANError(.unsupported, "augmentation", "expected at most 2^24 pixels, got \(x.shape)"))
      return y
    }
    let pixels: Shape = [batch, height, width]
    func perSample(_ number: Node) -> Node { number.reshaped(to: [batch, 1, 1]) }
    var rows = iota(pixels, axis: 1, in: x.graph)
    var columns = iota(pixels, axis: 2, in: x.graph)
    if flipping {
      let flips = perSample(gated(less(uniform(), 0.5)))
      columns = columns + flips * (Double(width - 1) - 2 * columns)
    }
    if shifting {
      rows = rows + perSample(gated(whole(2 * eighth(height) + 1) - Double(eighth(height))))
      columns = columns + perSample(gated(whole(2 * eighth(width) + 1) - Double(eighth(width))))
    }
    let place = (iota(pixels, axis: 0, in: x.graph) * Double(height) + rows) * Double(width) + columns
    let isInside =
      less(-0.5, rows) * less(rows, Double(height) - 0.5) * less(-0.5, columns)
      * less(columns, Double(width) - 0.5)
    let source = select(isInside, place, .constant(-1, pixels, in: x.graph))
    return gather(y.reshaped(to: [pixels.count, x.shape[3]]), source)
  }

  private func eighth(_ extent: Int) -> Int { (extent + 4) / 8 }

  /// Zeros over a rectangle of half the sides around a point of the image.
  func cut(_ y: Node) -> Node {
    let band = { (axis: Int) -> Node in
      let extent = x.shape[axis]
      let size = (extent + 1) / 2
      let first = whole(extent + 1 - size % 2) - Double(size / 2)
      var line = [1, 1, 1, 1]
      line[axis] = extent
      let places = iota(Shape(line), axis: axis, in: x.graph) - first
      return less(-0.5, places) * less(places, Double(size) - 0.5)
    }
    return y * (1 - gated(band(1) * band(2)))
  }
}

// MARK: - Its own probability

extension Augmentation {
  private static let probabilityName = "augmentation.probability"
  private static let signsName = "augmentation.signs"
  private static let countName = "augmentation.count"

  /// What the discriminator's state holds for it.
  var variables: [(name: String, start: Double)] {
    guard isAdaptive else { return [] }
    return [(Self.probabilityName, start), (Self.signsName, 0), (Self.countName, 0)]
  }

  /// The probability now; nil for one that stays.
  func probability(in step: Step) -> Node? {
    isAdaptive ? step.variable(Self.probabilityName, of: Adversarial.discriminator) : nil
  }

  /// Notes a step's scores, and moves the probability when `interval` steps are noted.
  func adapt(to real: Node, _ fake: Node, threshold: Double?, in step: Step) {
    guard let target else { return }
    let network = Adversarial.discriminator
    let probability = step.variable(Self.probabilityName, of: network)
    let margin = threshold.map { real - $0 } ?? real - fake
    let signs = step.variable(Self.signsName, of: network) + mean(sign(margin))
    let count = step.variable(Self.countName, of: network) + 1
    let isDue = less(Double(interval) - 0.5, count)
    let pace = Double(step.batch) * Double(interval) / Double(span)
    let moved = minimum(maximum(probability + pace * sign(signs / count - target), 0), 1)
    step.update(Self.probabilityName, of: network, to: select(isDue, moved, probability))
    step.update(Self.signsName, of: network, to: (1 - isDue) * signs)
    step.update(Self.countName, of: network, to: (1 - isDue) * count)
  }
}
