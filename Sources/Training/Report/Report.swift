import Graphs

/// A run as one HTML file that needs nothing else: curves, verdicts on a time line, samples to scrub through,
/// metrics, recipe and machine. It is kept up to date while the run goes on, in bounded memory.
struct Report {
  private(set) var curves = Curves()
  private(set) var looks = Thinned<Signals>(most: 400)
  private(set) var metrics: [(name: String, points: Thinned<Point>)] = []
  private(set) var verdicts: [Change] = []
  private(set) var events: [Event] = []
  /// Steps that were left out: the latest, and how many in all.
  private(set) var leftOut: [Int64] = []
  private(set) var leftOutCount = 0
  private static let mostChanges = 300
  private static let mostMetrics = 32

  /// A verdict, from a step on.
  struct Change {
    var step: Int64
    var verdict: Int32
  }

  struct Event {
    var step: Int64
    var line: String
  }

  struct Point {
    var step: Int64
    var value: Double
  }

  /// Enters a report of `stats.jsonl`.
  mutating func note(_ report: JSON) {
    guard let step = report["step"]?.integer(Int64.self) else { return }
    curves.note(report)
    if let seen = report["signals"], let signals: Signals = try? seen.decode(Signals.self) {
      looks.append(signals)
    }
    for (name, value) in Self.members(report["metrics"]) {
      if let real = value.real { note(metric: name, Point(step: step, value: real)) }
    }
    guard let verdict = report["verdict"]?.integer(Int32.self) else { return }
    if verdict == Verdict.nonFinite.rawValue {
      leftOutCount += 1
      leftOut = Array((leftOut + [step]).suffix(Self.mostChanges))
    } else if verdicts.last?.verdict != verdict {
      verdicts = Array(
        (verdicts + [Change(step: verdicts.isEmpty ? 0 : step, verdict: verdict)]).suffix(Self.mostChanges))
    }
  }

  private static func members(_ json: JSON?) -> [(String, JSON)] {
    guard case .object(let members)? = json else { return [] }
    return Array(zip(members.keys, members.values))
  }

  private mutating func note(metric name: String, _ point: Point) {
    if let place = metrics.firstIndex(where: { $0.name == name }) {
      metrics[place].points.append(point)
    } else if metrics.count < Self.mostMetrics {
      var points = Thinned<Point>(most: 400)
      points.append(point)
      metrics.append((name, points))
    }
  }

  /// Enters a line of what happened.
  mutating func note(event line: String, at step: Int64) {
    events = Array((events + [Event(step: step, line: line)]).suffix(Self.mostChanges))
  }

  /// The whole page.
  ///
  /// - Parameter data: what the script draws.
  static func page(_ data: JSON, title: String) -> String {
    // Inside a script element nothing but "<" could end it.
    let text = replaced(data.compact, ["<": "\\u003c"])
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <title>\(escaped(title))</title><link rel="icon" href="data:,"><style>
      \(style)
      </style></head><body><main>
      <header><h1 id="title">\(escaped(title))</h1><span class="soft small" id="when"></span></header>
      <div class="grid" id="page"></div>
      <noscript>This report draws its curves with a script.</noscript>
      </main><script type="application/json" id="run">\(text)</script><script>
      \(script)
      </script></body></html>

      """
  }

  private static func escaped(_ text: String) -> String {
    replaced(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;"])
  }

  private static func replaced(_ text: String, _ spelt: [Unicode.Scalar: String]) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if let other = spelt[scalar] { out += other } else { out.unicodeScalars.append(scalar) }
    }
    return out
  }
}

/// A sequence of which at most so many are kept, evenly: when it is full every second one goes.
struct Thinned<Element> {
  private let most: Int
  private var stride = 1
  private var skipped = 0
  /// The latest is always there.
  private var kept: [Element] = []
  private var latest: Element?

  init(most: Int) { self.most = most }

  var elements: [Element] { kept + (latest.map { [$0] } ?? []) }

  mutating func append(_ element: Element) {
    latest = nil
    skipped += 1
    guard skipped >= stride else {
      latest = element
      return
    }
    skipped = 0
    kept.append(element)
    guard kept.count >= most else { return }
    kept = kept.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    stride *= 2
  }
}
