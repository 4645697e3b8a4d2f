import CGAN
import GANABI
import Testing

/// Labels and codes through the C ABI.
@Suite struct ConditionsTests {
  private func model(_ keys: String) -> gan_model {
    var model: gan_model = 0
    let small = #"{"architecture": "mlp", "width": 8, "depth": 1}"#
    let recipe = """
      {\(keys), "generator": \(small), "discriminator": \(small), "latent": {"size": 2},
       "data": {"kind": "vectors", "shape": [2], "classes": 3}}
      """
    #expect(gan_model_create(recipe, 0, &model) == GAN_OK, "\(lastError())")
    return model
  }

  private func sampled(_ model: gan_model, _ count: Int, _ change: (inout gan_sample_options) -> Void)
    -> (status: gan_status, values: [Float])
  {
    var options = gan_sample_options()
    gan_sample_options_init(&options)
    options.count = Int64(count)
    change(&options)
    var values = Array(repeating: Float(0), count: 2 * count)
    var written: Int64 = 0
    return (gan_model_sample(model, &options, &values, Int64(values.count), &written), values)
  }

  @Test func labelsAndTheirWeights() {
    let model = model(#""conditioning": {"name": "cgan"}"#)
    defer { _ = gan_model_free(model) }
    let ones = sampled(model, 2) { $0.label = 1 }
    #expect(ones.status == GAN_OK)
    [Int32](arrayLiteral: 1, 1).withUnsafeBufferPointer { labels in
      let each = sampled(model, 2) { ($0.labels, $0.label_count) = (labels.baseAddress, 2) }
      #expect(each.status == GAN_OK && each.values == ones.values)
    }
    [Float](arrayLiteral: 0, 1, 0, 0, 1, 0).withUnsafeBufferPointer { codes in
      let weighed = sampled(model, 2) { ($0.codes, $0.code_count) = (codes.baseAddress, 6) }
      #expect(weighed.status == GAN_OK && weighed.values == ones.values)
      #expect(sampled(model, 2) { ($0.codes, $0.code_count) = (codes.baseAddress, 5) }.status == GAN_ARGUMENT)
      #expect(lastError() == "codes: expected 6 numbers, 3 a sample, got 5")
    }
    #expect(sampled(model, 2) { $0.code_count = 6 }.status == GAN_ARGUMENT)
    #expect(lastError() == "options->codes: expected 6 numbers, got NULL")
    #expect(sampled(model, 2) { $0.code_count = -1 }.status == GAN_ARGUMENT)
    #expect(sampled(model, 2) { $0.label = 3 }.status == GAN_ARGUMENT)
    #expect(lastError().hasPrefix("label: expected 0…2"))
    let unlabelled = withPoints([0, 1, 2, 3]) { gan_model_train_step(model, &$0, nil) }
    #expect(unlabelled == GAN_ARGUMENT && lastError() == "batch.labels: expected 2 labels, got none")
    var count: Int64 = 7
    let classified = withPoints([0, 1, 2, 3]) { gan_model_apply(model, "classify", &$0, nil, 0, &count) }
    #expect(classified == GAN_UNSUPPORTED && count == 0)
    #expect(lastError().hasPrefix("classify: this model has no such part"))
  }

  @Test func modelsWithoutCodesRefuseThem() {
    let model = smallModel()
    defer { _ = gan_model_free(model) }
    [Float](arrayLiteral: 1).withUnsafeBufferPointer { codes in
      let answer = sampled(model, 1) { ($0.codes, $0.code_count) = (codes.baseAddress, 1) }
      #expect(answer.status == GAN_UNSUPPORTED && lastError() == "codes: this model has no codes")
    }
  }

  @Test func figuresOfFamilies() {
    let model = model(#""family": {"name": "began", "code": 2}"#)
    defer { _ = gan_model_free(model) }
    var stats = gan_step_stats()
    gan_step_stats_init(&stats)
    #expect(withPoints([0, 1, 2, 3]) { gan_model_train_step(model, &$0, &stats) } == GAN_OK)
    #expect(stats.balance >= 0 && stats.convergence > 0 && stats.information.isNaN)
  }
}
