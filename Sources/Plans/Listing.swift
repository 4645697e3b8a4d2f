import Graphs

/// A step as `gan info --plan` prints it.
public struct StepDescription: Hashable, Sendable, Encodable {
  public let kernel: String
  /// oneDNN's name of the implementation, or what our kernel does.
  public let implementation: String
  /// The layer it was built in.
  public let layer: String
  public let chunks: Int
  public let flops: Int
  /// Read and written at least.
  public let bytes: Int
}

/// Memory as `gan info --memory` prints it, in bytes.
public struct MemoryReport: Hashable, Sendable, Encodable {
  /// Activations, gradients and everything else between the steps, shared by liveness.
  public let arena: Int
  /// What the same would take if nothing were shared.
  public let unshared: Int
  public let tables: Int
  /// For each thread.
  public let scratch: Int
}

extension Plan {
  public var listing: [StepDescription] {
    steps.map { step in
      StepDescription(
        kernel: step.name, implementation: step.implementation, layer: step.path, chunks: step.chunks,
        flops: step.flops, bytes: step.bytes)
    }
  }

  public var memory: MemoryReport {
    MemoryReport(
      arena: arenaBytes, unshared: unsharedBytes, tables: 4 * tables.count, scratch: scratch)
  }
}
