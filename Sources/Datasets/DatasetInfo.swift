import Graphs

/// What a dataset says of itself; written as JSON by the callers that report it.
public struct DatasetInfo: Encodable, Hashable, Sendable {
  /// What a sample is.
  public var kind: DataKind
  /// Path, or "memory".
  public var source: String
  /// Name of the reader: "png", "wav", "idx", "npy", "cifar", "txt", "csv", "memory".
  public var format: String
  /// Samples.
  public var count: Int
  /// `[H, W, C]`, `[D]`, `[T]` of text, `[T, C]` of series and sounds, `[columns]` of a table.
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
  /// Of a table.
  public var columns: [Column]?

  /// What is in a column of a table.
  public struct Column: Encodable, Hashable, Sendable {
    public var name: String
    public var type: ColumnType
    /// Cells without a value.
    public var nulls: Int
    /// Different values, of categories and booleans.
    public var values: Int?
    /// Of numbers and integers; of dates as text.
    public var least: String?
    public var greatest: String?

    init(_ column: TableColumn) {
      (name, type, nulls) = (column.name, column.type, column.nulls)
      switch column.values {
      case .codes(_, let table): values = table.count
      case .numbers(let numbers):
        let known = numbers.elements.lazy.filter { !$0.isNaN }
        guard let first = known.first else { return }
        let (low, high) = known.reduce((first, first)) { (min($0.0, $1), max($0.1, $1)) }
        least = column.pattern?.text(low) ?? column.format.text(low)
        greatest = column.pattern?.text(high) ?? column.format.text(high)
      }
    }
  }

  enum CodingKeys: String, CodingKey {
    case kind, source, format, count, rate, classes, labelled, bytes, vocabulary, columns
    case sampleShape = "sample_shape"
    case classNames = "class_names"
    case elementType = "element_type"
  }
}
