import Datasets
import Glibc
import Graphs
import Testing

@testable import Training

@Suite struct ReportTests {
  private func report(_ step: Int, _ more: String = "") throws -> JSON {
    try JSON(
      parsing: #"{"step":\#(step),"discriminator_loss":\#(step % 7),"accuracy":0.5,"verdict":0\#(more)}"#)
  }

  @Test func curvesStayBoundedAndKeepTheirMeans() throws {
    var curves = Curves()
    for step in 1...50_000 { curves.note(try report(step)) }
    let json = curves.json
    let steps = try #require(json["step"]?.elements?.compactMap { $0.integer(Int.self) })
    #expect((400...1000).contains(steps.count) && steps == steps.sorted() && steps.last == 50_000)
    let losses = try #require(json["discriminator_loss"]?.elements?.compactMap { $0.real })
    #expect(losses.count == steps.count && abs(losses.reduce(0, +) / Double(losses.count) - 3) < 0.05)
    #expect(json["generator_loss"]?.elements?.allSatisfy { $0 == .null } == true)
  }

  @Test func thinnedSequencesKeepTheLatest() {
    var kept = Thinned<Int>(most: 16)
    for value in 1...1000 {
      kept.append(value)
      #expect(kept.elements.last == value && kept.elements.count <= 17)
    }
    #expect(kept.elements == kept.elements.sorted() && kept.elements.count >= 8)
  }

  @Test func digitsAreRounded() {
    #expect(Curves.rounded(0.123456) == .real(0.1235) && Curves.rounded(-3e-7) == .real(-3e-7))
    #expect(Curves.rounded(.infinity) == .null && Curves.rounded(12345.678) == .real(12346))
  }

  /// RFC 4648, section 10.
  @Test func base64IsTheStandards() {
    for (text, wanted) in [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ] {
      #expect(Array(text.utf8).withUnsafeBufferPointer { base64($0) } == wanted)
    }
  }

  @Test func whatHappenedIsThere() throws {
    var shown = Report()
    shown.note(try report(10))
    shown.note(try report(20, #","signals":{"step":20,"coverage":0.25},"metrics":{"frechet[raw]":2.5}"#))
    shown.note(try JSON(parsing: #"{"step":30,"verdict":1}"#))
    shown.note(try JSON(parsing: #"{"step":40,"verdict":4}"#))
    #expect(shown.verdicts.map(\.verdict) == [0, 4] && shown.verdicts.map(\.step) == [0, 40])
    #expect(shown.leftOut == [30] && shown.leftOutCount == 1)
    #expect(shown.looks.elements.first?.coverage == 0.25)
    #expect(shown.metrics.first?.name == "frechet[raw]")
    #expect(shown.metrics.first?.points.elements.first?.value == 2.5)
  }

  /// Nothing in a run's names or texts can end the script that holds them, and nothing is fetched.
  @Test func thePageIsOneFile() throws {
    let data = try Dataset.open("builtin:ring")
    let folder = temporaryPath("page")
    defer { removeFolder(folder) }
    let run = try RunDirectory(folder)
    let model = try Model(recipe: tinyRecipe(#"{"health":{"every":10}}"#), data: data)
    try run.begin(model)
    try model.train(on: data, TrainOptions(steps: 30)) { statistics in
      (try? run.report(statistics)) != nil
    }
    try run.note("</script><script>alert(1)</script>", at: 30)
    try run.picture(model)
    try run.writeReport(model, ended: true)
    let page = String(decoding: try contents(folder + "/report.html"), as: UTF8.self)
    #expect(!page.contains("<script>alert") && page.contains(#"\u003c/script>\u003cscript>alert(1)"#))
    #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
    let links = page.components(of: "http").filter { !$0.hasPrefix("://www.w3.org/2000/svg") }
    #expect(links.count == 1 && !page.contains("src=\""))
    for part in [
      #"on vectors of [2]""#, #""coverage":"#, #""verdicts":[{"code":0,"step":0"#, #""png":"iVBORw0KGgo"#,
      #""processor","#, #""state":"ended""#, "prefers-color-scheme:dark", "width=device-width",
    ] { #expect(page.contains(part), "\(part)") }
    let escaped = Report.page(.object([:]), title: "a<b>&")
    #expect(escaped.contains("<title>a&lt;b&gt;&amp;</title>"))
  }
}

extension String {
  fileprivate func components(of separator: String) -> [String] {
    var parts = [""]
    var rest = Substring(self)
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        parts.append("")
        rest = rest.dropFirst(separator.count)
      } else if let next = rest.first {
        parts[parts.count - 1].append(next)
        rest = rest.dropFirst()
      }
    }
    return parts
  }
}
