import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

/// Models of tables: trained, saved, gone on with, asked for rows.
@Suite struct TableModelTests {
  static let changes = """
    {"preset": "ctgan", "generator": {"width": 16},
     "discriminator": {"width": 16}, "latent": {"size": 4}, "batch": 40, "packing": 4,
     "seed": 7, "steps": 20}
    """

  /// Numbers with gaps, whole ones, categories with a comma, yes and no, dates, a constant, nothing.
  private func table(_ rows: Int = 400) throws -> Dataset {
    let path = temporaryPath("table.csv")
    defer { unlink(path) }
    let text =
      "n,i,c,b,d,k,e\r\n"
      + (0..<rows).map { row in
        let number = row % 9 == 0 ? "" : "\(row % 50).\(row % 10)5"
        let colour = ["\"red, dark\"", "green", "", "blue"][row % 4]
        return
          "\(number),\(row % 30 + 10),\(colour),\(row % 3 == 0 ? "yes" : "no"),2024-03-\(row % 20 + 10),7,\r\n"
      }.joined()
    try atomicWrite(path, text: text)
    return try Dataset.open(path)
  }

  private func rows(_ model: Model, _ options: SampleOptions) throws -> [[String]] {
    let text = try model.sampleRows(options).withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(text.hasPrefix("n,i,c,b,d,k,e\r\n") && text.hasSuffix("\r\n"))
    return text.split(separator: "\r\n").dropFirst().map { line in
      line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { place, part in
        place % 2 == 1
          ? [String(part)] : part.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }
  }

  @Test func trainsAndWritesRows() throws {
    let data = try table()
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    var last = StepStatistics()
    try model.train(on: data, TrainOptions(steps: 20)) {
      last = $0; return true
    }
    #expect(
      last.step == 20 && last.discriminatorLoss.isFinite && last.generatorLoss.isFinite
        && last.generatorUpdated)
    #expect(model.info.data == "tables" && model.info.family == "ctgan")
    let text = try model.sampleRows(SampleOptions(seed: 1, count: 200)).withBytes {
      String(decoding: $0, as: UTF8.self)
    }
    let path = temporaryPath("rows.csv")
    defer { unlink(path) }
    try atomicWrite(path, text: text)
    // What it writes reads as a table of the same columns.
    let again = try Dataset.open(path)
    #expect(again.count == 200)
    let (was, now) = (try #require(data.info.columns), try #require(again.info.columns))
    #expect(was.map(\.name) == now.map(\.name))
    #expect(
      was[1].type == .integer && now[1].type == .integer && now[4].type == .date && now[5].type == .integer)
    #expect(now[6].nulls == 200 && now[1].nulls == 0 && now[3].type == .boolean)
    for column in [0, 1] {
      let low = try #require(Double(now[column].least ?? "")),
        high = try #require(Double(now[column].greatest ?? ""))
      #expect(
        low >= Double(was[column].least ?? "") ?? .nan && high <= Double(was[column].greatest ?? "") ?? .nan)
    }
    for line in text.split(separator: "\r\n").dropFirst() {
      let number = line.split(separator: ",", omittingEmptySubsequences: false)[0]
      #expect(number.isEmpty || number.split(separator: ".").last?.utf8.count == 2)
    }
  }

  @Test func resumesBitForBit() throws {
    let data = try table()
    let whole = try Model(recipe: Recipe(json: Self.changes), data: data)
    try whole.train(on: data, TrainOptions(steps: 12))
    let begun = try Model(recipe: Recipe(json: Self.changes), data: data)
    try begun.train(on: data, TrainOptions(steps: 5))
    let path = temporaryPath("table.safetensors")
    defer { unlink(path) }
    try begun.save(to: path)
    let resumed = try Model(path: path)
    try resumed.train(on: data, TrainOptions(steps: 12))
    #expect(try saved(resumed) == saved(whole))
    // Without the data, the file has all that it takes.
    let loaded = try Model(path: path)
    let options = SampleOptions(seed: 3, count: 10)
    #expect(try rows(loaded, options) == rows(begun, options))
  }

  @Test func aRowDependsOnItsIndexAlone() throws {
    let data = try table()
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    let all = try rows(model, SampleOptions(seed: 5, count: 150))
    for first in [0, 1, 63, 64, 100, 149] {
      #expect(try rows(model, SampleOptions(seed: 5, first: Int64(first), count: 1)) == [all[first]])
    }
    model.threads = 1
    #expect(try rows(model, SampleOptions(seed: 5, count: 150)) == all)
    #expect(Set(all).count > 100)
    // Nor do those that are made several times.
    var asked = SampleOptions(seed: 5, count: 80)
    asked.conditions = [ColumnValue(column: "c", value: "blue"), ColumnValue(column: "b", value: "yes")]
    let blue = try rows(model, asked)
    #expect(blue.allSatisfy { $0[2] == "blue" && $0[3] == "yes" })
    (asked.first, asked.count) = (70, 3)
    #expect(try rows(model, asked) == Array(blue[70..<73]))
  }

  @Test func whatIsAskedHoldsOrFails() throws {
    let data = try table()
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    func asked(_ column: String, _ value: String?) throws -> [[String]] {
      var options = SampleOptions(seed: 2, count: 20)
      options.conditions = [ColumnValue(column: column, value: value)]
      return try rows(model, options)
    }
    #expect(try asked("c", "red, dark").allSatisfy { $0.contains("red, dark") })
    #expect(try asked("c", nil).allSatisfy { $0[2].isEmpty })
    #expect(try asked("i", "20").allSatisfy { $0[1] == "20" })
    #expect(try asked("k", "7").count == 20)
    for (column, value, expected) in [
      ("x", "1", "where: expected one of the columns"), ("c", "pink", "where.c: expected one of 'red, dark'"),
      ("i", "99", "where.i: expected integer in 10…39, got '99'"), ("i", "", "where.i: expected a value"),
    ] {
      #expect(failure { _ = try asked(column, value) }?.description.hasPrefix(expected) == true)
    }
    var options = SampleOptions(seed: 2, count: 1)
    options.conditions = ["n", "i", "c", "b", "d"].map { column in
      ColumnValue(
        column: column, value: ["n": "0.05", "i": "10", "c": "blue", "b": "yes", "d": "2024-03-10"][column])
    }
    let error = failure { _ = try rows(model, options) }
    #expect(
      error?.description.contains(
        "expected rows that the model makes within 1000 tries, got none for sample 0") == true)
    let points = try Model(recipe: tinyRecipe())
    #expect(failure { _ = try points.sampleCount(options) }?.kind == .unsupported)
  }

  /// Green is one row in fifty of the data. By log 9 and log 393 it is one condition in four.
  @Test func balancedRowsHaveRareValuesMoreOften() throws {
    let path = temporaryPath("rare.csv")
    defer { unlink(path) }
    let lines = (0..<400).map { "\($0 % 50 == 0 ? "green" : "grey"),\($0)\n" }
    try atomicWrite(path, text: "c,x\n" + lines.joined())
    let data = try Dataset.open(path)
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    try model.train(on: data, TrainOptions(steps: 300))
    func green(balanced: Bool) throws -> Int {
      var options = SampleOptions(seed: 5, count: 400)
      options.balanced = balanced
      let text = try model.sampleRows(options).withBytes { String(decoding: $0, as: UTF8.self) }
      return text.split(separator: "\n").count { $0.hasPrefix("green") }
    }
    let (usual, balanced) = try (green(balanced: false), green(balanced: true))
    #expect(usual < 40 && balanced > 60 && balanced < 200, "\(usual), \(balanced)")
    var options = SampleOptions()
    options.balanced = true
    let points = try Model(recipe: tinyRecipe())
    #expect(failure { _ = try points.sampleCount(options) }?.description.hasPrefix("balanced: ") == true)
  }

  @Test func dataAndPresetBelongTogether() throws {
    let data = try table()
    #expect(
      failure { _ = try Recipe(json: #"{"preset": "wgan-gp"}"#).resolved(for: data) }?.field == "data.kind")
    #expect(
      failure { _ = try Recipe(json: #"{"preset": "ctgan", "data": {"shape": [2]}}"#).resolved() }?.field
        == "data.kind")
    #expect(failure { _ = try Recipe(json: #"{"preset": "ctgan"}"#).resolved() } != nil)
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    let shape = Shape([40] + model.info.sampleShape)
    let values = Array(repeating: Float(0), count: shape.count)
    #expect(failure { _ = try model.trainStep(values, shape: shape) }?.kind == .unsupported)
    // A resolved recipe says it all.
    let again = try Recipe(json: JSON(encoding: model.recipe).compact)
    #expect(again == model.recipe)
    #expect(try saved(Model(recipe: again)) == saved(model))
  }

  @Test func tablesWithoutCategoriesOrWithNothing() throws {
    let path = temporaryPath("plain.csv")
    defer { unlink(path) }
    try atomicWrite(path, text: "x,y\n" + (0..<100).map { "\($0),\(sin(Double($0)))\n" }.joined())
    let data = try Dataset.open(path)
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    try model.train(on: data, TrainOptions(steps: 3))
    #expect(try model.sampleRows(SampleOptions(count: 5)).withBytes { $0.count } > 20)
    try atomicWrite(path, text: "x,y\n1,a\n1,a\n")
    let error = failure { _ = try Model(recipe: Recipe(json: Self.changes), data: Dataset.open(path)) }
    #expect(error?.description == "data.shape: expected a column that varies, got [0]")
  }

  /// A model's rows have the figures of those that it writes.
  @Test func rowsAreMeasuredAsTheyWouldBeWritten() throws {
    let (data, path) = (try table(), temporaryPath("measured.csv"))
    defer { unlink(path) }
    let model = try Model(recipe: Recipe(json: Self.changes), data: data)
    try model.train(on: data, TrainOptions(steps: 10))
    var options = EvaluationOptions()
    options.count = 300
    let evaluation = try Evaluation(against: data, options, training: data)
    let report = try evaluation.measure(model)
    for name in ["column-shapes[columns]", "pair-trends[columns]", "closest-record[columns]", "kid[columns]"]
    {
      #expect(report.figures.contains { $0.title == name }, "\(name)")
    }
    #expect(report["column-shapes"]?.parts.count == 7 && report["closest-record-real"]?.value == 0)
    #expect(try evaluation.measure(model).json == report.json)
    let text = try model.sampleRows(SampleOptions(count: 300)).withBytes {
      String(decoding: $0, as: UTF8.self)
    }
    try atomicWrite(path, text: text)
    let written = try evaluation.measure(Dataset.open(path))
    for name in ["column-shapes", "pair-trends-all", "closest-record"] {
      let (one, other) = (try #require(report[name]), try #require(written[name]))
      #expect(abs(one.value - other.value) < 1e-12, "\(name)")
    }
    // Without the rows that were trained on, there is nothing to be close to.
    let alone = try Evaluation(against: data, options).measure(model)
    #expect(alone.leftOut.contains { $0.metric == "closest-record" && $0.reason.contains("training") })
    try atomicWrite(path, text: "a,b\n1,2\n3,4\n")
    let other = try Dataset.open(path)
    #expect(
      failure { _ = try evaluation.measure(other) }?.description.hasPrefix("data: expected columns") == true)
    #expect(failure { _ = try Evaluation(against: other, options).measure(model) }?.field == "data")
    options.features = "raw"
    #expect(failure { _ = try Evaluation(against: data, options) }?.field == "features")
  }

  @Test func aTrainingIsMeasuredAgainstRowsThatItDoesNotSee() throws {
    let data = try table()
    let recipe = try Recipe(
      json: Self.changes,
      settings: [
        "evaluation.every=5", "evaluation.held-out=60",
        #"evaluation.metrics=["closest-record", "column-shapes"]"#,
      ])
    var reports: [EvaluationReport] = []
    try Model(recipe: recipe, data: data).train(on: data, TrainOptions(steps: 10)) {
      if let report = $0.evaluation { reports.append(report) }
      return true
    }
    #expect(reports.count == 2 && reports[0].realCount == 60)
    #expect(reports.allSatisfy { $0["closest-record-real"] != nil && ($0["column-shapes"]?.value ?? 0) > 0 })
    let parts = try Partition(data, holdingOut: 60, seed: 1)
    let (all, held) = (try #require(data.table), try #require(parts.heldOut.table))
    #expect(held.rows == 60 && parts.training.count == 340)
    let schema = try TableSchema(fitting: all)
    let (whole, some) = (try EncodedTable(all, schema), try EncodedTable(all, schema, among: parts.training))
    let width = whole.layout.width
    var (one, other) = (Array(repeating: Float(0), count: width), Array(repeating: Float(0), count: width))
    for row in [0, 100, 339] {
      some.copy(row, into: &one)
      whole.copy(Int(parts.training.pointer[row]), into: &other)
      #expect(one == other)
    }
  }

  @Test func aFileThatSaysSomethingElse() throws {
    let recipe = try Model(recipe: Recipe(json: Self.changes), data: table()).recipe
    func changed(_ change: (inout TableSchema) -> Void) throws -> GANError? {
      var recipe = recipe
      guard var schema = recipe.data?.table else { return nil }
      change(&schema)
      recipe.data?.table = schema
      let text = try JSON(encoding: recipe).compact
      return failure { _ = try Recipe(json: text).resolved() }
    }
    #expect(try changed { $0.columns[2].own = Int.max } != nil)
    #expect(try changed { $0.columns[2].counts = [1] } != nil)
    #expect(try changed { $0.columns[2].nulls = -1 } != nil)
    #expect(try changed { $0.columns[0].format.decimals = -1 } != nil)
    #expect(try changed { $0.columns[0].modes = [] } != nil)
    #expect(try changed { $0.columns[0].greatest = $0.columns[0].least } != nil)
    #expect(try changed { $0.columns[4].pattern = "%q" } != nil)
    #expect(try changed { $0.columns[1].name = "n" } != nil)
    #expect(try changed { $0.columns = [] } != nil)
    #expect(try changed { $0.columns.removeLast() } == nil)
  }
}

private func failure(_ body: () throws -> Void) -> GANError? {
  do {
    try body()
    return nil
  } catch { return error as? GANError }
}
