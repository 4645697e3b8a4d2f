// gan.h 2: Models

import CGAN
import GAN

/// What a recipe means once every default, the preset it builds on and the data's shape are filled
/// in: the complete recipe as JSON, sorted by key. data may be 0. Two calls: see the rules for texts.
@_cdecl("gan_recipe_resolve")
public func gan_recipe_resolve(
  _ recipeJSON: UnsafePointer<CChar>?, _ dataOr0: gan_dataset,
  _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64, _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let text = try callerJSON(recipeJSON, "recipe_json")
    let recipe = try withDataset(dataOr0) { (data) throws(GANError) in
      try Recipe(json: text).resolved(for: data)
    }
    try output.write(JSON(encoding: recipe).indented)
  }
}

/// Makes a model with fresh weights, drawn from the recipe's seed. The recipe is a JSON object; every
/// key may be left out, an unknown one is refused by its path:
///
///     {"preset": "dcgan",                    the base that the other keys change (gan_presets)
///      "kind": "gan",                        or "classifier"
///      "family": {"name": "gan"},            or infogan, sgan, bigan, ebgan, began, with their
///                                           settings; of text: seqgan, relgan, likelihood
///      "conditioning": {"name": "cgan"},     or projection, acgan; none unless given
///      "data": {"kind": "images", "shape": [28, 28, 1], "classes": 0},   or "vectors", [D],
///                                            "series" or "sounds", [T, C], these with "rate": 8000
///      "generator": {"architecture": "dcgan", "width": 64},              or "mlp", or
///      "discriminator": {"layers": [...]},                                    a list of layers
///      "latent": {"size": 100, "distribution": "normal"},
///      "objective": {"loss": "hinge", "discriminator-steps": 1, "label-smoothing": 0,
///                    "penalties": [{"name": "r1", "weight": 10, "every": 1}]},
///      "optimizers": {"generator": {"name": "adam", "rate": 2e-4, "beta1": 0.5}, "discriminator": {}},
///      "averaging": 0.999, "batch": 64, "steps": 10000, "seed": 0, "flip": false}
///
/// Losses: minimax, non-saturating, least-squares, wasserstein, hinge, relativistic. Penalties: r1, r2,
/// gradient-penalty, dragan. Optimisers: adam, adamw, rmsprop, sgd.
///
/// gan_recipe_resolve shows every key with its value. data gives the samples' shape, kind and
/// classes; with 0 the recipe's "data" has to.
@_cdecl("gan_model_create")
public func gan_model_create(
  _ recipeJSON: UnsafePointer<CChar>?, _ dataOr0: gan_dataset,
  _ outModel: UnsafeMutablePointer<gan_model>?
) -> gan_status {
  outModel?.pointee = 0
  return answer { () throws(GANError) in
    let out = try required(outModel, "out_model")
    let text = try callerJSON(recipeJSON, "recipe_json")
    let model = try withDataset(dataOr0) { (data) throws(GANError) in
      try Model(recipe: Recipe(json: text), data: data)
    }
    out.pointee = try Registry.shared.insert(model, as: .model)
    log(GAN_LOG_INFO, "made a model of \(model.info.parameters.reduce(0) { $0 + $1.count }) parameters")
  }
}

/// Reads a checkpoint file, or the latest one of a run directory. Nothing in a file is run; one that
/// is cut, changed or of another format answers FORMAT.
@_cdecl("gan_model_load")
public func gan_model_load(
  _ path: UnsafePointer<CChar>?, _ outModel: UnsafeMutablePointer<gan_model>?
) -> gan_status {
  outModel?.pointee = 0
  return answer { () throws(GANError) in
    let out = try required(outModel, "out_model")
    let path = try callerPath(path, "path")
    let model = try Model(path: path)
    out.pointee = try Registry.shared.insert(model, as: .model)
    log(GAN_LOG_INFO, "loaded \(path) at step \(model.steps)")
  }
}

/// Writes a checkpoint: weights, averages, optimiser moments, recipe and counters, from which
/// training goes on bit for bit. The file is complete or, if anything fails, the old one stays.
@_cdecl("gan_model_save")
public func gan_model_save(_ model: gan_model, _ path: UnsafePointer<CChar>?) -> gan_status {
  answer { () throws(GANError) in
    let path = try callerPath(path, "path")
    try withModel(model) { (model) throws(GANError) in
      try model.save(to: path)
      log(GAN_LOG_INFO, "saved step \(model.steps) to \(path)")
    }
  }
}

/// Gives a model back. 0 is fine; a handle already freed answers HANDLE. BUSY while any call uses the
/// model, its own callback included.
@_cdecl("gan_model_free")
public func gan_model_free(_ model: gan_model) -> gan_status {
  answer { () throws(GANError) in try Registry.shared.remove(model, .model) }
}

/// A JSON object about the model: its kind and family, the shape of a sample, classes, codes, whether it
/// takes labels ("conditional"), what gan_model_apply can do ("operations"), the number of parameters
/// of each network, steps made, and its recipe. Two calls: see the rules for texts above.
@_cdecl("gan_model_info")
public func gan_model_info(
  _ model: gan_model, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let text = try withModel(model) { (model) throws(GANError) in
      try JSON(encoding: model.info).compact
    }
    try output.write(text)
  }
}

/// Stops the gan_model_train that is running, or does nothing. From any thread, but not from a
/// signal handler; the training call returns GAN_CANCELLED after the step it is in.
@_cdecl("gan_model_cancel")
public func gan_model_cancel(_ model: gan_model) -> gan_status {
  answer { () throws(GANError) in try withModel(model) { $0.cancel() } }
}

/// Most threads that one call of this model computes on; 0 for as many as gan_set_threads allows, which
/// is the default. With 1 a call computes on the thread that makes it and never waits for another
/// model's. From the next call or step on, at any time; results do not depend on it, and it is not
/// saved.
@_cdecl("gan_model_set_threads")
public func gan_model_set_threads(_ model: gan_model, _ count: Int32) -> gan_status {
  answer { () throws(GANError) in
    guard (0...1024).contains(count) else {
      throw GANError(field: "count", expected: "0 (as many as the process has) to 1024", got: count)
    }
    try withModel(model) { $0.threads = Int(count) }
  }
}

/// Runs `body` with a live model, which cannot be freed meanwhile.
func withModel<Result>(
  _ handle: gan_model, _ body: (Model) throws(GANError) -> Result
) throws(GANError) -> Result {
  try Registry.shared.withObject(handle, .model, as: Model.self, body)
}

/// The same with a dataset; 0 is none.
func withDataset<Result>(
  _ handle: gan_dataset, _ body: (Dataset?) throws(GANError) -> Result
) throws(GANError) -> Result {
  if handle == 0 { return try body(nil) }
  return try Registry.shared.withObject(handle, .dataset, as: Dataset.self, body)
}
