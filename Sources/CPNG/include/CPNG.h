#ifndef LIBGAN_CPNG_H
#define LIBGAN_CPNG_H

// PNG through libpng's simplified API (png_image_*): it reports errors by return value, while the
// full API leaves by longjmp, which must never cross Swift frames. All functions may be called
// from any thread.

#include <stddef.h>
#include <stdint.h>

enum { GAN_PNG_MESSAGE = 64 };

/// Decodes a whole PNG of `width` x `height` pixels into 8-bit RGBA, alpha not premultiplied,
/// rows without gaps. Grey, RGB, RGBA, palette, 1 to 16 bits, interlaced or not.
/// `pixels` has room for width * height * 4 bytes, or twice that when `by_linear`: through linear
/// light, which interlaced files of 16 bits need. libpng's direct way to 8 bits gives them wrong
/// pixels from 1.6.51 on (pnggroup/libpng #853) and overflows its buffer before (CVE-2025-65018).
/// The detour is off by at most 1, in the darkest shades.
/// Returns 1, or 0 with libpng's reason in `message`.
int gan_png_decode(const void *bytes, size_t size, uint32_t width, uint32_t height, int by_linear,
                   void *pixels, char message[GAN_PNG_MESSAGE]);

/// The most bytes that encoding may give; 0 when `channels` is not 1, 3 or 4 or it is too large.
size_t gan_png_bound(uint32_t width, uint32_t height, int32_t channels);

/// Encodes 8-bit grey, RGB or RGBA rows without gaps. `*size` is the room in `bytes` and becomes
/// the length. Returns 1, or 0 with the reason in `message`.
int gan_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels,
                   void *bytes, size_t *size, char message[GAN_PNG_MESSAGE]);

#endif
