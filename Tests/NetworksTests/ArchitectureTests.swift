import Graphs
import Testing

@testable import Networks

@Suite struct ArchitectureTests {
  private func parameters(_ architecture: any Architecture, _ image: Shape) throws -> (Int, Int) {
    let network = Network(architecture)
    let generator = try network.layouts(for: [2, 16], as: .generator(sample: image))
    let discriminator = try network.layouts(for: Shape([2] + image.dimensions), as: .discriminator)
    return (generator.parameters.count, discriminator.parameters.count)
  }

  @Test(
    arguments: [
      ResNet(width: 8), ResNet(width: 8, attention: 16), R3GAN(width: 8), InfoGAN28(width: 8, hidden: 16),
    ] as [any Architecture])
  func everyUsualSizeIsServed(architecture: any Architecture) throws {
    for image: Shape in [[28, 28, 1], [32, 32, 3], [64, 64, 3], [48, 32, 4], [8, 10, 2]] {
      let (generator, discriminator) = try parameters(architecture, image)
      #expect(generator > 100 && discriminator > 100)
    }
  }

  /// Tables 3 and 4 of arXiv 1802.05957, worked out by hand.
  @Test func residualNetworksAreThePapers() throws {
    let network = Network(ResNet())
    let small = try network.layouts(for: [2, 32, 32, 3], as: .discriminator).parameters
    // Two halving blocks, the first with a shortcut from 3 channels, two level ones, and the score.
    let convolutions = 7 * (9 * 128 * 128 + 128) + (9 * 3 * 128 + 128)
    #expect(small.count == convolutions + (3 * 128 + 128) + (128 * 128 + 128) + 129)
    let large = try network.layouts(for: [2, 128], as: .generator(sample: [64, 64, 3])).parameters
    let widths = large.entries.filter { $0.path.hasSuffix("3.weight") }.map { $0.shape[-1] }
    #expect(widths == [512, 256, 128, 64])
  }

  /// Tables 3 and 4 of arXiv 1802.04208 with d = 64, worked out by hand; their sum is the paper's 19M a network.
  @Test func waveGANIsThePapers() throws {
    let (generator, discriminator) = try parameters(WaveGAN(), [16_384, 1])
    let ways = [(1, 64), (64, 128), (128, 256), (256, 512), (512, 1024)]
    let taps = ways.reduce(0) { $0 + 25 * $1.0 * $1.1 }
    #expect(discriminator == taps + ways.reduce(0) { $0 + $1.1 } + 16_384 + 1)
    #expect(generator == taps + ways.reduce(0) { $0 + $1.0 } + (16 + 1) * 16_384)
    let shapes = try WaveGAN().layers(for: .discriminator, input: [2, 16_384, 1])
    #expect(shapes.count { $0 is PhaseShuffle } == 4)
    for length in [2, 3, 24, 31, 100, 4096, 8000, 65_536] {
      let (generator, discriminator) = try parameters(WaveGAN(width: 2), [length, 3])
      #expect(generator > 50 && discriminator > 50, "\(length)")
    }
  }

  @Test func groupsOfR3GANHaveSixteenChannels() throws {
    let layouts = try Network(R3GAN(width: 32)).layouts(for: [2, 32, 32, 3], as: .discriminator)
    let grouped = layouts.parameters.entries.filter { $0.shape.rank == 4 && $0.shape[0] == 3 }
    #expect(grouped.count == 8)
    for entry in grouped { #expect(entry.shape[2] == 16) }
  }

  @Test func whatDoesNotFitIsNamed() {
    for (architecture, image, message) in [
      (ResNet(), [30, 30, 1], "sides of 4 to 7 pixels times a power of two"),
      (R3GAN(width: 12), [32, 32, 3], "a multiple of group, 16, got 12"),
      (InfoGAN28(), [4, 4, 1], "8 to 128 pixels a side"),
      (WaveGAN(), [1, 1], "a sequence [T, C] of 2 to 65536 positions"),
    ] as [(any Architecture, Shape, String)] {
      let error = #expect(throws: GANError.self) { try parameters(architecture, image) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }
  }
}
