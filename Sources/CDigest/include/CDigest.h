#ifndef LIBGAN_CDIGEST_H
#define LIBGAN_CDIGEST_H

#include <stdint.h>

/// Takes `count` blocks of 64 bytes into a SHA-256 state (FIPS 180-4, section 6.2.2), with the
/// processor's own instructions for it where there are any.
void gan_sha256_blocks(uint32_t state[8], const void *blocks, int64_t count);

/// The same in plain C, on any processor.
void gan_sha256_blocks_plain(uint32_t state[8], const void *blocks, int64_t count);

#endif
