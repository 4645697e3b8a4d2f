#include "CPNG.h"

#include <math.h>
#include <png.h>
#include <string.h>

static int failed(png_image *image, const char *fallback, char *message) {
  strncpy(message, image->message[0] ? image->message : fallback, GAN_PNG_MESSAGE - 1);
  message[GAN_PNG_MESSAGE - 1] = 0;
  png_image_free(image);
  return 0;
}

/// Linear 16-bit RGBA, colours multiplied by alpha, to 8-bit RGBA as the file holds it, in place.
/// libpng made it linear by the power of 2.2; this is the way back.
static void from_linear(const uint16_t *linear, uint8_t *pixels, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const double alpha = linear[4 * i + 3];
    for (int c = 0; c < 3; c++) {
      const double value = alpha > 0 ? linear[4 * i + c] / alpha : 0;
      pixels[4 * i + c] = (uint8_t)(pow(value < 1 ? value : 1, 1 / 2.2) * 255 + 0.5);
    }
    pixels[4 * i + 3] = (uint8_t)(alpha / 257 + 0.5);
  }
}

int gan_png_decode(const void *bytes, size_t size, uint32_t width, uint32_t height, int by_linear,
                   void *pixels, char message[GAN_PNG_MESSAGE]) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, bytes, size))
    return failed(&image, "not a PNG file", message);
  if (image.width != width || image.height != height)
    return failed(&image, "size differs from its header", message);
  image.format = by_linear ? PNG_FORMAT_LINEAR_RGB_ALPHA : PNG_FORMAT_RGBA;
  // Files of 16 bits that say nothing of gamma hold sRGB, as their 8-bit siblings do.
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  if (!png_image_finish_read(&image, NULL, pixels, 0, NULL))
    return failed(&image, "cannot be decoded", message);
  // Done, but with a complaint: an error that libpng was able to go on after.
  if (PNG_IMAGE_FAILED(image)) return failed(&image, "cannot be decoded", message);
  if (by_linear) from_linear(pixels, pixels, (size_t)width * height);
  return 1;
}

static int describe(png_image *image, uint32_t width, uint32_t height, int32_t channels) {
  memset(image, 0, sizeof *image);
  image->version = PNG_IMAGE_VERSION;
  image->width = width;
  image->height = height;
  image->format = channels == 1   ? PNG_FORMAT_GRAY
                  : channels == 3 ? PNG_FORMAT_RGB
                                  : PNG_FORMAT_RGBA;
  return width > 0 && height > 0 && width <= 1 << 20 && height <= 1 << 20 &&
         (channels == 1 || channels == 3 || channels == 4) &&
         (uint64_t)width * height * (uint32_t)channels <= 1u << 30;
}

size_t gan_png_bound(uint32_t width, uint32_t height, int32_t channels) {
  png_image image;
  return describe(&image, width, height, channels) ? PNG_IMAGE_PNG_SIZE_MAX(image) : 0;
}

int gan_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels,
                   void *bytes, size_t *size, char message[GAN_PNG_MESSAGE]) {
  png_image image;
  if (!describe(&image, width, height, channels))
    return failed(&image, "no size that PNG can have", message);
  png_alloc_size_t room = *size;
  if (!png_image_write_to_memory(&image, bytes, &room, 0, pixels, 0, NULL))
    return failed(&image, "cannot be encoded", message);
  *size = room;
  return 1;
}
