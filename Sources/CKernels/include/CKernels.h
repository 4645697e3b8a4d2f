#ifndef LIBGAN_CKERNELS_H
#define LIBGAN_CKERNELS_H

// The loops of a plan: plain C that the compiler vectorises for the machine it runs on. No global
// state, no threads, no OpenMP; every function may be called from several threads at once, and its
// results depend on its arguments alone. Nothing allocates but gan_program_make.

#include <stdint.h>

#define GAN_MAXIMUM_RANK 8

/// A moment's rest in a loop that waits for another thread.
static inline void gan_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// ---- Fused elementwise programs, with reductions -------------------------------------------------

/// One step of a program: the result is the register `input_count + its index`; `a`, `b` and `c` are
/// registers. A register below `input_count` is an input.
typedef struct {
  int32_t operation, a, b, c;
  float value;
} gan_instruction;

enum {
  GAN_CONSTANT,  // value
  GAN_NEGATE,
  GAN_RECIPROCAL,
  GAN_EXP,
  GAN_LOG,
  GAN_TANH,
  GAN_SIGMOID,
  GAN_SOFTPLUS,
  GAN_SINE,  // 0 from 2^30 on
  GAN_SQRT,
  GAN_RSQRT,
  GAN_ABS,
  GAN_SIGN,
  GAN_FLOOR,
  GAN_SQUARE,
  GAN_IS_FINITE,
  GAN_LEAKY,        // a > 0 ? a : value * a
  GAN_LEAKY_SLOPE,  // a > 0 ? 1 : value
  GAN_ADD,
  GAN_SUBTRACT,
  GAN_MULTIPLY,
  GAN_DIVIDE,
  GAN_MAXIMUM,  // NaN where either is
  GAN_MINIMUM,
  GAN_LESS,
  GAN_EQUAL,
  GAN_SELECT,        // a != 0 ? b : c
  GAN_INDEX,         // the coordinate along axis `a` of the iteration space
  GAN_MULTIPLY_ADD,  // a * b + c, rounded once where the machine can
  GAN_OPERATION_COUNT
};

/// How elements are stored: as float, or as the upper half of one (bf16). Programs compute in float.
enum { GAN_F32, GAN_BF16 };

/// Where an input's elements lie: position p of the iteration space is element
/// `offset + sum(p[i] * strides[i])`. Stride 0 broadcasts; negative strides are fine.
typedef struct {
  int32_t element;
  int64_t offset;
  int64_t strides[GAN_MAXIMUM_RANK];
} gan_view;

typedef struct {
  /// The iteration space, row-major.
  int32_t rank;
  int64_t extents[GAN_MAXIMUM_RANK];
  int32_t input_count;
  const gan_view *inputs;
  int32_t instruction_count;
  const gan_instruction *instructions;
  /// Registers written contiguously over the iteration space.
  int32_t store_count;
  const int32_t *stores;
  /// How each is stored, rounded to nearest even; NULL for all in f32.
  const int32_t *store_elements;
  /// Registers reduced, and how: 0 sum, 1 maximum (NaN where any is).
  int32_t reduction_count;
  const int32_t *reductions;
  const int32_t *reduction_kinds;
  /// The iteration space seen as [outer, reduced, inner]; a reduction's result is [outer, inner]. Not
  /// looked at by programs without reductions, which gan_program_reduce must not run.
  int64_t outer, reduced, inner;
} gan_program_description;

enum { GAN_REDUCE_SUM, GAN_REDUCE_MAXIMUM };

typedef struct gan_program gan_program;

/// Copies what it needs. NULL when there is no memory or the description is inconsistent (a
/// register not yet made, a rank above 8, products that disagree).
gan_program *gan_program_make(const gan_program_description *description);
void gan_program_free(gan_program *program);

/// Scratch of one call, in bytes, 64-byte aligned; each worker needs its own.
int64_t gan_program_scratch_bytes(const gan_program *program);

/// The best granularity of a range: let `begin` of gan_program_run be a multiple of it.
int64_t gan_program_block(const gan_program *program);

/// The elements [begin, end) of the iteration space, in linear order; reductions are left out.
/// `stores` points at the whole results. Pointers to bf16 elements are passed as if to float. A store may be the memory of a contiguous input (one whose
/// element p is at position p, stored alike), otherwise nothing overlaps.
void gan_program_run(
  const gan_program *program, const float *const *inputs, float *const *stores, int64_t begin,
  int64_t end, void *scratch);

/// The part outer range x reduced range x all of inner: stores it and writes (not adds) its
/// reductions to `partials[r]`, doubles [outer_end - outer_begin, inner].
void gan_program_reduce(
  const gan_program *program, const float *const *inputs, float *const *stores,
  int64_t outer_begin, int64_t outer_end, int64_t reduced_begin, int64_t reduced_end,
  double *const *partials, void *scratch);

/// Elements [begin, end) of `out` from partials [chunks, count], in chunk order; with one chunk
/// it converts.
void gan_combine(
  const double *partials, int64_t chunks, int64_t count, int32_t kind, float *out, int64_t begin,
  int64_t end);

