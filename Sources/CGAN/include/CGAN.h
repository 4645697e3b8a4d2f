#ifndef LIBGAN_CGAN_H
#define LIBGAN_CGAN_H

// What GANABI imports: the ABI's types, and the one thread-local of the library. The generated
// gan.h stays outside: its prototypes are compared with the ones the Swift compiler writes.

#include "gan_types.h"

/// Keeps a copy of the first `length` bytes of `text` for the calling thread, cut at a character's
/// boundary when it is too long.
void gan_error_text_set(const char *text, int64_t length);

/// The calling thread's text; empty at first. Stays valid until the thread's next failure.
const char *gan_error_text(void);

/// GAN_VERSION, as text that is never freed.
const char *gan_version_text(void);

#endif
