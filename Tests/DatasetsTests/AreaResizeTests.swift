import Graphs
import Testing

@testable import Datasets

@Suite struct AreaResizeTests {
  private func resize(
    _ image: [Float], _ h: Int, _ w: Int, to H: Int, _ W: Int, channels: Int = 1, crop: Bool = false
  ) -> [Float] {
    var image = image
    var row = [Float](repeating: 0, count: w * channels)
    var result = [Float](repeating: .nan, count: H * W * channels)
    AreaResize(from: h, w, to: H, W, channels: channels, crop: crop).resize(&image, row: &row, into: &result)
    return result
  }

  @Test func halvesAreMeans() {
    #expect(resize([1, 3, 5, 7, 2, 4, 6, 8], 2, 4, to: 1, 2) == [2.5, 6.5])
  }

  @Test func fractionsWeighByArea() {
    // Three pixels onto two: each covers one and a half.
    let expected: [Float] = [(0 + 0.5 * 3) / 1.5, (0.5 * 3 + 6) / 1.5]
    for (got, value) in zip(resize([0, 3, 6], 1, 3, to: 1, 2), expected) { #expect(abs(got - value) < 1e-6) }
  }

  @Test func enlargingRepeats() {
    #expect(resize([1, 2], 1, 2, to: 2, 4) == [1, 1, 2, 2, 1, 1, 2, 2])
  }

  @Test func channelsStayApart() {
    #expect(resize([1, 10, 3, 30], 1, 2, to: 1, 1, channels: 2) == [2, 20])
  }

  @Test func cropKeepsTheMiddle() {
    #expect(resize([9, 1, 2, 9], 1, 4, to: 1, 2, crop: true).count == 2)
    #expect(resize([0, 0, 1, 2, 9, 9, 0, 0, 3, 4, 9, 9], 2, 6, to: 2, 2, crop: true) == [1, 2, 3, 4])
    #expect(resize([9, 9, 1, 2, 3, 4, 0, 0], 4, 2, to: 2, 2, crop: true) == [1, 2, 3, 4])
  }

  @Test func meansAreKeptAtAnySize() {
    let image = (0..<13 * 17).map { Float($0 * 31 % 101) }
    let mean = image.reduce(0, +) / Float(image.count)
    for (h, w) in [(5, 7), (13, 1), (1, 1), (12, 16), (3, 17)] {
      let small = resize(image, 13, 17, to: h, w)
      #expect(abs(small.reduce(0, +) / Float(small.count) - mean) < 1e-3, "\(h) x \(w)")
    }
  }
}
