import Datasets
import Graphs

/// Which samples are wanted, and how.
public struct SampleOptions: Hashable, Sendable {
  public var seed: UInt64 = 0
  /// Sample `first + n` of a seed is always the same, whatever was asked with it.
  public var first: Int64 = 0
  public var count: Int64 = 1
  /// The class of every sample of a conditional model; −1: sample i is of class i mod K, so that any
  /// K neighbours have one of each.
  public var label: Int32 = -1
  /// The class of each sample.
  public var labels: [Int32]?
  /// Numbers for each sample, one row after another (`ModelInfo.codes` a row). Of InfoGAN the values of
  /// its codes: a whole number for each categorical one, then the continuous ones. Of a conditional
  /// model weights of its classes, between which samples change smoothly.
  public var codes: [Float]?
  /// What every row of a table is to have: rows that have not are made again, so many times at most.
  public var conditions: [ColumnValue] = []
  /// Of tables: whether the values that rows are made for are drawn by the logarithm of how often they come, as in
  /// training, instead of as often as they come. Rare values, and what goes with them, are then more frequent
  /// than in the data, so that classifiers learn more of them.
  public var balanced = false
  /// Pulls latents towards their mean: 1 leaves them. (Brock et al., arXiv 1809.11096, section 3.1,
  /// trade variety for typicality; here by scaling, which needs no redrawing.)
  public var truncation = 1.0
  /// Deviation of the latents relative to training's.
  public var temperature = 1.0
  /// Averaged weights, where the model has them.
  public var averaged = true

  public init(seed: UInt64 = 0, first: Int64 = 0, count: Int64 = 1) {
    self.seed = seed
    self.first = first
    self.count = count
  }

  func validate() throws(GANError) {
    guard (1...1 << 31).contains(count) else {
      throw GANError(field: "count", expected: "1…\(1 << 31)", got: count)
    }
    guard first >= 0, first <= Int64.max - count else {
      throw GANError(field: "first", expected: "0 or more", got: first)
    }
    for (name, value) in [("truncation", truncation), ("temperature", temperature)] {
      guard value > 0, value <= 1e6 else {
        throw GANError(field: name, expected: "more than 0, up to 1000000", got: value)
      }
    }
  }
}

/// How long to train.
public struct TrainOptions: Sendable {
  /// The step to train up to, those already made included; 0 for the recipe's.
  public var steps: Int64 = 0
  /// Stops after this many seconds; 0 for no bound.
  public var seconds = 0.0
  /// Steps between calls of `onStep`, which is also called after the last.
  public var reportInterval: Int64 = 1
  /// Data to judge the run by instead of a held-out part of that which is trained on.
  public var heldOut: Dataset?
  /// Where the checkpoint with the best figure is kept, by the recipe's `evaluation`; nil for nowhere.
  public var best: String?

  public init(steps: Int64 = 0, seconds: Double = 0, reportInterval: Int64 = 1) {
    self.steps = steps
    self.seconds = seconds
    self.reportInterval = reportInterval
  }

  func validate() throws(GANError) {
    try Bounds.check(steps, 0...Bounds.steps, "steps")
    guard seconds.isFinite, seconds >= 0 else {
      throw GANError(field: "seconds", expected: "0 (no bound) or more", got: seconds)
    }
    guard reportInterval >= 1 else {
      throw GANError(field: "report interval", expected: "1 or more", got: reportInterval)
    }
  }
}
