extension HealthMonitor {
  /// What the looks and trends of now say.
  struct Finding {
    var verdict: Verdict
    /// Looks in a row that have to say so.
    var looks = 2
    var evidence: [Evidence] = []
  }

  func judged() -> Finding { Finding(verdict: .healthy) }
}
