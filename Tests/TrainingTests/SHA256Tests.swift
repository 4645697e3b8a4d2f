import CDigest
import Testing

@testable import Training

/// The vectors of FIPS 180-4's examples and of NIST's CAVP short messages.
@Suite struct SHA256Tests {
  private func digest(_ text: String) -> String {
    var sha = SHA256()
    sha.update(Array(text.utf8))
    return sha.finish()
  }

  @Test func knownVectors() {
    #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      digest(String(repeating: "a", count: 100_000))
        == "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee")
  }

  @Test(arguments: [1, 3, 55, 56, 63, 64, 65, 127, 200])
  func piecesGiveTheSameDigest(size: Int) {
    let message = (0..<500).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var whole = SHA256()
    whole.update(message)
    var pieces = SHA256()
    for start in stride(from: 0, to: message.count, by: size) {
      pieces.update(Array(message[start..<min(start + size, message.count)]))
    }
    #expect(whole.finish() == pieces.finish())
  }

  /// On a processor without instructions for it both are the same function.
  @Test func instructionsAndPlainCodeAgree() {
    var seed: UInt32 = 1
    let bytes = (0..<64 * 67 + 1).map { _ -> UInt8 in
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: seed >> 24)
    }
    var states = Array(repeating: (1...8).map { UInt32($0) &* 0x9e37_79b9 }, count: 2)
    for (start, count) in [(0, 0), (0, 1), (1, 2), (1, 67)] {
      bytes.withUnsafeBytes {
        guard let base = $0.baseAddress else { return }
        gan_sha256_blocks(&states[0], base + start, Int64(count))
        gan_sha256_blocks_plain(&states[1], base + start, Int64(count))
      }
      #expect(states[0] == states[1])
    }
  }
}
