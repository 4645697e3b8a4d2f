// Rows picked by index, and their gradient.

#include <string.h>

#include "CKernels.h"
#include "Clones.h"

/// The row an index names, or -1. Comparing before converting keeps NaN and huge values out.
static inline int64_t row_of(float index, int64_t begin, int64_t end) {
  if (!(index >= 0.0f && index < 9.0e18f)) return -1;
  const int64_t row = (int64_t)index;
  return row >= begin && row < end ? row : -1;
}

GAN_CLONES
void gan_gather(
  const float *table, int64_t rows, int64_t width, const float *indices, int64_t begin, int64_t end,
  float *out) {
  for (int64_t i = begin; i < end; i++) {
    const int64_t row = row_of(indices[i], 0, rows);
    float *to = out + i * width;
    if (row < 0) {
      memset(to, 0, (size_t)width * sizeof(float));
    } else if (width == 1) {
      *to = table[row];
    } else {
      memcpy(to, table + row * width, (size_t)width * sizeof(float));
    }
  }
}

GAN_CLONES
void gan_scatter_add(
  const float *updates, const float *indices, int64_t count, int64_t width, int64_t row_begin,
  int64_t row_end, float *out) {
  if (row_begin >= row_end) return;
  memset(out + row_begin * width, 0, (size_t)((row_end - row_begin) * width) * sizeof(float));
  for (int64_t i = 0; i < count; i++) {
    const int64_t row = row_of(indices[i], row_begin, row_end);
    if (row < 0) continue;
    const float *from = updates + i * width;
    float *to = out + row * width;
    GAN_VECTOR for (int64_t k = 0; k < width; k++) to[k] += from[k];
  }
}
