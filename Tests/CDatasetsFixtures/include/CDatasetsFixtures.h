#ifndef LIBGAN_CDATASETSFIXTURES_H
#define LIBGAN_CDATASETSFIXTURES_H

// Compressed bytes for tests to make files of.

#include <stddef.h>
#include <stdint.h>

/// One gzip member (gzip != 0) or a zlib stream. Returns the length, 0 when `room` is too small.
size_t fixture_deflate(const uint8_t *input, size_t size, int gzip, uint8_t *output, size_t room);

uint32_t fixture_crc32(const uint8_t *bytes, size_t size);

/// Calls `body` in a forked child; returns the child's exit status, −1 when a signal ended it
/// (an alarm does after `seconds`).
int fixture_in_child(unsigned seconds, int (*body)(void *), void *context);

/// Whether ThreadSanitizer is in the process: it does not support a fork beside other threads.
int fixture_under_thread_sanitizer(void);

#endif
