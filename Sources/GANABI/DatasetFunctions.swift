// gan.h 5: Datasets

import CGAN
import GAN

/// Reads samples: a folder of PNG files or of WAV files (sub-folders are labels), one WAV file, an IDX file
/// (also .gz), an .npy array (also .gz), a CIFAR .bin file, lines of text in a .txt file, a table in a .csv
/// file (both also .gz), or "builtin:ring" and "builtin:grid", points drawn from
/// Gaussians. options_json may be NULL; else it is an object with any of
///
///     "size": [height, width]   resize images by area averaging; without it all must have one size
///     "crop": true              with size: keep proportions, cut what stands over
///     "channels": 1, 3 or 4     default: 1 if all files are grey, else 3
///     "background": [r, g, b]   under transparent pixels; default white
///     "labels": "path"          IDX or .npy file of labels (-1: unlabelled); "" for none
///     "pattern": "{label}_*"    labels from files' names, their ending left out; a * is any text
///     "labelled": 100           keep only so many labels, as many of each class, for sgan
///     "kind": "images"          what an array holds, where its rank does not say: or "vectors", "series"
///                               ([N, T] or [N, T, C] numbers), "sounds" (the same, -1..1), "text" ([N, T]
///                               tokens)
///     "range": [low, high]      an array's values that become -1..1
///     "level": "word"           what a token of a .txt file is: or "character"
///     "length": T               tokens of a sample: longer lines are cut; default: the longest line's. Of WAV
///                               files the frames of every clip: shorter ones are followed by silence
///     "least": n                words that come less often are unknown; default 1
///     "words": n                most words, the most frequent ones; the others are unknown
///     "tokens": V, "end": v     of an array of tokens: the vocabulary's size, and the token that ends a
///                               sample; default: one more than the greatest, and none
///     "rate": 8000              resamples sounds, or says what an array of them has
///     "cut": "start"            which part of a WAV file beyond the length: or "centre", or "pieces", each a clip
///     "normalize": true         scales every clip to a greatest value of 1
///     "channels": 1             of WAV files: mixes theirs, the default; else as many as they have
///     "columns": {"zip": "category", "born": "date %d/%m/%Y"}
///                               what a table's columns hold, where that is not to be found out: number,
///                               integer, category, boolean, date
///     "ignore": ["id"]          columns of a table that are left out
///     "nulls": ["NA"]           cells that count as empty
///     "delimiter": ";"          between cells; default a comma, in .tsv a tab
///     "limit": bytes            most that compressed data may unfold to; default 2 GiB
///
/// IO: the path cannot be read. FORMAT: a file is damaged or no known format. ARGUMENT: an option.
@_cdecl("gan_dataset_open")
public func gan_dataset_open(
  _ path: UnsafePointer<CChar>?, _ optionsJSON: UnsafePointer<CChar>?,
  _ outDataset: UnsafeMutablePointer<gan_dataset>?
) -> gan_status {
  outDataset?.pointee = 0
  return answer { () throws(GANError) in
    let out = try required(outDataset, "out_dataset")
    let path = try callerPath(path, "path")
    let text = try callerJSON(optionsJSON, "options_json", optional: true)
    let options = try JSON(parsing: text, name: "options_json").decode(DatasetOptions.self)
    let dataset = try Dataset.open(path, options)
    out.pointee = try Registry.shared.insert(dataset, as: .dataset)
    log(GAN_LOG_INFO, "read \(dataset.count) samples from \(path)")
  }
}

/// Copies samples from the caller's memory into a dataset: the batch may go when the call returns.
/// Rank 2 is vectors, [N, D], or of GAN_I32 tokens, [N, T]; rank 3 and 4 are images, [N, H, W] and [N, H, W, C]. A label of -1 marks
/// a sample without one.
@_cdecl("gan_dataset_from_memory")
public func gan_dataset_from_memory(
  _ batch: UnsafePointer<gan_batch>?, _ outDataset: UnsafeMutablePointer<gan_dataset>?
) -> gan_status {
  outDataset?.pointee = 0
  return answer { () throws(GANError) in
    let out = try required(outDataset, "out_dataset")
    let batch: gan_batch = try callerStruct(batch, "batch")
    let dataset = try Dataset(copying: batch.borrowed("batch"))
    out.pointee = try Registry.shared.insert(dataset, as: .dataset)
  }
}

/// The same with the options of gan_dataset_open that concern arrays: "kind", "range", "tokens", "end", …
/// Tokens (GAN_I32) are text of [N, T] unless told otherwise. options_json may be NULL.
@_cdecl("gan_dataset_copy")
public func gan_dataset_copy(
  _ batch: UnsafePointer<gan_batch>?, _ optionsJSON: UnsafePointer<CChar>?,
  _ outDataset: UnsafeMutablePointer<gan_dataset>?
) -> gan_status {
  outDataset?.pointee = 0
  return answer { () throws(GANError) in
    let out = try required(outDataset, "out_dataset")
    let batch: gan_batch = try callerStruct(batch, "batch")
    let text = try callerJSON(optionsJSON, "options_json", optional: true)
    let options = try JSON(parsing: text, name: "options_json").decode(DatasetOptions.self)
    var dataset = try Dataset(copying: batch.borrowed("batch"), options)
    if let kept = options.labelled { dataset = try dataset.keeping(labels: kept) }
    out.pointee = try Registry.shared.insert(dataset, as: .dataset)
  }
}

/// A JSON object about the dataset: "kind" (images, vectors, text, series, sounds or tables), "count",
/// "sample_shape", "classes", "class_names", "element_type", "bytes", "source", "format", of sounds "rate", of
/// text "vocabulary": its "level" (word, character or token), "size", "end" (the token that ends a sample) and
/// "words" (what the tokens from 2 on stand for; 1 is everything else), and of tables "columns": of each its
/// "name", "type", "nulls", and "values" (how many) or "least" and "greatest". Two calls: see the rules for
/// texts above.
@_cdecl("gan_dataset_info")
public func gan_dataset_info(
  _ data: gan_dataset, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ outLength: UnsafeMutablePointer<Int64>?
) -> gan_status {
  answer { () throws(GANError) in
    let output = try TextOutput(buffer, capacity, outLength)
    let info = try Registry.shared.withObject(data, .dataset) { (data: Dataset) in data.info }
    try output.write(JSON(encoding: info).compact)
  }
}

/// Gives a dataset back; models made or trained from it stay. 0 is fine. BUSY while another thread
/// trains on it.
@_cdecl("gan_dataset_free")
public func gan_dataset_free(_ data: gan_dataset) -> gan_status {
  answer { () throws(GANError) in try Registry.shared.remove(data, .dataset) }
}
