import Graphs

/// How samples of a kind of data are written as rows of text: lines, CSV.
///
/// To add one: a type of that kind's own, and its case in `SampleDescription.rows`.
public protocol RowFormat: Sendable {
  /// A line before all rows, such as the names of a table's columns; nil for none.
  var heading: String? { get }

  /// Appends what a sample's values mean, without the end of the line.
  ///
  /// - Throws: `.memory`.
  func append(_ sample: UnsafeBufferPointer<Float>, to text: TextBuffer) throws(GANError)
}

extension RowFormat {
  public var heading: String? { nil }
}
