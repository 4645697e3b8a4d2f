/// Workers that share the chunks of one operation.
public final class ThreadPool: @unchecked Sendable {
  /// How many workers take part in a run, the calling thread included.
  public let threads: Int

  public init(threads: Int) { self.threads = max(1, threads) }

  /// Calls `body` once for each chunk of `0..<chunks`; `worker` is below `threads` and no two calls
  /// with the same worker overlap.
  public func run(chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    for chunk in 0..<max(0, chunks) { body(chunk, 0) }
  }
}
