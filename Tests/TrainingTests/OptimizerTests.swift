import Graphs
import Testing

@testable import Training

/// Four updates by fixed gradients against what torch.optim gives in Float64.
@Suite struct OptimizerTests {
  private static let start = [0.5, -1.25, 3.0]
  private static let gradients = [
    [0.1, -0.2, 0.3], [1.5, 0.0, -2.0], [-0.7, 0.4, 0.05], [0.001, -5.0, 0.2],
  ]

  private static func optimizer(_ name: Optimizer.Name, _ change: (inout Optimizer) -> Void = { _ in })
    -> Optimizer
  {
    var optimizer = Optimizer(name, rate: 0.02, beta1: 0.5, beta2: 0.9, weightDecay: 0)
    change(&optimizer)
    return optimizer
  }

  private func run(_ optimizer: Optimizer) throws -> [Double] {
    let graph = Graph()
    let count = Self.start.count
    let parameters = graph.add(Input("p", [count]))
    let gradient = graph.add(Input("g", [count]))
    let moments = optimizer.moments.map { graph.add(Input($0, [count])) }
    let new = optimizer.updated(
      parameters, gradient: gradient, norm: sqrt(sum(square(gradient))), moments: moments)
    var values: [String: Tensor] = ["p": Tensor([count], Self.start)]
    for name in optimizer.moments { values[name] = Tensor([count], repeating: 0) }
    for (step, gradient) in Self.gradients.enumerated() {
      values["g"] = Tensor([count], gradient)
      let slots = Recipe().scheduled(optimizer, step: Int64(step), updates: Int64(step), of: 3)
      values[Slot.inputName] = Tensor([Slot.count], slots)
      let results = try evaluate([new.parameters] + new.moments, with: values)
      values["p"] = results[0]
      for (name, result) in zip(optimizer.moments, results.dropFirst()) { values[name] = result }
    }
    return try #require(values["p"]).values
  }

  @Test(arguments: [
    (optimizer(.adam), [0.4596528141226572, -1.2163029334478406, 3.007985174121913]),
    (
      optimizer(.adam) { $0.weightDecay = 0.1 },
      [0.4573502453712755, -1.200811394132766, 2.994442974262713]
    ),
    (
      optimizer(.adamw) { $0.weightDecay = 0.1 },
      [0.45586207305652754, -1.206461336397559, 2.984092408933016]
    ),
    (optimizer(.rmsprop), [0.18509081648713196, -1.0300267613769556, 2.972964824295373]),
    (
      optimizer(.rmsprop) { $0.momentum = 0.9 },
      [-0.5676623580294197, -0.7035452068614582, 2.8189466767120215]
    ),
    (optimizer(.sgd), [0.48197999999999996, -1.154, 3.0290000000000004]),
    (
      optimizer(.sgd) {
        $0.momentum = 0.9
        $0.weightDecay = 0.1
      }, [0.42961658762399996, -1.128946731852, 3.027544182496]
    ),
    (optimizer(.sgd) { $0.clipNorm = 1 }, [0.4999960079970417, -1.2340159852182153, 3.0082006330087316]),
    (optimizer(.sgd) { $0.clipWeights = 0.6 }, [0.48197999999999996, -0.5, 0.595]),
  ])
  func agreesWithPyTorch(optimizer: Optimizer, expected: [Double]) throws {
    let got = try run(optimizer)
    for (got, expected) in zip(got, expected) { #expect(abs(got - expected) < 1e-12) }
  }

  @Test func keysOfOtherOptimisersAreRefused() throws {
    let json = try JSON(parsing: #"{"name":"sgd","beta1":0.5}"#)
    let error = #expect(throws: GANError.self) { try json.decode(Optimizer.self) }
    #expect(error?.description == "beta1: sgd has no such key")
    let other = try JSON(parsing: #"{"name":"lion"}"#)
    let unknown = #expect(throws: GANError.self) { try other.decode(Optimizer.self) }
    #expect(unknown?.description == "name: expected one of adam, adamw, rmsprop, sgd, got 'lion'")
  }

  @Test(arguments: Optimizer.Name.allCases)
  func survivesJSON(name: Optimizer.Name) throws {
    var optimizer = Optimizer(name, schedule: Schedule(.cosine, warmup: 10, start: 20, final: 0.1))
    optimizer.clipNorm = 3
    #expect(try JSON(encoding: optimizer).decode(Optimizer.self) == optimizer)
    #expect(try JSON(parsing: #"{"name":"\#(name.rawValue)"}"#).decode(Optimizer.self) == Optimizer(name))
  }

  @Test func schedulesFallAsTheySay() {
    let linear = Schedule(.linear, start: 100, final: 0.5)
    #expect([0, 100, 150, 200, 900].map { linear.factor(step: $0, of: 200) } == [1, 1, 0.75, 0.5, 0.5])
    let cosine = Schedule(.cosine)
    #expect(abs(cosine.factor(step: 50, of: 100) - 0.5) < 1e-12)
    #expect(cosine.factor(step: 100, of: 100) < 1e-12)
    let exponential = Schedule(.exponential, final: 0.01)
    #expect(abs(exponential.factor(step: 50, of: 100) - 0.1) < 1e-12)
    let warm = Schedule(warmup: 4)
    #expect((0..<5).map { warm.factor(step: Int64($0), of: 100) } == [0.25, 0.5, 0.75, 1, 1])
  }
}
