#ifndef LIBGAN_CONEDNN_H
#define LIBGAN_CONEDNN_H

// The only door to oneDNN: convolutions and matrix products, each one primitive with its own
// descriptors. oneDNN's own types and its versions stay behind it. Nothing here uses an OpenMP
// team: make and run primitives between gan_dnn_begin_thread and gan_dnn_end_thread.

#include <stdint.h>

/// A primitive. Immutable: safe to run from several threads at once, each with its own scratch.
typedef struct gan_dnn gan_dnn;

enum { GAN_DNN_OK, GAN_DNN_MEMORY, GAN_DNN_ARGUMENT, GAN_DNN_UNSUPPORTED, GAN_DNN_INTERNAL };

enum { GAN_DNN_FORWARD, GAN_DNN_BACKWARD_DATA, GAN_DNN_BACKWARD_WEIGHTS };

/// How elements are stored; products of bf16 are summed in f32.
enum { GAN_DNN_F32, GAN_DNN_BF16 };

/// A convolution: activations [batch, size…, channels] -> [batch, output…, filters], weights
/// HWIO [kernel…, channels / groups, filters]. `spatial` is 1 or 2; with 1, entry 0 of each array
/// counts alone.
/// Dilation 1 is dense. A transposed convolution is the backward data of this one.
/// `operands` is how both values read are stored, `result` how the one written is.
/// `weights_channels` and `weights_filters` are those of weights that this convolution takes a part of; 0 where
/// it takes them all. Only without groups.
typedef struct {
  int32_t spatial, operands, result;
  int64_t batch, channels, filters, groups;
  int64_t weights_channels, weights_filters;
  int64_t size[2], output[2], kernel[2], stride[2], low[2], high[2], dilation[2];
} gan_dnn_convolution;

/// C [batch, m, n] = A [batch, m, k] x B [batch, k, n], C in f32, A and B as `operands` says. Strides in elements, in the order batch, row,
/// column of the matrix as used (a transpose is a swap of two strides); one stride of each matrix
/// is 1. Batch stride 0 uses the same matrix for all. c's columns are dense.
typedef struct {
  int32_t operands;
  int64_t batch, m, k, n;
  int64_t a[3], b[3], c[3];
} gan_dnn_matmul;

int gan_dnn_convolution_make(
  const gan_dnn_convolution *convolution, int32_t direction, gan_dnn **out);
int gan_dnn_matmul_make(const gan_dnn_matmul *matmul, gan_dnn **out);
/// Between HWIO (f32, plain) and the weights layout `of` wants: to_plain 0 from plain, 1 to plain. Part `part`
/// of `parts`, a number that gan_dnn_reorder_parts gave; each takes the whole buffers.
int gan_dnn_reorder_make(const gan_dnn *of, int32_t to_plain, int32_t part, int32_t parts, gan_dnn **out);
/// Into how many equal parts, at most `most`, that reorder can be cut.
int32_t gan_dnn_reorder_parts(const gan_dnn *of, int32_t most);
void gan_dnn_free(gan_dnn *primitive);

/// oneDNN's name of the kernel; lives as long as the primitive. `ref:` means a fallback far too slow.
const char *gan_dnn_implementation(const gan_dnn *primitive);
/// Of the weights in the layout this convolution wants, and as it stores them.
int64_t gan_dnn_weights_bytes(const gan_dnn *primitive);
/// Of one call, 64-byte aligned; each worker needs its own.
int64_t gan_dnn_scratch_bytes(const gan_dnn *primitive);
/// 1 when that layout is HWIO in f32 itself, so that no reorder is needed.
int32_t gan_dnn_weights_plain(const gan_dnn *primitive);
/// 1 when both want the same layout, so that one reordered copy serves both.
int32_t gan_dnn_weights_equal(const gan_dnn *a, const gan_dnn *b);

/// Forward: source, weights, destination. Backward data: destination's gradient, weights, source's
/// gradient. Backward weights: source, destination's gradient, weights' gradient. Matmul: A, B, C.
/// Reorder: from, NULL, to.
int gan_dnn_run(const gan_dnn *primitive, const void *a, const void *b, void *c, void *scratch);

/// One OpenMP thread for what this thread asks of oneDNN; `saved` gets the setting to give back.
void gan_dnn_begin_thread(int32_t *saved);
void gan_dnn_end_thread(int32_t saved);

/// Around every making of a primitive: a fork in between would leave the child with locks of oneDNN's
/// that nobody opens, so it waits. Any number of threads may be making.
void gan_dnn_begin_making(void);
void gan_dnn_end_making(void);

/// 1 when the processor multiplies bf16 itself (AVX-512 BF16), as far as ONEDNN_MAX_CPU_ISA lets oneDNN use it.
int32_t gan_dnn_has_bf16(void);

/// For example "2.6.3".
const char *gan_dnn_version(void);
/// One line on a status.
const char *gan_dnn_status_text(int32_t status);

#endif
