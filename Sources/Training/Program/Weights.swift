import Graphs
import Networks

/// Every number that training moves, in flat buffers by the name of the input that reads them:
/// `generator`, `generator.state`, `generator.moment1`, `generator.average`, …
final class Weights: @unchecked Sendable {
  struct Part {
    let input: String
    let layout: ParameterLayout
    let values: Buffer<Float>
  }

  let parts: [Part]

  /// All zeros.
  ///
  /// - Throws: `.memory`.
  init(_ groups: [Group]) throws(GANError) {
    var parts: [Part] = []
    for group in groups {
      for (input, layout) in group.buffers {
        let values = try Buffer<Float>(count: layout.count, for: input)
        parts.append(Part(input: input, layout: layout, values: values))
      }
    }
    self.parts = parts
  }

  subscript(input: String) -> Buffer<Float>? { parts.first { $0.input == input }?.values }

  /// Draws what a new model begins with; averages begin at the parameters, moments at 0.
  func initialize(_ groups: [Group], seed: UInt64) {
    for group in groups {
      if let parameters = self[group.name] {
        initialValues(
          group.layouts.parameters, seed: seed, named: group.name, into: parameters.pointer)
        if let average = self[group.averageName] {
          average.pointer.update(from: parameters.pointer, count: parameters.count)
        }
      }
      if let state = self[group.stateName] {
        initialValues(group.layouts.state, seed: seed, named: group.stateName, into: state.pointer)
      }
    }
  }
}
