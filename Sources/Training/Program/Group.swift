import Graphs
import Networks

/// A network in training: where its tensors lie, and how they move.
struct Group: Sendable {
  /// `generator`, `discriminator`, `classifier`: also the name of its flat input.
  let name: String
  let network: Network
  let layouts: Layouts
  let optimizer: Optimizer
  /// Whether a moving average of the parameters is kept beside them.
  let isAveraged: Bool

  var stateName: String { name + ".state" }
  var averageName: String { name + ".average" }
  func momentName(_ moment: String) -> String { name + "." + moment }

  /// Every flat buffer of this network and the layout of what is in it, those without elements
  /// left out.
  var buffers: [(input: String, layout: ParameterLayout)] {
    var buffers = [(name, layouts.parameters), (stateName, layouts.state)]
    buffers += optimizer.moments.map { (momentName($0), layouts.parameters) }
    if isAveraged { buffers.append((averageName, layouts.parameters)) }
    return buffers.filter { $0.1.count > 0 }
  }
}
