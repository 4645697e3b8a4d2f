import Graphs
import Networks

/// One network that learns the labels by their cross-entropy.
struct Classification: ModelFamily {
  static let classifier = "classifier"

  var labels: LabelNeed { .all }

  func groups(_ recipe: Recipe) throws(GANError) -> [Group] {
    [
      try Group(
        Self.classifier, recipe.classifier, recipe.optimizers.classifier, input: recipe.batchOfTwo,
        role: .classifier(classes: recipe.classes))
    ]
  }

  func phases(_ recipe: Recipe) -> [Phase] {
    [
      Phase(Self.classifier, moves: [Self.classifier]) { step in
        let found = ClassScores(step.apply(Self.classifier, to: step.real).classes, step.labels)
        return Phase.Loss(value: mean(found.crossEntropy), figures: [(.accuracy, mean(found.right))])
      }
    ]
  }

  func operations(_ recipe: Recipe) -> [Operation] {
    [
      .classify(recipe) { step in step.apply(Self.classifier, to: step.real).classes },
      Self.features(recipe),
    ]
  }
}

extension Operation {
  /// Class probabilities of samples, from logits `[N, K]`.
  static func classify(_ recipe: Recipe, _ logits: @escaping @Sendable (Step) -> Node) -> Self {
    Self(name: "classify", input: .samples(labelled: false), output: recipe.classes) {
      exp(logProbabilities(logits($0)))
    }
  }
}

/// Logits beside the classes that they should find.
struct ClassScores {
  /// −log of the class' probability, `[N]`; 0 for a label of −1.
  let crossEntropy: Node
  /// 1 where the class has the highest score, `[N]`.
  let right: Node

  /// - Parameters:
  ///   - logits: `[N, K]`.
  ///   - labels: `[N]`.
  init(_ logits: Node, _ labels: Node) {
    let chosen = oneHot(labels, logits.shape[1])
    let logarithms = logProbabilities(logits)
    crossEntropy = -sum(logarithms * chosen, over: [1])
    let own = sum(logits * chosen, over: [1])
    // Nothing above the right class' logit: it has the highest.
    right = 1 - less(own, max(logits, over: [1]))
  }
}

/// Of each class, `[N, K]` from logits.
func logProbabilities(_ logits: Node) -> Node {
  logits - logSumExp(logits).reshaped(to: [logits.shape[0], 1])
}

/// log Σ exp over classes: `[N, K] → [N]`.
func logSumExp(_ logits: Node) -> Node {
  // Shifted by the greatest logit, which changes nothing but keeps exp finite.
  let greatest = detached(max(logits, over: [1]))
  return greatest + log(sum(exp(logits - greatest.reshaped(to: [logits.shape[0], 1])), over: [1]))
}
