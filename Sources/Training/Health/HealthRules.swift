extension HealthMonitor {
  /// What the looks and trends of now say.
  struct Finding {
    var verdict: Verdict
    var evidence: [ModelHealth.Evidence] = []

    init(_ verdict: Verdict, _ evidence: KeyValuePairs<String, Double?> = [:]) {
      self.verdict = verdict
      self.evidence = evidence.compactMap { name, value in value.map { .init(name: name, value: $0) } }
    }
  }

  /// The first rule that holds. What each limit was measured on is in docs/health.md.
  func judged() -> Finding {
    let rules = [
      divergence, duplicates, omission, standstill, senseless, oscillation, collapse, defeat,
      partiality, copying, noise, balance,
    ]
    for rule in rules { if let found = rule() { return found } }
    return Finding(.healthy, ["held-out share": last?.heldOutShare, "coverage": last?.coverage])
  }

  private var last: Signals? { looks.last }
  /// Before that, samples are of a generator that has hardly begun.
  private var isGrown: Bool { looks.count >= 4 }

  /// The mean of a signal over the last looks; nil unless all have it.
  private func mean(_ signal: KeyPath<Signals, Double?>, of count: Int) -> Double? {
    let values = looks.suffix(count).compactMap { $0[keyPath: signal] }
    return values.count == count ? values.reduce(0, +) / Double(count) : nil
  }

  /// The same for the median, which one leap does not move.
  private func median(_ signal: KeyPath<Signals, Double?>, of count: Int) -> Double? {
    let values = looks.suffix(count).compactMap { $0[keyPath: signal] }.sorted()
    return values.count == count ? 0.5 * (values[(count - 1) / 2] + values[count / 2]) : nil
  }

  /// Whether a signal is at least a tenth above what it was some looks ago: such a run is under way.
  private func rises(_ signal: KeyPath<Signals, Double?>) -> Bool {
    guard let now = mean(signal, of: 2) else { return false }
    let before = looks.dropLast(2).suffix(4).compactMap { $0[keyPath: signal] }
    guard !before.isEmpty else { return true }
    return now > 1.1 * before.reduce(0, +) / Double(before.count) + 0.01
  }

  /// Samples leave the data behind, or gradients have grown a thousandfold and losses a hundredfold.
  private func divergence() -> Finding? {
    if failures > 0 {
      return Finding(.diverging, ["steps not finite": Double(failures)])
    }
    if let spread = last?.spread, spread > 5 || (isGrown && (mean(\.spread, of: 3) ?? 0) > 3) {
      return Finding(.diverging, ["spread": spread])
    }
    for (name, loss, norm) in [
      ("discriminator", discriminatorLoss, discriminatorNorm), ("generator", generatorLoss, generatorNorm),
    ] {
      guard let growth = norm.growth, growth > 1000, abs(loss.fast) > 100 else { continue }
      return Finding(.diverging, ["\(name) loss": loss.fast, "\(name) gradient's growth": growth])
    }
    return nil
  }

  /// Most of the data are there several times: all that can be learnt is to repeat them.
  private func duplicates() -> Finding? {
    guard let distinct = last?.distinct, distinct < 0.5 else { return nil }
    return Finding(.memorising, ["distinct items": distinct, "nearest": last?.nearest])
  }

  /// Part of the held-out data has no like in the training's, and so never will among the samples.
  private func omission() -> Finding? {
    guard let represented = last?.represented, represented < 0.6 else { return nil }
    return Finding(
      .generatorCollapsing, ["held-out data like training's": represented, "coverage": last?.coverage])
  }

  /// Everything is told apart from samples that no longer change.
  private func standstill() -> Finding? {
    guard isGrown, let movement = mean(\.movement, of: 3), movement < 0.005,
      let share = mean(\.heldOutShare, of: 3), share > 0.98, let coverage = last?.coverage, coverage < 0.1,
      (last?.diversity ?? 0) > 0.01 || (last?.spread ?? 0) > 1.5
    else { return nil }
    return Finding(.discriminatorWins, ["held-out share": share, "coverage": coverage, "movement": movement])
  }

  /// The samples are somewhere else at every look; or they move less but get nowhere.
  private func oscillation() -> Finding? {
    // The first looks of any run are far apart.
    guard taken >= 8, let movement = median(\.movement, of: 6) else { return nil }
    let isLost = taken >= 10 && movement > 0.2 && (mean(\.coverage, of: 8) ?? 1) < 0.2 && !rises(\.coverage)
    guard movement > 0.4 || isLost else { return nil }
    return Finding(.oscillating, ["movement": movement, "diversity": last?.diversity])
  }

  /// Little variety and no more to come, or what was there is gone.
  private func collapse() -> Finding? {
    guard isGrown, let diversity = mean(\.diversity, of: 2), let coverage = mean(\.coverage, of: 2) else {
      return nil
    }
    let isNarrow = diversity < 0.3 && !rises(\.diversity)
    let hasLost = bestCoverage > 0.4 && coverage < 0.4 * bestCoverage && diversity < 0.65
    guard isNarrow || hasLost else { return nil }
    return Finding(
      .generatorCollapsing, ["diversity": diversity, "coverage": coverage, "best coverage": bestCoverage])
  }

  /// Part of the data is never made.
  private func partiality() -> Finding? {
    guard looks.count >= 6, let diversity = mean(\.diversity, of: 2), diversity < 0.65,
      let coverage = mean(\.coverage, of: 2), coverage < 0.55, !rises(\.diversity), !rises(\.coverage)
    else { return nil }
    return Finding(.generatorCollapsing, ["diversity": diversity, "coverage": coverage])
  }

  private func copying() -> Finding? {
    guard looks.count >= 6, let nearest = mean(\.nearest, of: 3), let copies = mean(\.copies, of: 3),
      nearest < 0.55 || copies > 0.5
    else { return nil }
    return Finding(.memorising, ["nearest": nearest, "copies": copies])
  }

  /// Everything is told apart, and the samples are no nearer to the data than before.
  private func defeat() -> Finding? {
    guard looks.count >= 6, let share = mean(\.heldOutShare, of: 3), share > 0.95,
      let coverage = mean(\.coverage, of: 3), coverage < 0.2, !rises(\.coverage)
    else { return nil }
    return Finding(
      .discriminatorWins,
      ["held-out share": share, "accuracy": accuracy.settled, "coverage": coverage])
  }

  /// Labels that tell nothing: whatever else happens follows from that.
  private func senseless() -> Finding? {
    if let labelling = mean(\.labelling, of: 4) {
      guard isGrown, labelling < 0.15 else { return nil }
      return Finding(.feedbackIsNoise, ["labelling": labelling])
    }
    guard let agreement = last?.labelAgreement, agreement < 0.04 else { return nil }
    return Finding(.feedbackIsNoise, ["label agreement": agreement])
  }

  /// A discriminator that knows its training data by heart, or knows less than
  /// chance; one that tells nothing apart though the samples are bad.
  private func noise() -> Finding? {
    guard isGrown, let share = mean(\.heldOutShare, of: 3) else { return nil }
    if let seen = mean(\.seenShare, of: 3), seen - share > 0.12, seen > 0.6 {
      return Finding(.feedbackIsNoise, ["share on seen data": seen, "held-out share": share])
    }
    if share < 0.35 {
      return Finding(.feedbackIsNoise, ["held-out share": share, "accuracy": accuracy.settled])
    }
    if share < 0.6, let coverage = mean(\.coverage, of: 3), coverage < 0.3, looks.count >= 6,
      !rises(\.coverage)
    {
      return Finding(.feedbackIsNoise, ["held-out share": share, "coverage": coverage])
    }
    return nil
  }

  private func balance() -> Finding? {
    guard let share = mean(\.heldOutShare, of: 2), (0.35...0.65).contains(share),
      let coverage = mean(\.coverage, of: 2), coverage > 0.6
    else { return nil }
    return Finding(.balanced, ["held-out share": share, "coverage": coverage])
  }
}
