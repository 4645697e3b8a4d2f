import Graphs

/// Something that a trained model can be asked for, as an expression over its networks.
struct Operation: Sendable {
  /// `discriminate`, `generate`, `classify`, `features`, `encode`, `reconstruct`, `invert`, `likelihood`.
  let name: String
  /// What it is given.
  let input: Input
  /// Values of one result.
  let output: Int
  /// Results `[N, …]`; the networks behave as after training.
  let result: @Sendable (Step) -> Node

  enum Input: Sendable {
    /// With their labels, where the networks need those.
    case samples(labelled: Bool)
    /// Latents, and the model's conditions beside them.
    case latents
  }

  /// Every name that a family may give an operation.
  static let names = [
    "discriminate", "generate", "classify", "features", "encode", "reconstruct", "invert", likelihood,
  ]

  /// Names of the inputs beside a step's own.
  static let latentInput = "latent"
  static let scaleInput = "scale"
}
