import CGAN
import GANABI
import Testing

@Suite struct CallerBatchTests {
  /// The answer to a batch of four points that is changed before.
  private func answer(_ change: (inout gan_batch) -> Void) -> (status: gan_status, text: String) {
    let model = smallModel()
    defer { _ = gan_model_free(model) }
    let status = withPoints([0, 1, 2, 3, 4, 5, 6, 7]) { batch in
      change(&batch)
      return gan_model_train_step(model, &batch, nil)
    }
    return (status, lastError())
  }

  @Test func aGoodBatchIsTaken() { #expect(answer { _ in }.status == GAN_OK) }

  @Test func malformedBatchesAreNamed() {
    let cases: [(field: String, change: (inout gan_batch) -> Void)] = [
      ("element_type", { $0.element_type = 99 }), ("rank", { $0.rank = 0 }), ("rank", { $0.rank = 9 }),
      ("rank", { $0.rank = -1 }), ("shape", { $0.shape.0 = -4 }), ("shape", { $0.shape.0 = .max }),
      ("shape", { $0.shape.1 = 3 }), ("shape", { $0.shape.0 = 0 }), ("data", { $0.data = nil }),
      ("data", { $0.data_bytes = 31 }), ("data_bytes", { $0.data_bytes = -1 }),
      ("labels", { $0.label_count = 4 }), ("label_count", { $0.label_count = -1 }),
      ("data", { $0.data = $0.data.map { $0 + 1 } }),
    ]
    for (field, change) in cases {
      let (status, text) = answer(change)
      #expect(status == GAN_ARGUMENT && text.contains(field), "\(field): \(status) \(text)")
    }
  }

  @Test func valuesThatAreNotFiniteAreRefused() {
    let model = smallModel()
    defer { _ = gan_model_free(model) }
    for bad in [Float.nan, .infinity, -.infinity] {
      #expect(withPoints([0, 1, bad, 3]) { gan_model_train_step(model, &$0, nil) } == GAN_ARGUMENT)
      #expect(lastError().contains("finite"))
    }
  }
}
