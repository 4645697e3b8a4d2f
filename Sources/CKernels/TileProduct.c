// Products of matrices that fit in the second-level cache, as they lie: nothing is packed, nothing is generated. For
// machines with AVX-512 alone: a tile of results takes 24 of its 32 registers.

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f")))
#define INLINE static inline __attribute__((always_inline)) WIDE

/// Lanes of a vector, vectors and rows of a tile, and rows of B that stay in the first-level cache.
enum { LANES = 16, VECTORS = 4, ROWS = 6, DEPTH = 128 };

/// One column panel of B over a stretch of k: where its parts begin, and which lanes of its last vector there are.
typedef struct {
  const gan_tile_sizes *sizes;
  const float *a, *b;
  float *c;
  int64_t depth;
  int is_first;
  __mmask16 last;
} panel;

INLINE __mmask16 lanes(const panel *s, int vector, int vectors) {
  return vector + 1 == vectors ? s->last : (__mmask16)0xffff;
}

/// Results [row, row + rows) of the panel: each is one chain of multiply-adds along k, whatever the tile.
INLINE void run_tile(const panel *s, int64_t row, int rows, int vectors) {
  const int64_t next = s->sizes->n, step = s->sizes->a[1];
  const float *a = s->a + row * s->sizes->a[0], *b = s->b;
  float *c = s->c + row * next;
  __m512 sums[ROWS][VECTORS];
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < vectors; j++) {
      sums[i][j] = s->is_first ? _mm512_setzero_ps()
                               : _mm512_maskz_loadu_ps(lanes(s, j, vectors), c + i * next + j * LANES);
    }
  }
  for (int64_t p = 0; p < s->depth; p++, b += s->sizes->b) {
    __m512 row_of_b[VECTORS];
    for (int j = 0; j < vectors; j++) row_of_b[j] = _mm512_maskz_loadu_ps(lanes(s, j, vectors), b + j * LANES);
    for (int i = 0; i < rows; i++) {
      const __m512 factor = _mm512_set1_ps(a[i * s->sizes->a[0] + p * step]);
      for (int j = 0; j < vectors; j++) sums[i][j] = _mm512_fmadd_ps(factor, row_of_b[j], sums[i][j]);
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < vectors; j++) {
      _mm512_mask_storeu_ps(c + i * next + j * LANES, lanes(s, j, vectors), sums[i][j]);
    }
  }
}

INLINE void run_panel(const panel *s, int64_t begin, int64_t end, int vectors) {
  int64_t row = begin;
  for (; row + 6 <= end; row += 6) run_tile(s, row, 6, vectors);
  for (; row + 4 <= end; row += 4) run_tile(s, row, 4, vectors);
  for (; row + 2 <= end; row += 2) run_tile(s, row, 2, vectors);
  for (; row < end; row++) run_tile(s, row, 1, vectors);
}

WIDE void gan_tile_product(
  const gan_tile_sizes *s, const float *a, const float *b, float *c, int64_t row_begin, int64_t row_end,
  int64_t column_begin, int64_t column_end) {
  for (int64_t column = column_begin; column < column_end; column += VECTORS * LANES) {
    const int64_t left = column_end - column;
    const int vectors = left >= VECTORS * LANES ? VECTORS : (int)((left + LANES - 1) / LANES);
    const int64_t missing = left >= VECTORS * LANES ? 0 : vectors * LANES - left;
    for (int64_t p = 0; p < s->k; p += DEPTH) {
      const panel part = {
        s, a + p * s->a[1], b + p * s->b + column, c + column, s->k - p < DEPTH ? s->k - p : DEPTH, p == 0,
        (__mmask16)(0xffffu >> missing)};
      switch (vectors) {
        case 1: run_panel(&part, row_begin, row_end, 1); break;
        case 2: run_panel(&part, row_begin, row_end, 2); break;
        case 3: run_panel(&part, row_begin, row_end, 3); break;
        default: run_panel(&part, row_begin, row_end, VECTORS);
      }
    }
  }
}

int32_t gan_has_tiles(void) { return __builtin_cpu_supports("avx512f") != 0; }

#else

void gan_tile_product(
  const gan_tile_sizes *s, const float *a, const float *b, float *c, int64_t row_begin, int64_t row_end,
  int64_t column_begin, int64_t column_end) {
  (void)s, (void)a, (void)b, (void)c, (void)row_begin, (void)row_end, (void)column_begin, (void)column_end;
}

int32_t gan_has_tiles(void) { return 0; }

#endif

/// Columns of a block: as many rows of the result are written side by side.
enum { BLOCK = 4 };
typedef float four __attribute__((vector_size(16), aligned(4)));

void gan_transpose(
  const float *from, int64_t rows, int64_t columns, int64_t begin, int64_t end, float *to) {
  int64_t column = begin;
  for (; column + BLOCK <= end; column += BLOCK) {
    int64_t row = 0;
    for (; row + BLOCK <= rows; row += BLOCK) {
      const float *x = from + row * columns + column;
      float *y = to + column * rows + row;
      const four a = *(const four *)x, b = *(const four *)(x + columns);
      const four c = *(const four *)(x + 2 * columns), d = *(const four *)(x + 3 * columns);
      const four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
      const four ef = __builtin_shufflevector(a, b, 2, 6, 3, 7), gh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
      *(four *)y = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
      *(four *)(y + rows) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
      *(four *)(y + 2 * rows) = __builtin_shufflevector(ef, gh, 0, 1, 4, 5);
      *(four *)(y + 3 * rows) = __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
    }
    for (; row < rows; row++) {
      for (int i = 0; i < BLOCK; i++) to[(column + i) * rows + row] = from[row * columns + column + i];
    }
  }
  for (; column < end; column++) {
    for (int64_t row = 0; row < rows; row++) to[column * rows + row] = from[row * columns + column];
  }
}
