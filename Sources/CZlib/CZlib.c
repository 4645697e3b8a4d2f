#include "CZlib.h"

#include <stdlib.h>
#include <zlib.h>

struct gan_inflate {
  z_stream stream;
};

enum { gzip_window = 15 + 16 };

gan_inflate *gan_inflate_create(void) {
  gan_inflate *inflater = calloc(1, sizeof *inflater);
  if (!inflater) return NULL;
  if (inflateInit2(&inflater->stream, gzip_window) != Z_OK) {
    free(inflater);
    return NULL;
  }
  return inflater;
}

void gan_inflate_free(gan_inflate *inflater) {
  if (!inflater) return;
  inflateEnd(&inflater->stream);
  free(inflater);
}

/// zlib counts in unsigned int: larger pieces are handed over in several calls.
static uInt clamp(size_t size) { return size > 1u << 30 ? 1u << 30 : (uInt)size; }

int gan_inflate_step(gan_inflate *inflater, const uint8_t *input, size_t *input_size,
                     uint8_t *output, size_t *output_size) {
  z_stream *stream = &inflater->stream;
  const uInt given = clamp(*input_size), room = clamp(*output_size);
  stream->next_in = (Bytef *)input;
  stream->avail_in = given;
  stream->next_out = output;
  stream->avail_out = room;
  const int status = inflate(stream, Z_NO_FLUSH);
  *input_size -= given - stream->avail_in;
  *output_size -= room - stream->avail_out;
  switch (status) {
    case Z_STREAM_END: inflateReset(stream); return GAN_INFLATE_END;
    case Z_OK:
    case Z_BUF_ERROR: return GAN_INFLATE_MORE;
    case Z_MEM_ERROR: return GAN_INFLATE_MEMORY;
    default: return GAN_INFLATE_BAD;
  }
}
