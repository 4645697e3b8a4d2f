// Products of matrices one of whose three extents is tiny, for which a general product's packing costs
// more than the product.

#include "CKernels.h"
#include "Clones.h"

/// Lanes of a block that stay in registers (of one row of results; half of it of each of several), and
/// elements of a packed stretch.
enum { LANES = 128, STRETCH = 256 };

/// C (i, t) = Σ a (i, p) b (p, t) for few t: every operand by its strides.
typedef struct {
  int64_t k;
  const float *a, *b;
  float *c;
  int64_t a_row, a_column, b_row, b_column, c_row, c_column;
} tall;

/// A vector's worth of numbers, wherever they begin.
typedef float sixteen __attribute__((vector_size(64), aligned(4)));
enum { WIDTH = 16 };

/// Rows [i, i + 16 · vectors): the sums stay in registers.
GAN_INLINE void tall_block(const tall *s, int64_t i, int thin, int vectors) {
  sixteen sums[GAN_THIN][LANES / WIDTH] = {0};
  for (int64_t p = 0; p < s->k; p++) {
    const float *a = s->a + i + p * s->a_column;
    for (int t = 0; t < thin; t++) {
      const float factor = s->b[p * s->b_row + t * s->b_column];
      for (int v = 0; v < vectors; v++) sums[t][v] += factor * *(const sixteen *)(a + v * WIDTH);
    }
  }
  for (int t = 0; t < thin; t++) {
    for (int l = 0; l < vectors * WIDTH; l++) {
      s->c[(i + l) * s->c_row + t * s->c_column] = sums[t][l / WIDTH][l % WIDTH];
    }
  }
}

/// Fewer rows than a vector has.
GAN_INLINE void tall_rest(const tall *s, int64_t i, int64_t count, int thin) {
  float sums[GAN_THIN][WIDTH] = {{0}};
  for (int64_t p = 0; p < s->k; p++) {
    const float *a = s->a + i + p * s->a_column;
    for (int t = 0; t < thin; t++) {
      const float factor = s->b[p * s->b_row + t * s->b_column];
      for (int64_t l = 0; l < count; l++) sums[t][l] += factor * a[l];
    }
  }
  for (int t = 0; t < thin; t++) {
    for (int64_t l = 0; l < count; l++) s->c[(i + l) * s->c_row + t * s->c_column] = sums[t][l];
  }
}

/// a's columns are contiguous: a block of rows at a time, one p after the other.
GAN_INLINE void tall_by_columns(const tall *s, int64_t begin, int64_t end, int thin) {
  const int vectors = thin == 1 ? LANES / WIDTH : LANES / WIDTH / 2;
  int64_t i = begin;
  for (; i + vectors * WIDTH <= end; i += vectors * WIDTH) tall_block(s, i, thin, vectors);
  for (; i + WIDTH <= end; i += WIDTH) tall_block(s, i, thin, 1);
  if (i < end) tall_rest(s, i, end - i, thin);
}

/// a's rows are contiguous: dot products with a packed stretch of b.
GAN_INLINE void tall_by_rows(const tall *s, int64_t begin, int64_t end, int thin) {
#pragma clang fp reassociate(on)
  float packed[GAN_THIN][STRETCH];
  for (int64_t start = 0; start < s->k; start += STRETCH) {
    const int64_t count = s->k - start < STRETCH ? s->k - start : STRETCH;
    for (int t = 0; t < thin; t++) {
      for (int64_t p = 0; p < count; p++) packed[t][p] = s->b[(start + p) * s->b_row + t * s->b_column];
    }
    for (int64_t i = begin; i < end; i++) {
      const float *a = s->a + i * s->a_row + start;
      for (int t = 0; t < thin; t++) {
        float sum = 0;
        GAN_VECTOR for (int64_t p = 0; p < count; p++) sum += a[p] * packed[t][p];
        float *c = s->c + i * s->c_row + t * s->c_column;
        *c = start == 0 ? sum : *c + sum;
      }
    }
  }
}

GAN_CLONES
static void run_tall(const tall *s, int64_t begin, int64_t end, int thin) {
  if (s->a_row == 1) {
    switch (thin) {
      case 1: tall_by_columns(s, begin, end, 1); break;
      case 2: tall_by_columns(s, begin, end, 2); break;
      case 3: tall_by_columns(s, begin, end, 3); break;
      default: tall_by_columns(s, begin, end, 4);
    }
  } else {
    switch (thin) {
      case 1: tall_by_rows(s, begin, end, 1); break;
      case 2: tall_by_rows(s, begin, end, 2); break;
      case 3: tall_by_rows(s, begin, end, 3); break;
      default: tall_by_rows(s, begin, end, 4);
    }
  }
}

/// k is tiny: every row of C is a sum of few rows of b.
GAN_INLINE void outer(
  const gan_thin_sizes *s, const float *a, const float *b, float *c, int64_t begin, int64_t end, int thin) {
  float packed[GAN_THIN][STRETCH];
  for (int64_t start = 0; start < s->n; start += STRETCH) {
    const int64_t count = s->n - start < STRETCH ? s->n - start : STRETCH;
    for (int p = 0; p < thin; p++) {
      for (int64_t j = 0; j < count; j++) packed[p][j] = b[p * s->b[0] + (start + j) * s->b[1]];
    }
    for (int64_t i = begin; i < end; i++) {
      float factors[GAN_THIN];
      for (int p = 0; p < thin; p++) factors[p] = a[i * s->a[0] + p * s->a[1]];
      float *row = c + i * s->n + start;
      GAN_VECTOR for (int64_t j = 0; j < count; j++) {
        float sum = factors[0] * packed[0][j];
        for (int p = 1; p < thin; p++) sum += factors[p] * packed[p][j];
        row[j] = sum;
      }
    }
  }
}

GAN_CLONES
static void run_outer(
  const gan_thin_sizes *s, const float *a, const float *b, float *c, int64_t begin, int64_t end) {
  switch (s->k) {
    case 1: outer(s, a, b, c, begin, end, 1); break;
    case 2: outer(s, a, b, c, begin, end, 2); break;
    case 3: outer(s, a, b, c, begin, end, 3); break;
    default: outer(s, a, b, c, begin, end, 4);
  }
}

void gan_thin_product(
  const gan_thin_sizes *s, const float *a, const float *b, float *c, int64_t begin, int64_t end) {
  if (s->n <= GAN_THIN) {
    run_tall(
      &(tall){s->k, a, b, c, s->a[0], s->a[1], s->b[0], s->b[1], s->n, 1}, begin, end, (int)s->n);
  } else if (s->m <= GAN_THIN) {
    run_tall(
      &(tall){s->k, b, a, c, s->b[1], s->b[0], s->a[1], s->a[0], 1, s->n}, begin, end, (int)s->m);
  } else {
    run_outer(s, a, b, c, begin, end);
  }
}
