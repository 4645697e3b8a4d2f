import Datasets
import Glibc
import Graphs
import Plans
import Testing

@testable import Training

@Suite struct LeasesTests {
  /// Four threads sample one model at once, each in other chunks.
  @Test func readersShareAModel() throws {
    let model = try Model(recipe: tinyRecipe())
    let expected = try samples(model, SampleOptions(seed: 3, count: 200))
    let readers = (0..<4).map { index in
      Reader {
        for round in 0..<5 {
          let count = Int64(1 + (index * 31 + round * 17) % 90)
          let values = try samples(model, SampleOptions(seed: 3, first: Int64(index), count: count))
          for (place, value) in values.enumerated() {
            let wanted = expected[2 * index + place]
            guard abs(value - wanted) <= 1e-5 else {
              throw GANError(field: "sample", expected: "\(wanted)", got: value)
            }
          }
        }
      }
    }
    for reader in readers { reader.start() }
    for reader in readers { #expect(reader.join() == nil) }
  }

  /// An instance that has not enough memory to run is not kept, freed and made again for ever.
  @Test(.timeLimit(.minutes(1))) func aCallWithoutMemoryEnds() throws {
    let leases = Leases()
    let graph = Graph()
    let program = Program(graph: graph, outputs: [("y", graph.add(Input("x", [4])) + 1)])
    for _ in 0..<2 {
      let error = #expect(throws: GANError.self) {
        try leases.withTurn { () throws(GANError) in
          try leases.withInstance("one", compiling: { program }) { (_) throws(GANError) -> Void in
            throw GANError(.memory, "plan", "not enough memory")
          }
        }
      }
      #expect(error?.kind == .memory)
    }
  }

  @Test func figuresAreShort() {
    #expect(
      [0, 7, 999, 1000, 12_345, 999_999, 5_600_000_000].map(Model.short) == [
        "0", "7", "999", "1k", "12.3k", "1000k", "5.6G",
      ])
  }
}

private final class Reader: @unchecked Sendable {
  private let body: () throws -> Void
  private var thread = pthread_t()
  private var error: GANError?

  init(_ body: @escaping () throws -> Void) { self.body = body }

  func start() {
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let reader = Unmanaged<Reader>.fromOpaque(argument).takeUnretainedValue()
        do { try reader.body() } catch { reader.error = error as? GANError }
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// What went wrong, once it has ended.
  func join() -> GANError? {
    pthread_join(thread, nil)
    return error
  }
}
