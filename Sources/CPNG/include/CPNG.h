#ifndef LIBGAN_CPNG_H
#define LIBGAN_CPNG_H

// PNG through libpng's simplified API (png_image_*): it reports errors by return value, while the
// full API leaves by longjmp, which must never cross Swift frames. All functions may be called
// from any thread.

#include <stddef.h>
#include <stdint.h>

enum { GAN_PNG_MESSAGE = 64 };

/// Decodes a whole PNG of `width` x `height` pixels into 8-bit RGBA, alpha not premultiplied,
/// rows without gaps; `pixels` has room for width * height * 4 bytes. Grey, RGB, RGBA, palette,
/// 1 to 16 bits, interlaced or not.
/// Returns 1, or 0 with libpng's reason in `message`.
int gan_png_decode(const void *bytes, size_t size, uint32_t width, uint32_t height,
                   uint8_t *pixels, char message[GAN_PNG_MESSAGE]);

/// The most bytes that encoding may give; 0 when `channels` is not 1, 3 or 4 or it is too large.
size_t gan_png_bound(uint32_t width, uint32_t height, int32_t channels);

/// Encodes 8-bit grey, RGB or RGBA rows without gaps. `*size` is the room in `bytes` and becomes
/// the length. Returns 1, or 0 with the reason in `message`.
int gan_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels,
                   void *bytes, size_t *size, char message[GAN_PNG_MESSAGE]);

#endif
