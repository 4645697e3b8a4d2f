import Graphs

extension Metric {
  /// How the two sets lie in each other's neighbourhoods, balls around every sample that reach to its k-th
  /// neighbour: precision, the share of generated samples within a real one's ball; recall, the reverse;
  /// density, how many real balls hold a generated sample, over k; coverage, the share of real samples whose
  /// ball holds a generated one.
  ///
  /// Kynkäänniemi et al., arXiv 1904.06991, eq. 1; Naeem et al., arXiv 2002.09797, eq. 3 and 4. Distances
  /// are Euclidean and in double precision.
  public static let manifolds = Metric(
    name: "prdc", summary: "precision, recall, density and coverage of neighbourhoods; 1 is full",
    paper: "arXiv 2002.09797", needs: [.several, .manySamples]
  ) { comparison throws(GANError) in
    let k = comparison.neighbours
    let found = try Manifolds(comparison.real.features, comparison.fake.features, k, comparison.workers)
    return [
      comparison.figure("precision", found.precision, .higher),
      comparison.figure("recall", found.recall, .higher),
      comparison.figure("density", found.density, .one),
      comparison.figure("coverage", found.coverage, .higher),
    ]
  }
}

extension Need {
  static let manySamples = Need(name: "more samples of each set than option neighbours says") {
    $0.neighbours >= 1 && $0.neighbours < min($0.real.count, $0.fake.count)
  }
}

struct Manifolds {
  let precision: Double
  let recall: Double
  let density: Double
  let coverage: Double

  init(_ real: Rows, _ fake: Rows, _ k: Int, _ workers: Workers) throws(GANError) {
    let (real, fake) = (try DoubleRows(real, for: "prdc"), try DoubleRows(fake, for: "prdc"))
    let ofReal = try Neighbours(real, k: k, workers)
    let ofFake = try Neighbours(fake, k: k, workers)
    let fakes = try Neighbourhood(fake, among: real, ofReal, workers)
    let reals = try Neighbourhood(real, among: fake, ofFake, workers)
    func share(_ count: Int, of rows: DoubleRows) -> Double { Double(count) / Double(rows.count) }
    precision = share(fakes.holders.elements.count { $0 > 0 }, of: fake)
    recall = share(reals.holders.elements.count { $0 > 0 }, of: real)
    density = share(fakes.holders.elements.reduce(0, +), of: fake) / Double(k)
    coverage = share((0..<real.count).count { reals.nearest.pointer[$0] < ofReal.radius($0) }, of: real)
  }
}
