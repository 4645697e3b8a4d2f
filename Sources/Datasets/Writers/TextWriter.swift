import Graphs

/// Writes rows of text as a file, atomically.
///
/// - Throws: `.io`.
public func writeText(_ text: UnsafeRawBufferPointer, to path: String) throws(GANError) {
  try atomicWrite(path, text)
}
