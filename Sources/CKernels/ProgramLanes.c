// The arithmetic of reductions.

#include "Elementary.h"
#include "Program.h"

#define WIDE 32

GAN_CLONES
void gan_lanes_clear(double *sums, float *lanes, int64_t width, int32_t kind) {
  const float empty = kind == GAN_REDUCE_SUM ? 0.0f : -__builtin_inff();
  for (int64_t i = 0; i < width; i++) lanes[i] = empty;
  for (int64_t i = 0; i < width; i++) sums[i] = (double)empty;
}

GAN_CLONES
void gan_lanes_flush(double *sums, float *lanes, int64_t width, int32_t kind) {
  if (kind == GAN_REDUCE_SUM) {
    for (int64_t i = 0; i < width; i++) sums[i] += (double)lanes[i];
    for (int64_t i = 0; i < width; i++) lanes[i] = 0.0f;
  } else {
    for (int64_t i = 0; i < width; i++) {
      double a = sums[i], b = (double)lanes[i];
      sums[i] = a > b || a != a ? a : b;
    }
    for (int64_t i = 0; i < width; i++) lanes[i] = -__builtin_inff();
  }
}

/// One stripe of WIDE lanes stays in registers over all rows of the block.
#define STRIPE(combination) \
  { \
    float held[WIDE]; \
    for (int k = 0; k < WIDE; k++) held[k] = lanes[j + k]; \
    for (int64_t row = 0; row < rows; row++) { \
      const float *from = x + row * width + j; \
      for (int k = 0; k < WIDE; k++) { \
        float a = held[k], b = from[k]; \
        held[k] = (combination); \
      } \
    } \
    for (int k = 0; k < WIDE; k++) lanes[j + k] = held[k]; \
  }

#define ACCUMULATE(combination) \
  { \
    int64_t j = 0; \
    for (; j + WIDE <= width; j += WIDE) STRIPE(combination) \
    for (int64_t row = 0; row < rows; row++) { \
      GAN_VECTOR for (int64_t k = j; k < width; k++) { \
        float a = lanes[k], b = x[row * width + k]; \
        lanes[k] = (combination); \
      } \
    } \
    GAN_VECTOR for (int64_t k = 0; k < rest; k++) { \
      float a = lanes[k], b = x[rows * width + k]; \
      lanes[k] = (combination); \
    } \
  }

GAN_CLONES
void gan_lanes_accumulate(float *lanes, int64_t width, const float *x, int64_t count, int32_t kind) {
  const int64_t rows = count / width, rest = count - rows * width;
  if (kind == GAN_REDUCE_SUM) {
    ACCUMULATE(a + b)
  } else {
    ACCUMULATE(gan_maximum(a, b))
  }
}

/// One number from `count` in a row: 16 sums, then pairs of them.
GAN_INLINE double reduce_row(const float *x, int64_t count, int32_t kind) {
  float held[16];
  const float empty = kind == GAN_REDUCE_SUM ? 0.0f : -__builtin_inff();
  int64_t i = 0;
  for (int k = 0; k < 16; k++) held[k] = empty;
  for (; i + 16 <= count; i += 16) {
    for (int k = 0; k < 16; k++) {
      held[k] = kind == GAN_REDUCE_SUM ? held[k] + x[i + k] : gan_maximum(held[k], x[i + k]);
    }
  }
  for (int k = 0; i + k < count; k++) {
    held[k] = kind == GAN_REDUCE_SUM ? held[k] + x[i + k] : gan_maximum(held[k], x[i + k]);
  }
  for (int half = 8; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) {
      held[k] = kind == GAN_REDUCE_SUM ? held[k] + held[k + half] : gan_maximum(held[k], held[k + half]);
    }
  }
  return (double)held[0];
}

GAN_CLONES
static void reduce_short_rows(
  const float *x, int64_t segments, int64_t reduced, int32_t kind, double *out) {
  for (int64_t s = 0; s < segments; s++, x += reduced) {
    float value = x[0];
    if (kind == GAN_REDUCE_SUM) {
      for (int64_t i = 1; i < reduced; i++) value += x[i];
    } else {
      for (int64_t i = 1; i < reduced; i++) value = gan_maximum(value, x[i]);
    }
    out[s] = (double)value;
  }
}

GAN_CLONES
static void reduce_rows(
  const float *x, int64_t segments, int64_t reduced, int32_t kind, double *out) {
  if (kind == GAN_REDUCE_SUM) {
    for (int64_t s = 0; s < segments; s++) out[s] = reduce_row(x + s * reduced, reduced, GAN_REDUCE_SUM);
  } else {
    for (int64_t s = 0; s < segments; s++) out[s] = reduce_row(x + s * reduced, reduced, GAN_REDUCE_MAXIMUM);
  }
}

/// Few enough rows of `inner` to go without double.
GAN_CLONES
static void reduce_few_rows(
  const float *x, int64_t segments, int64_t reduced, int64_t inner, int32_t kind, double *out) {
  for (int64_t s = 0; s < segments; s++, x += reduced * inner, out += inner) {
    for (int64_t i = 0; i < inner; i++) {
      float value = x[i];
      if (kind == GAN_REDUCE_SUM) {
        for (int64_t row = 1; row < reduced; row++) value += x[row * inner + i];
      } else {
        for (int64_t row = 1; row < reduced; row++) value = gan_maximum(value, x[row * inner + i]);
      }
      out[i] = (double)value;
    }
  }
}

void gan_segments_reduce(
  const float *x, int64_t segments, int64_t reduced, int64_t inner, int32_t kind, double *out,
  float *lanes) {
  if (inner == 1) {
    if (reduced < 16) {
      reduce_short_rows(x, segments, reduced, kind, out);
    } else {
      reduce_rows(x, segments, reduced, kind, out);
    }
    return;
  }
  if (reduced <= GAN_FLUSH) {
    reduce_few_rows(x, segments, reduced, inner, kind, out);
    return;
  }
  for (int64_t s = 0; s < segments; s++, out += inner) {
    gan_lanes_clear(out, lanes, inner, kind);
    for (int64_t row = 0; row < reduced; row += GAN_FLUSH) {
      int64_t rows = reduced - row < GAN_FLUSH ? reduced - row : GAN_FLUSH;
      gan_lanes_accumulate(lanes, inner, x, rows * inner, kind);
      gan_lanes_flush(out, lanes, inner, kind);
      x += rows * inner;
    }
  }
}

GAN_CLONES
void gan_combine(
  const double *partials, int64_t chunks, int64_t count, int32_t kind, float *out, int64_t begin,
  int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    double value = partials[i];
    for (int64_t chunk = 1; chunk < chunks; chunk++) {
      double next = partials[chunk * count + i];
      if (kind == GAN_REDUCE_SUM) {
        value += next;
      } else if (!(value > next || value != value)) {
        value = next;
      }
    }
    out[i] = (float)value;
  }
}
