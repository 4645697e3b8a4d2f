import Graphs
import Networks

/// One network that learns the labels by their cross-entropy.
extension TrainingProgram {
  static let classifier = "classifier"

  static func classifierGroups(_ recipe: Recipe, _ sample: Shape, classes: Int) throws(GANError) -> [Group] {
    [
      try group(
        classifier, recipe.classifier, recipe.optimizers.classifier,
        input: Shape([2] + sample.dimensions), role: .classifier(classes: classes))
    ]
  }

  static func classifierPhase(classes: Int) -> Phase {
    Phase(name: classifier, group: classifier, every: 1) { step in
      let logits = step.apply(classifier, to: step.real, as: .classifier(classes: classes)).classes
      let positions = iota([step.batch, classes], axis: 1, in: step.graph)
      let labels = step.labels.reshaped(to: [step.batch, 1]).broadcast(to: positions.shape)
      let chosen = equal(positions, labels)
      // Shifted by the greatest logit, which changes nothing but keeps exp finite.
      let greatest = detached(max(logits, over: [1])).reshaped(to: [step.batch, 1])
      let shifted = logits - greatest
      let logSum = log(sum(exp(shifted), over: [1]))
      let right = sum(shifted * chosen, over: [1])
      // Nothing above the right class' logit: it has the highest.
      let accuracy = mean(less(right, Node.constant(0, right.shape, in: step.graph)))
      return Phase.Loss(value: mean(logSum - right), figures: [(.accuracy, 1 - accuracy)])
    }
  }

  /// Class probabilities `[N, K]` of logits.
  static func probabilities(_ logits: Node) -> Node {
    let column = Shape([logits.shape[0], 1])
    let raised = exp(logits - max(logits, over: [1]).reshaped(to: column))
    return raised / sum(raised, over: [1]).reshaped(to: column)
  }
}
