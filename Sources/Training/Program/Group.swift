import Graphs
import Networks

/// A network in training: where its tensors lie, and how they move.
struct Group: Sendable {
  /// `generator`, `discriminator`, `classifier`: also the name of its flat input.
  let name: String
  let network: Network
  let role: Role
  let attachments: Attachments
  let layouts: Layouts
  let optimizer: Optimizer
  /// Whether a moving average of the parameters is kept beside them.
  let isAveraged: Bool
  /// Whether in training every sample's outputs are its own, and a pass leaves nothing behind.
  let treatsSamplesApart: Bool

  var stateName: String { name + ".state" }
  var averageName: String { name + ".average" }
  func momentName(_ moment: String) -> String { name + "." + moment }

  /// Its optimiser, at another rate where one is given.
  func optimizer(at rate: Double?) -> Optimizer {
    var optimizer = self.optimizer
    optimizer.rate = rate ?? optimizer.rate
    return optimizer
  }

  /// Every flat buffer of this network and the layout of what is in it, those without elements
  /// left out.
  var buffers: [(input: String, layout: ParameterLayout)] {
    var buffers = [(name, layouts.parameters), (stateName, layouts.state)]
    buffers += optimizer.moments.map { (momentName($0), layouts.parameters) }
    if isAveraged { buffers.append((averageName, layouts.parameters)) }
    return buffers.filter { $0.1.count > 0 }
  }

  /// A network of the recipe with its layouts.
  ///
  /// - Parameters:
  ///   - input: the shape of a batch of its inputs.
  ///   - variables: numbers of the family's own that phases move by `Step.update`, and what they
  ///     begin with. They lie in the network's state, and so in checkpoints.
  init(
    _ name: String, _ network: Network?, _ optimizer: Optimizer?, input: Shape, role: Role,
    with attachments: Attachments = .init(), isAveraged: Bool = false,
    variables: [(name: String, start: Double)] = []
  ) throws(GANError) {
    guard let network, let optimizer else {
      throw GANError(field: name, expected: "a network and its optimiser", got: "none")
    }
    do throws(GANError) {
      var layouts = try network.layouts(for: input, as: role, with: attachments)
      guard layouts.parameters.count > 0 else {
        throw GANError(field: "", expected: "a network with parameters", got: "none")
      }
      for variable in variables {
        try layouts.state.append(variable.name, [], .constant(variable.start))
      }
      let isMixing = try network.mixesSamples(input, as: role, with: attachments)
      treatsSamplesApart = !isMixing && layouts.state.count == 0
      self.layouts = layouts
    } catch {
      throw GANError(error.kind, error.field.isEmpty ? name : name + "." + error.field, error.problem)
    }
    self.name = name
    self.network = network
    self.role = role
    self.attachments = attachments
    self.optimizer = optimizer
    self.isAveraged = isAveraged
  }
}
