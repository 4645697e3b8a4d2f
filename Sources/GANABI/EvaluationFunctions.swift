// gan.h 6: Evaluation

import CGAN
import GAN

/// Measures a model's samples against data that it has not been trained on, and writes a JSON object:
///
///     {"figures": {"frechet[random]": 3.2, "coverage[random]": 0.91, ...}, "reference": {...},
///      "parts": {"sliced-wasserstein[laplacian]": [...]}, "left_out": {"modes": "needs ..."},
///      "features": "random", "count": 10000, "real_count": 10000, "seed": 0, "step": 2000}
///
/// The features' name is part of every figure's: figures in different features do not compare. What a
/// figure could not be computed from is null. options_json may be NULL; else it is an object with any of
///
///     "metrics": ["frechet", ...]   default: all that fit: frechet, kid, prdc (precision, recall, density,
///                                   coverage), nearest-neighbour, inception-style-score,
///                                   sliced-wasserstein, ms-ssim, modes; of text bleu, self-bleu, unique;
///                                   of tables column-shapes, pair-trends, closest-record
///     "features": "random"          convolutions with fixed random weights; "raw": the samples' own values;
///                                   or the path of a classifier's checkpoint or run directory
///     "name": "inception-v3"        what figures call the features; default random, raw, classifier or,
///                                   of tables, columns
///     "count": 10000                samples of either set, real ones as far as there are that many
///     "seed": 0                     of samples, of which real ones are taken, of random directions
///     "neighbours": 5               k of precision, recall, density and coverage
///     "reference": true             real samples against other real ones too: a perfect generator's figures
///     "training": "train.csv"       of tables, the rows that were trained on, for closest-record
///     "modes": {"centres": [[x, y], ...], "deviation": 0.05}   of a known mixture
///
/// UNSUPPORTED where a metric that was asked for does not fit the data or the features. Two calls: see the
/// rules for texts above. The first one measures too: pass a buffer that suffices (32 kB) at once.
@_cdecl("gan_model_evaluate")
public func gan_model_evaluate(
  _ model: gan_model, _ data: gan_dataset, _ optionsJSON: UnsafePointer<CChar>?,
  _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64, _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let options = try evaluationOptions(optionsJSON)
    let report = try withModel(model) { (model) throws(GANError) in
      try Registry.shared.withObject(data, .dataset) { (data: Dataset) throws(GANError) in
        try Evaluation(against: model.reading(data), options, threads: model.threads).measure(model)
      }
    }
    try output.write(report.json.compact)
  }
}

/// The same figures of any two datasets: samples that were written to files, or feature vectors of the
/// caller's own (gan_dataset_from_memory with a batch [N, F]), which figures call "raw" unless the options'
/// "name" says better. Options and answer as for gan_model_evaluate, without "step".
@_cdecl("gan_dataset_compare")
public func gan_dataset_compare(
  _ real: gan_dataset, _ fake: gan_dataset, _ optionsJSON: UnsafePointer<CChar>?,
  _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64, _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let options = try evaluationOptions(optionsJSON)
    let report = try Registry.shared.withObject(real, .dataset) { (real: Dataset) throws(GANError) in
      try Registry.shared.withObject(fake, .dataset) { (fake: Dataset) throws(GANError) in
        try Evaluation(against: real, options).measure(fake)
      }
    }
    try output.write(report.json.compact)
  }
}

private func evaluationOptions(_ text: UnsafePointer<CChar>?) throws(GANError) -> EvaluationOptions {
  let text = try callerJSON(text, "options_json", optional: true)
  return try JSON(parsing: text, name: "options_json").decode(EvaluationOptions.self, name: "options_json")
}
