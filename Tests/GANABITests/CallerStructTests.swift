import CGAN
import GANABI
import Testing

@Suite struct CallerStructTests {
  private func status(size: Int) -> gan_status {
    let model = smallModel()
    defer { _ = gan_model_free(model) }
    var options = gan_sample_options()
    gan_sample_options_init(&options)
    options.struct_size = UInt32(size)
    options.label_count = 5  // Only a caller whose struct has this field can mean it.
    var count: Int64 = 0
    return gan_model_sample(model, &options, nil, 0, &count)
  }

  @Test func fieldsBeyondAnOlderStructAreNotRead() {
    let labels = MemoryLayout<gan_sample_options>.offset(of: \.labels) ?? 0
    #expect(status(size: labels) == GAN_OK)
    #expect(status(size: MemoryLayout<gan_sample_options>.size) == GAN_ARGUMENT)
    #expect(status(size: MemoryLayout<gan_sample_options>.size + 64) == GAN_ARGUMENT)
    #expect(lastError().contains("labels"))
  }

  @Test func sizesThatNoHeaderHasAreRefused() {
    for size in [0, 4, 55, 4097, Int(UInt32.max)] {
      #expect(status(size: size) == GAN_ARGUMENT)
      #expect(lastError().contains("struct_size"))
    }
  }

  @Test func figuresStayWithinTheCallersStruct() {
    let model = smallModel()
    defer { _ = gan_model_free(model) }
    var stats = gan_step_stats()
    stats.struct_size = UInt32(MemoryLayout<gan_step_stats>.offset(of: \.generator_loss) ?? 0)
    stats.generator_loss = 42
    let answered = withPoints([0, 1, 2, 3]) { gan_model_train_step(model, &$0, &stats) }
    #expect(answered == GAN_OK)
    #expect(stats.step == 1 && stats.discriminator_loss > 0 && stats.generator_loss == 42)
  }
}
