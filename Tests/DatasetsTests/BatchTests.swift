import Graphs
import Testing

@testable import Datasets

@Suite struct BatchTests {
  private func check(
    _ type: ElementType, _ shape: Shape, bytes: Int, labels: [Int32]? = nil, sample: Shape? = nil,
    classes: Int? = nil
  ) -> GANError? {
    let data = [Float](repeating: 0, count: (bytes + 3) / 4)
    return data.withUnsafeBytes { raw in
      (labels ?? []).withUnsafeBufferPointer { labelBuffer in
        let batch = Batch(
          elementType: type, shape: shape, data: UnsafeRawBufferPointer(rebasing: raw[..<bytes]),
          labels: labels == nil ? nil : labelBuffer)
        return failure { try batch.validate(sample: sample, classes: classes) }
      }
    }
  }

  @Test func whatFitsPasses() {
    #expect(check(.u8, [2, 3], bytes: 6, labels: [0, 1], sample: [3], classes: 2) == nil)
    #expect(check(.f32, [2, 4, 4, 1], bytes: 128, sample: [4, 4, 1]) == nil)
    #expect(check(.f32, [2, 4, 4], bytes: 128, sample: [4, 4, 1]) == nil)
  }

  @Test func extentsAreChecked() {
    #expect(check(.u8, [], bytes: 0)?.field == "batch.shape")
    #expect(check(.u8, [0, 2], bytes: 0)?.field == "batch.shape")
    #expect(check(.u8, [-1, -2], bytes: 2)?.field == "batch.shape")
    #expect(check(.f32, [1 << 62, 1 << 62], bytes: 8)?.field == "batch.shape")
    #expect(check(.f32, [1 << 62], bytes: 8)?.field == "batch.shape")
    #expect(check(.u8, Shape(Array(repeating: 1, count: 9)), bytes: 1)?.field == "batch.shape")
    let error = check(.f32, [2, 4, 5, 1], bytes: 160, sample: [4, 4, 1])
    #expect(error?.problem == "expected [N, 4, 4, 1], got [2, 4, 5, 1]")
    #expect(check(.f32, [2, 4, 4], bytes: 128, sample: [4, 4, 3])?.field == "batch.shape")
  }

  @Test func bytesAreChecked() {
    #expect(check(.f32, [2, 3], bytes: 23)?.problem == "expected 24 bytes for f32 [2, 3], got 23 bytes")
    let null = Batch(elementType: .u8, shape: [1], data: UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(failure { try null.validate() }?.problem.contains("null") == true)
    let values: [Float] = [0, 0]
    values.withUnsafeBytes { raw in
      let shifted = Batch(elementType: .f32, shape: [1], data: UnsafeRawBufferPointer(rebasing: raw[1..<5]))
      #expect(failure { try shifted.validate() }?.problem.contains("aligned") == true)
    }
  }

  @Test func labelsAreChecked() {
    #expect(check(.u8, [2, 1], bytes: 2, labels: [0])?.field == "batch.labels")
    #expect(
      check(.u8, [2, 1], bytes: 2, labels: [0, 2], classes: 2)?.problem == "expected 0…1, got 2 at sample 1")
    #expect(check(.u8, [2, 1], bytes: 2, labels: [0, -1])?.field == "batch.labels")
    #expect(check(.u8, [2, 1], bytes: 2, labels: [0, .max])?.field == "batch.labels")
  }

  @Test(arguments: [0, 1, 4095, 4096, 9999], [Float.nan, .infinity, -.infinity])
  func valuesThatAreNotFiniteAreFound(place: Int, value: Float) {
    var values = [Float](repeating: 3e38, count: 10_000)
    #expect(values.withUnsafeBufferPointer(firstNonFinite) == nil)
    values[place] = value
    #expect(values.withUnsafeBufferPointer(firstNonFinite) == place)
  }

  @Test func valuesOfEveryType() {
    func values(_ type: ElementType, _ bytes: [UInt8], _ kind: DataKind) -> [Float] {
      let count = bytes.count / type.size
      var result = [Float](repeating: .nan, count: count)
      bytes.withUnsafeBytes { raw in
        Batch(elementType: type, shape: [count], data: raw).copyValues(as: kind, into: &result)
      }
      return result
    }
    #expect(values(.u8, [0, 255], .images) == [-1, 1])
    #expect(values(.u8, [0, 255], .vectors) == [0, 255])
    #expect(values(.f32, littleEndian([0.5, 9] as [Float]), .images) == [0.5, 9])
    #expect(values(.i32, littleEndian([5, -9] as [Int32]), .vectors) == [5, -9])
  }
}
