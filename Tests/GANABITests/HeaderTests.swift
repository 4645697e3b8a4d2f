import CABIChecks
import GAN
import GANABI
import Glibc
import Testing

/// The C programs of Tests/ABI, which see the library through include/gan.h alone.
@Suite(.serialized) struct HeaderTests {
  @Test(arguments: 0..<Int(abi_check_count)) func theContractHolds(index: Int) {
    guard let check = abi_check_at(Int32(index))?.pointee else { return }
    // Other suites run beside this one; scripts/test-contract runs all of them.
    guard check.is_alone == 0 else { return }
    let path = temporaryPath("contract")
    defer { remove(path) }
    if check.is_folder != 0 { mkdir(path, 0o700) }
    let found = check.run?() ?? check.run_with_path?(path)
    #expect(found.map { String(cString: $0) } == nil, "\(String(cString: check.name))")
  }

  @Test func everyFailingAllocationIsAnswered() {
    let folder = temporaryPath("failing")
    mkdir(folder, 0o700)
    let found = abi_check_failing_memory(folder)
    #expect(found.map { String(cString: $0) } == nil, "\(lastError())")
  }
}
