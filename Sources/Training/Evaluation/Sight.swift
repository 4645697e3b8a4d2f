import Datasets
import Graphs
import Metrics

/// How an evaluation sees samples: by features, or rows of tables by their columns.
enum Sight {
  case samples(any FeatureExtractor)
  case rows(TableFeatures)

  /// - Throws: `.unsupported` for features that do not fit the data; `.memory`; what a checkpoint of features throws.
  init(of data: Dataset, _ options: EvaluationOptions, _ workers: Workers) throws(GANError) {
    if let table = data.table {
      if let features = options.features {
        throw GANError(
          .unsupported, field: "features", expected: "none: rows of tables are compared by their columns",
          got: "'\(features.prefix(40))'")
      }
      self = .rows(try TableFeatures(table))
      return
    }
    switch options.features ?? (data.kind == .images ? "random" : "raw") {
    case "random": self = .samples(try RandomFeatures(data.sampleShape, workers))
    case "raw": self = .samples(RawFeatures(data.sampleShape))
    case let path:
      let classifier = try Model(path: path)
      classifier.threads = workers.most == .max ? 0 : workers.most
      self = .samples(try ClassifierFeatures(classifier, sample: data.sampleShape))
    }
  }

  /// What figures are named by.
  var name: String {
    switch self {
    case .samples(let extractor): extractor.name
    case .rows(let features): features.name
    }
  }

  /// The samples at places `range` of an order.
  func side(of data: Dataset, _ order: Buffer<Int>, _ range: Range<Int>, keeping: Int)
    throws(GANError) -> Comparison.Side
  {
    switch self {
    case .samples(let extractor):
      return try Comparison.Side(count: range.count, of: data.sampleShape, extractor, keeping: keeping) {
        part, room in
        data.copySamples(
          part.lowerBound + range.lowerBound..<part.upperBound + range.lowerBound, in: order, into: room)
      }
    case .rows(let features):
      guard let table = data.table else { throw GANError(.internal, "data", "no table") }
      return try features.side(of: table.rows(range.map { order.pointer[$0] }))
    }
  }
}

extension Dataset {
  /// Writes the samples at places `range` of an order.
  fileprivate func copySamples(
    _ range: Range<Int>, in order: Buffer<Int>, into room: UnsafeMutablePointer<Float>
  ) {
    for (place, index) in range.enumerated() {
      copySample(order.pointer[index], into: room + place * sampleShape.count)
    }
  }
}
