import Graphs

/// What a dataset says of itself; written as JSON by the callers that report it.
public struct DatasetInfo: Encodable, Hashable, Sendable {
  /// What a sample is.
  public var kind: DataKind
  /// Path, or "memory".
  public var source: String
  /// Name of the reader: "png", "wav", "idx", "npy", "cifar", "txt", "memory".
  public var format: String
  /// Samples.
  public var count: Int
  /// `[H, W, C]`, `[D]`, `[T]` of text, `[T, C]` of series and sounds.
  public var sampleShape: [Int]
  /// Frames a second of sounds, where it is known.
  public var rate: Int?
  /// 0 without labels.
  public var classes: Int
  /// Samples with a label.
  public var labelled: Int
  /// Names of the classes where they are known (sub-folders, CIFAR-10), in the labels' order.
  public var classNames: [String]
  /// Type of the elements held in memory: "u8", "f32" or "i32".
  public var elementType: String
  /// Bytes held in memory.
  public var bytes: Int
  /// Of text.
  public var vocabulary: Vocabulary?

  enum CodingKeys: String, CodingKey {
    case kind, source, format, count, rate, classes, labelled, bytes, vocabulary
    case sampleShape = "sample_shape"
    case classNames = "class_names"
    case elementType = "element_type"
  }
}
