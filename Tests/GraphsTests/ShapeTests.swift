import Testing

@testable import Graphs

@Suite struct ShapeTests {
  @Test func countsSaturateInsteadOfTrapping() {
    #expect(Shape([2, 3, 4]).count == 24)
    #expect(Shape([]).count == 1)
    #expect(Shape([.max, 2]).count == .max)
    #expect(Shape([-3, 2]).count == 0)
  }

  @Test func axesCountFromBothEndsAndMissingOnesAreOne() {
    let shape: Shape = [2, 3, 4]
    #expect(shape[0] == 2)
    #expect(shape[-1] == 4)
    #expect(shape[-3] == 2)
    #expect(shape[3] == 1)
    #expect(shape[-4] == 1)
    #expect(shape[.min] == 1)
    #expect(shape.replacing(axis: -1, with: 7) == [2, 3, 7])
    #expect(shape.replacing(axis: 3, with: 7) == shape)
  }

  @Test func stridesAreRowMajor() {
    #expect(Shape([2, 3, 4]).strides == [12, 4, 1])
    #expect(Shape([0, .max, .max]).strides.count == 3)
  }

  @Test func checkedArithmeticAnswersNilWhereItDoesNotFit() {
    #expect(checkedSum(1, -2, 3) == 2)
    #expect(checkedSum(.max, 1) == nil)
    #expect(checkedSum(.min, -1) == nil)
    #expect(checkedProduct(2, -3, 4) == -24)
    #expect(checkedProduct(.max, 2) == nil)
    #expect(checkedProduct() == 1)
  }
}
