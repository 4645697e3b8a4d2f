import Glibc
import Graphs

/// What the steps of a plan take.
public struct Measurement: Sendable {
  /// Seconds of each step: the median over the rounds.
  public let seconds: [Double]

  public var total: Double { seconds.reduce(0, +) }
}

extension PlanInstance {
  /// Runs the plan `rounds` times, 1 or more, after a run to warm up that prepares what follows from
  /// constants, and times every step.
  ///
  /// - Throws: as `run`.
  public func measured(random: RandomState, pool: ThreadPool, rounds: Int) throws(GANError) -> Measurement {
    try run(random: random, pool: pool, version: 0)
    var times: [[Double]] = Array(repeating: [], count: plan.steps.count)
    for _ in 0..<max(1, rounds) {
      var begun = now()
      try run(random: random, pool: pool, version: 0) { index in
        let ended = now()
        times[index].append(ended - begun)
        begun = ended
      }
    }
    return Measurement(seconds: times.map { $0.sorted()[$0.count / 2] })
  }
}

/// What this machine can do at best with the threads of a pool, to hold measurements against.
public struct MachinePeak: Hashable, Sendable, Encodable {
  /// Of a product of two 2048×2048 matrices.
  public let flopsPerSecond: Double
  /// Read and written by an addition to 64 MiB.
  public let bytesPerSecond: Double

  enum CodingKeys: String, CodingKey {
    case flopsPerSecond = "flops_per_second"
    case bytesPerSecond = "bytes_per_second"
  }

  /// Measures it, in about a second.
  ///
  /// - Throws: `.memory`.
  public init(pool: ThreadPool) throws(GANError) {
    let product = Graph()
    let a = product.add(Input("x", [2048, 2048]))
    let flops = 2 * 2048.0 * 2048.0 * 2048.0
    flopsPerSecond = flops / (try Self.seconds(Program(graph: product, outputs: [("y", matmul(a, a))]), pool))
    let sum = Graph()
    let x = sum.add(Input("x", [1 << 24]))
    let bytes = 8 * Double(1 << 24)
    bytesPerSecond = bytes / (try Self.seconds(Program(graph: sum, outputs: [("y", x + 1)]), pool))
  }

  private static func seconds(_ program: Program, _ pool: ThreadPool) throws(GANError) -> Double {
    let plan = try Plan(compiling: program)
    let instance = try PlanInstance(plan)
    let x = try Buffer<Float>(count: plan.inputs[0].shape.count, for: "measurement")
    defer { withExtendedLifetime(x) {} }
    instance.bind("x", to: x.pointer)
    return try instance.measured(random: RandomState(seed: 0), pool: pool, rounds: 9).total
  }
}

/// Seconds of a clock that never goes back.
public func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
