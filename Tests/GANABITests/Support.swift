import CGAN
import GANABI
import Glibc

func temporaryPath(_ name: String) -> String { "/tmp/libgan-\(getpid())-\(name)" }

func remove(_ path: String) { unlink(path) }

func lastError() -> String { gan_last_error().map { String(cString: $0) } ?? "" }

/// A small model on points in the plane; the caller frees it.
func smallModel() -> gan_model {
  var model: gan_model = 0
  let recipe = #"{"preset": "mlp", "batch": 8, "data": {"kind": "vectors", "shape": [2]}}"#
  _ = gan_model_create(recipe, 0, &model)
  return model
}

/// Runs `body` with a batch `[count, 2]` of these values.
func withPoints<Result>(_ values: [Float], _ body: (inout gan_batch) -> Result) -> Result {
  values.withUnsafeBytes { bytes in
    var batch = gan_batch()
    gan_batch_init(&batch)
    batch.element_type = Int32(GAN_F32)
    batch.rank = 2
    batch.shape.0 = Int64(values.count / 2)
    batch.shape.1 = 2
    batch.data = bytes.baseAddress
    batch.data_bytes = Int64(bytes.count)
    return body(&batch)
  }
}
