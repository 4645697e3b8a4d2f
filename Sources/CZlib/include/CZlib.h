#ifndef LIBGAN_CZLIB_H
#define LIBGAN_CZLIB_H

// Inflating gzip piece by piece. One stream is for one thread at a time.

#include <stddef.h>
#include <stdint.h>

typedef struct gan_inflate gan_inflate;

enum { GAN_INFLATE_MORE = 0, GAN_INFLATE_END = 1, GAN_INFLATE_BAD = 2, GAN_INFLATE_MEMORY = 3 };

/// NULL when there is no memory.
gan_inflate *gan_inflate_create(void);
void gan_inflate_free(gan_inflate *stream);

/// Inflates from `input` (`*input_size` becomes what was not used) to `output` (`*output_size`
/// becomes the room that is left). END: a gzip member is complete and its checksum right; the
/// next call begins another member.
int gan_inflate_step(gan_inflate *stream, const uint8_t *input, size_t *input_size,
                     uint8_t *output, size_t *output_size);

#endif
