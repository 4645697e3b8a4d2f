import CABIChecks
import GAN
import GANABI
import Testing

/// The C programs of Tests/ABI, which see the library through include/gan.h alone.
@Suite(.serialized) struct HeaderTests {
  @Test func trainsSamplesSavesAndLoadsFromC() {
    let path = temporaryPath("life.safetensors")
    defer { remove(path) }
    #expect(text(abi_check_life(path)) == nil)
  }

  @Test func refusesNullArguments() { #expect(text(abi_check_null_arguments()) == nil) }
  @Test func refusesHandlesThatAreNotLive() { #expect(text(abi_check_handles()) == nil) }
  @Test func givesTextsInTwoCalls() { #expect(text(abi_check_texts()) == nil) }
  @Test func answersBusyToASecondThread() { #expect(text(abi_check_busy()) == nil) }

  private func text(_ found: UnsafePointer<CChar>?) -> String? { found.map { String(cString: $0) } }
}
