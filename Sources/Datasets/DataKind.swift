/// What a sample is. The raw value is the word that recipes, options and reports use.
public enum DataKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Pictures `[H, W, C]`, C of 1, 3 or 4, channels last; values −1…1.
  case images
  /// Points and feature vectors `[D]`, values as they are.
  case vectors
  /// Tokens `[T]`, whole numbers below a `Vocabulary`'s size.
  case text
  /// Sequences of numbers `[T, C]`, values as they are.
  case series
  /// Recordings `[T, C]`, C of 1 to 4, channels last; values −1…1.
  case sounds
  /// Rows of columns, each of its type.
  case tables

  /// Axes of a sample.
  public var rank: Int {
    switch self {
    case .images: 3
    case .vectors, .text, .tables: 1
    case .sounds, .series: 2
    }
  }

  /// Whether values are −1…1, which bytes 0…255 stand for.
  public var isRanged: Bool { self == .images || self == .sounds }

  /// The axes of a sample, for people.
  public var axes: String {
    switch self {
    case .images: "[height, width, channels]"
    case .vectors: "[dimensions]"
    case .text: "[length]"
    case .sounds, .series: "[length, channels]"
    case .tables: "[width]"
    }
  }
}

/// The element types that a caller may hand over.
public enum ElementType: Int32, Hashable, Sendable, CaseIterable {
  /// Bytes. In images 0…255 stands for −1…1.
  case u8 = 0
  /// IEEE single precision.
  case f32 = 1
  /// Tokens of sequences.
  case i32 = 2

  /// Bytes of one element.
  public var size: Int { self == .u8 ? 1 : 4 }

  /// `u8`, `f32` or `i32`.
  public var name: String {
    switch self {
    case .u8: "u8"
    case .f32: "f32"
    case .i32: "i32"
    }
  }
}
