#ifndef ABI_SUPPORT_H
#define ABI_SUPPORT_H

#include <string.h>

#include "../../include/gan.h"

/// Leaves the checking function with the expression that did not hold.
#define WANT(expression) \
  if (!(expression)) return __FILE__ ": " #expression

/// The same, for a call that must answer a status and say why, in one line.
#define WANT_STATUS(status, call) \
  WANT((call) == (status) && *gan_last_error() != 0 && strchr(gan_last_error(), '\n') == NULL)

/// The same, for a call whose error must name something.
#define WANT_NAMED(status, name, call) \
  WANT_STATUS(status, call); \
  WANT(strstr(gan_last_error(), name) != NULL)

#define SMALL "{\"preset\": \"mlp\", \"seed\": 3, \"batch\": 16, \"data\": {\"kind\": \"vectors\", \"shape\": [2]}}"

/// A GAN of eight units a layer, made and trained at once even under valgrind; `changes` are further keys.
#define TINY(changes) \
  "{\"generator\": {\"architecture\": \"mlp\", \"width\": 8, \"depth\": 1}," \
  " \"discriminator\": {\"architecture\": \"mlp\", \"width\": 8, \"depth\": 1}," \
  " \"latent\": {\"size\": 3}, \"batch\": 16, \"seed\": 3, \"steps\": 6" changes "}"

#define POINTS ", \"data\": {\"kind\": \"vectors\", \"shape\": [2]}"

/// A batch of the first `count` (at most 64) of a few points in the plane, borrowed from static memory.
gan_batch abi_points(int64_t count);

/// Samples 0..<count (at most 32) of seed 1 of a model of points.
gan_status abi_sample(gan_model model, int64_t count, float out[64]);

/// A text of the library's; freed by the caller. NULL when the two calls do not agree.
char *abi_info(gan_model model);

#endif
