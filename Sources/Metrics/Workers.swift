import Graphs
import Plans

/// The threads that metrics compute on. Work is cut by sizes alone, so bits do not depend on them.
public struct Workers: Sendable {
  let pool: ThreadPool
  /// Threads of the pool that may take part.
  public let most: Int

  public init(_ pool: ThreadPool, most: Int = .max) {
    self.pool = pool
    self.most = most
  }

  var count: Int { pool.threads }

  func run(chunks: Int, _ body: @escaping (_ chunk: Int, _ worker: Int) -> Void) {
    pool.run(chunks: chunks, most: most, body)
  }
}