// ---- Moving data ---------------------------------------------------------------------------------

/// Strided copy of `rank` (0 to 8) axes; strides in elements. Slices, transposes, pads, concatenations.
void gan_copy(
  int32_t rank, const int64_t *extents, const float *from, const int64_t *from_strides, float *to,
  const int64_t *to_strides);
void gan_fill(float *to, int64_t count, float value);
void gan_add(float *to, const float *from, int64_t count);

/// to[i] = partials[0][i] + partials[1][i] + … for i in [begin, end), in order; partials are
/// `stride` elements apart. `to` may be the first of them.
void gan_sum(
  float *to, const float *partials, int64_t parts, int64_t stride, int64_t begin, int64_t end);

/// Rows [begin, end) of `out` [indices, width]: row `indices[i]` of `table` [rows, width]; zeros
/// where the index is outside 0..<rows or NaN. A fraction is cut off.
void gan_gather(
  const float *table, int64_t rows, int64_t width, const float *indices, int64_t begin, int64_t end,
  float *out);

/// Rows [row_begin, row_end) of `out` [rows, width]: the sum of those rows of `updates`
/// [count, width] whose index names them, in order; zeros where none does. All `count` indices are looked at
/// in each call, so that ranges of rows can be shared among workers.
void gan_scatter_add(
  const float *updates, const float *indices, int64_t count, int64_t width, int64_t row_begin,
  int64_t row_end, float *out);

/// Two spatial axes of a convolution with a dense kernel: image [size, channels], one position of the
/// kernel per output position.
typedef struct {
  int64_t channels;
  int64_t size[2], output[2], kernel[2], stride[2], low[2];
} gan_fold_sizes;

/// The image whose every element is the sum of what the kernel positions that touch it hold:
/// columns [output, kernel, channels] -> image [size, channels]. After a product with the weights this
/// is a convolution's backward data. Rows [begin, end) of the image, of 0..<size[0].
void gan_fold(
  const gan_fold_sizes *sizes, const float *columns, float *image, int64_t begin, int64_t end);
/// The reverse: what each kernel position finds in the image, 0 outside of it. A product with the weights
/// makes of this the convolution.
void gan_unfold(const gan_fold_sizes *sizes, const float *image, float *columns);

// ---- Products ------------------------------------------------------------------------------------

/// The most that the tiny extent of a thin product may be.
#define GAN_THIN 4

/// C [m, n] = A [m, k] B [k, n]: one of m, n and k is at most GAN_THIN. Strides of rows and columns in
/// elements; one of the two is 1 in each of A and B. C is dense.
typedef struct {
  int64_t m, k, n;
  int64_t a[2], b[2];
} gan_thin_sizes;

/// Rows [begin, end) of C; columns [begin, end) where m is tiny and n is not. Not to be split along k.
void gan_thin_product(
  const gan_thin_sizes *sizes, const float *a, const float *b, float *c, int64_t begin, int64_t end);

/// C [m, n] = A [m, k] B [k, n]. Strides of A's rows and columns and of B's rows, in elements; B's columns and C
/// are dense.
typedef struct {
  int64_t m, k, n;
  int64_t a[2], b;
} gan_tile_sizes;

/// Whether this machine can run gan_tile_product.
int32_t gan_has_tiles(void);

/// Rows and columns [begin, end) of C. An element's bits do not depend on how C is cut.
void gan_tile_product(
  const gan_tile_sizes *sizes, const float *a, const float *b, float *c, int64_t row_begin,
  int64_t row_end, int64_t column_begin, int64_t column_end);

/// Rows [begin, end) of `to` [columns, rows], from [rows, columns].
void gan_transpose(
  const float *from, int64_t rows, int64_t columns, int64_t begin, int64_t end, float *to);

// ---- Rows against rows, in double precision -----------------------------------------------------

/// out[i, j] = Σ a[i, k] b[j, k] over dense rows; `columns`, the rows of b, is a multiple of 4.
void gan_row_products(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out);
/// out[i, j] = Σ (a[i, k] − b[j, k])².
void gan_row_distances(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out);
/// out[i, j] = Σ min(|a[i, k] − b[j, k]|, 1).
void gan_row_differences(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out);

// ---- Random numbers --------------------------------------------------------------------------------
// Philox4x32-10 (Salmon et al., SC 2011): key = seed, counter = (element / 4, stream, step), word
// element % 4. `first_element` is the index of out[0].

/// [0, 1), multiples of 2^-24.
void gan_random_uniform(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_element, int64_t count, float *out);
/// Box–Muller on the pairs of elements (0, 1) and (2, 3) of a block.
void gan_random_normal(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_element, int64_t count, float *out);
/// 1 where uniform < probability, else 0.
void gan_random_bernoulli(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_element, int64_t count,
  double probability, float *out);
/// out[n] = the category of uniform `first_row + n` in row n of `probabilities` [rows, categories].
void gan_random_categorical(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_row, int64_t rows,
  int64_t categories, const float *probabilities, float *out);

#endif
