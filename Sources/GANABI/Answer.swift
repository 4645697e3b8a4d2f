import CGAN
import GAN

/// The body of every exported function: its error becomes a status and the thread's text.
func answer(_ body: () throws(GANError) -> Void) -> gan_status {
  do {
    try body()
    return gan_status(GAN_OK)
  } catch {
    return failure(error)
  }
}

/// Remembers the error for `gan_last_error` and gives its status.
func failure(_ error: GANError) -> gan_status {
  var text = error.description
  text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) { gan_error_text_set($0.baseAddress, Int64($0.count)) }
  }
  return error.kind.rawValue
}

/// The pointer a caller must not leave out.
func required<Pointer>(_ pointer: Pointer?, _ field: String) throws(GANError) -> Pointer {
  guard let pointer else { throw GANError(field: field, expected: "a pointer", got: "NULL") }
  return pointer
}
