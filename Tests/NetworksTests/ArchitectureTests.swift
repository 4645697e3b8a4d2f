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
    ] as [(any Architecture, Shape, String)] {
      let error = #expect(throws: GANError.self) { try parameters(architecture, image) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }
  }
}
