import Datasets
import Graphs

/// What turns samples into the vectors that metrics compare. One thread at a time.
public protocol FeatureExtractor: AnyObject {
  /// Part of the name of every figure in these features.
  var name: String { get }
  /// Values of a sample's vector.
  var width: Int { get }
  /// Classes whose probabilities it gives too; 0 for none.
  var classes: Int { get }

  /// - Parameters:
  ///   - samples: `count` of them, one after another.
  ///   - features: room for `count · width` values.
  ///   - probabilities: room for `count · classes` values; nil where there are no classes.
  func extract(
    _ samples: UnsafePointer<Float>, count: Int, into features: UnsafeMutablePointer<Float>,
    probabilities: UnsafeMutablePointer<Float>?
  ) throws(GANError)
}

/// The samples' own values: points, or feature vectors that a caller computed.
public final class RawFeatures: FeatureExtractor {
  public let name = "raw"
  public let width: Int
  public var classes: Int { 0 }

  public init(_ sample: Shape) { width = sample.count }

  public func extract(
    _ samples: UnsafePointer<Float>, count: Int, into features: UnsafeMutablePointer<Float>,
    probabilities: UnsafeMutablePointer<Float>?
  ) throws(GANError) {
    features.update(from: samples, count: count * width)
  }
}

extension Comparison.Side {
  /// Samples that are held at a time, and values of those kept as they are.
  private static let piece = 64
  private static let mostKept = 1 << 25

  /// Takes `count` samples in pieces: of all the features are kept, of the first `keeping` the samples
  /// themselves, as far as they are not too large.
  ///
  /// - Parameter next: writes samples `range` to the pointer.
  /// - Throws: what `next` and the extractor throw; `.memory`.
  public init(
    count: Int, of sample: Shape, _ extractor: any FeatureExtractor, keeping: Int,
    next: (_ range: Range<Int>, UnsafeMutablePointer<Float>) throws(GANError) -> Void
  ) throws(GANError) {
    let size = sample.count
    let features = try Rows(count: count, width: extractor.width, for: "features")
    let probabilities =
      extractor.classes > 0
      ? try Rows(count: count, width: extractor.classes, for: "class probabilities") : nil
    // The features of a caller's vectors are these vectors.
    let areFeatures = extractor is RawFeatures
    let kept = areFeatures ? 0 : min(count, keeping, Self.mostKept / max(1, size))
    let samples = kept > 0 ? try Rows(count: kept, width: size, for: "samples") : nil
    guard let elements = checkedProduct(min(count, Self.piece), size) else {
      throw GANError(.memory, "samples", "of \(size) values are too large")
    }
    let room = try Buffer<Float>(count: elements, for: "samples")
    defer { withExtendedLifetime(room) {} }
    for first in stride(from: 0, to: count, by: Self.piece) {
      let range = first..<min(count, first + Self.piece)
      try next(range, room.pointer)
      try extractor.extract(
        room.pointer, count: range.count, into: features[first], probabilities: probabilities?[first])
      if let samples, first < kept {
        samples[first].update(from: room.pointer, count: min(range.count, kept - first) * size)
      }
    }
    self.init(
      features: features, probabilities: probabilities, samples: areFeatures ? features : samples)
  }
}
