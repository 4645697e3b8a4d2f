import Datasets
import Graphs

extension Metric {
  /// The mean over generated texts of each one's BLEU with all real ones as references, for runs of up to 2, 3
  /// and 4 tokens: Papineni et al., ACL 2002; 0.1 stands for no run in common (Chen & Cherry, WMT 2014, method 1),
  /// as in NLTK's `sentence_bleu` with `SmoothingFunction().method1`.
  public static let bleu = Metric(
    name: "bleu", summary: "runs of tokens that real texts have too (quality)",
    paper: "aclanthology P02-1040",
    needs: [.texts]
  ) { comparison throws(GANError) in
    guard let real = try comparison.texts(of: comparison.real),
      let fake = try comparison.texts(of: comparison.fake)
    else { return [] }
    return zip(2...4, try fake.bleu(against: real)).map {
      MetricValue("bleu-\($0)", in: "tokens", $1, better: .real)
    }
  }

  /// The same of each generated text with all other generated ones: Zhu et al., Texygen, arXiv 1802.01886, section
  /// 2.3.
  public static let selfBLEU = Metric(
    name: "self-bleu", summary: "runs of tokens that other generated texts have too (sameness)",
    paper: "arXiv 1802.01886", needs: [.texts]
  ) { comparison throws(GANError) in
    guard let fake = try comparison.texts(of: comparison.fake) else { return [] }
    return zip(2...4, try fake.bleu(against: fake, isSelf: true)).map {
      MetricValue("self-bleu-\($0)", in: "tokens", $1, better: .real)
    }
  }

  /// The share of generated texts that are different ones.
  public static let unique = Metric(
    name: "unique", summary: "share of different texts", paper: "", needs: [.texts]
  ) { comparison throws(GANError) in
    guard let fake = try comparison.texts(of: comparison.fake) else { return [] }
    return [MetricValue("unique", in: "tokens", try fake.unique, better: .real)]
  }
}

extension Need {
  static let texts = Need(name: "texts", samples: .max) {
    $0.kind == .text && $0.real.samples != nil && ($0.fake.samples?.count ?? 0) >= 2
  }
}

extension Comparison {
  fileprivate func texts(of side: Side) throws(GANError) -> TokenTexts? {
    guard let samples = side.samples else { return nil }
    return try TokenTexts(samples, end: endToken)
  }
}
