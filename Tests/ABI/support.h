#ifndef ABI_SUPPORT_H
#define ABI_SUPPORT_H

#include "../../include/gan.h"

/// Leaves the checking function with the expression that did not hold.
#define WANT(expression) \
  if (!(expression)) return __FILE__ ": " #expression

/// The same, for a call that must answer a status and say why.
#define WANT_STATUS(status, call) WANT((call) == (status) && *gan_last_error() != 0)

#define SMALL "{\"preset\": \"mlp\", \"seed\": 3, \"batch\": 16, \"data\": {\"kind\": \"vectors\", \"shape\": [2]}}"

/// A batch of the first `count` (at most 64) of a few points in the plane, borrowed from static memory.
gan_batch abi_points(int64_t count);

#endif
