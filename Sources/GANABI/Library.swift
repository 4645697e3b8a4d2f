// gan.h 1: The library

import CGAN
import GAN

/// The ABI's version: GAN_ABI_VERSION of the header the library was built with. It grows with every
/// release that adds functions or fields; a library serves every program built against an earlier
/// number. What would break programs changes the SONAME instead.
@_cdecl("gan_abi_version")
public func gan_abi_version() -> Int32 { Int32(GAN_ABI_VERSION) }

/// The library's release, for people: "0.1.0". Never NULL, never freed.
@_cdecl("gan_version_string")
public func gan_version_string() -> UnsafePointer<CChar>? { gan_version_text() }

/// What went wrong in the calling thread's latest call that failed: one line of UTF-8 that names
/// the field, what was expected and what came. Calls that succeed leave it alone. Never NULL; stays
/// valid until this thread's next failure; empty before the first.
@_cdecl("gan_last_error")
public func gan_last_error() -> UnsafePointer<CChar>? { gan_error_text() }

/// The name of a status, such as "ARGUMENT"; "UNKNOWN" for a number that is none. Never NULL, never
/// freed.
@_cdecl("gan_status_name")
public func gan_status_name(_ status: gan_status) -> UnsafePointer<CChar>? {
  switch Int(status) {
  case GAN_OK: constantText("OK")
  case GAN_ARGUMENT: constantText("ARGUMENT")
  case GAN_HANDLE: constantText("HANDLE")
  case GAN_BUSY: constantText("BUSY")
  case GAN_MEMORY: constantText("MEMORY")
  case GAN_IO: constantText("IO")
  case GAN_FORMAT: constantText("FORMAT")
  case GAN_CANCELLED: constantText("CANCELLED")
  case GAN_UNSUPPORTED: constantText("UNSUPPORTED")
  case GAN_DIVERGED: constantText("DIVERGED")
  case GAN_INTERNAL: constantText("INTERNAL")
  default: constantText("UNKNOWN")
  }
}

/// The name of a verdict, such as "discriminator wins"; "unknown" for a number that is none. Never NULL,
/// never freed.
@_cdecl("gan_verdict_name")
public func gan_verdict_name(_ verdict: Int32) -> UnsafePointer<CChar>? {
  switch Int(verdict) {
  case GAN_VERDICT_HEALTHY: constantText("healthy")
  case GAN_VERDICT_NON_FINITE: constantText("not finite")
  case GAN_VERDICT_BALANCED: constantText("balanced")
  case GAN_VERDICT_DISCRIMINATOR_WINS: constantText("discriminator wins")
  case GAN_VERDICT_GENERATOR_COLLAPSING: constantText("generator collapsing")
  case GAN_VERDICT_OSCILLATING: constantText("oscillating")
  case GAN_VERDICT_DIVERGING: constantText("diverging")
  case GAN_VERDICT_FEEDBACK_IS_NOISE: constantText("feedback is noise")
  case GAN_VERDICT_MEMORISING: constantText("memorising")
  default: constantText("unknown")
  }
}

/// A text of the program itself: lives as long as the library.
private func constantText(_ text: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}
