/// What went wrong, in one line that names the field, what was expected and what came.
public struct GANError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable status codes of the C ABI.
  public enum Kind: Int32, Sendable, CaseIterable {
    case argument = 1
    case handle, busy, memory, io, format, cancelled, unsupported, diverged
    case `internal`
  }

  public let kind: Kind
  /// What the message is about: a recipe's key path, a file, an argument, a layer's path.
  public let field: String
  public let problem: String

  public init(_ kind: Kind, _ field: String, _ problem: String) {
    self.kind = kind
    self.field = field
    self.problem = problem
  }

  /// `field: expected X, got Y`.
  public init(_ kind: Kind = .argument, field: String, expected: String, got: some Any) {
    self.init(kind, field, "expected \(expected), got \(got)")
  }

  /// One line, without control characters, at most 500 characters long: it goes into logs.
  public var description: String {
    let text = field.isEmpty ? problem : "\(field): \(problem)"
    let line = text.unicodeScalars.prefix(500).map { $0.value < 32 || $0.value == 127 ? " " : $0 }
    return String(String.UnicodeScalarView(line))
  }
}
