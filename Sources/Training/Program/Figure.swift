/// What a phase can report beside its loss and the norm of its gradient: one of the fields of
/// `StepStatistics`, which says what it means.
enum Figure: String, CaseIterable {
  case scoreReal, scoreFake, accuracy, classAccuracy, information, balance, convergence

  var field: WritableKeyPath<StepStatistics, Double> {
    switch self {
    case .scoreReal: \.scoreReal
    case .scoreFake: \.scoreFake
    case .accuracy: \.accuracy
    case .classAccuracy: \.classAccuracy
    case .information: \.information
    case .balance: \.balance
    case .convergence: \.convergence
    }
  }
}
