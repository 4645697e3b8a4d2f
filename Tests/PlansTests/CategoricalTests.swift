import Graphs
import Testing

@testable import Plans

/// Categories are drawn by stretches of probabilities and by several workers: the same as one number after the other.
struct CategoricalTests {
  @Test(arguments: [1, 255, 256, 1000])
  func manyCategoriesAgreeWithTheReference(categories: Int) throws {
    let rows = 300
    let graph = Graph()
    let drawn = randomCategorical(graph.add(Input("p", [rows, categories])))
    // Multiples of 2^-24, of which every sum is exact: at a border both must decide alike.
    var dice = Dice(state: UInt64(categories))
    var values: [Double] = []
    for row in 0..<rows {
      var left = 1 << 24
      for category in 0..<categories {
        // Some rows end in categories that cannot occur.
        let isLast = category == (row % 3 == 0 ? categories / 2 : categories - 1)
        let count = isLast ? left : min(left, Int.random(in: 0...(4 << 24) / (categories + 4), using: &dice))
        left -= count
        values.append(Double(count) * 0x1p-24)
      }
    }
    let differences = try compare([drawn], ["p": Tensor([rows, categories], values)])
    #expect(differences == [0])
  }
}
