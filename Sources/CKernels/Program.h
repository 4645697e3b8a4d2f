#ifndef LIBGAN_PROGRAM_H
#define LIBGAN_PROGRAM_H

// How a program is held. It runs in blocks of a few hundred elements, each register of which stays
// in the first-level cache; steps that give the same in every block run once a call.

#include "CKernels.h"

enum {
  GAN_LOAD = GAN_OPERATION_COUNT,  // a block of an input whose view is not contiguous
  GAN_COPY,
};

/// Where a register's values come from, in the order in which the stages run.
typedef enum {
  GAN_UNIFORM,   // one value for the whole call
  GAN_PERIODIC,  // the same in every block of one call
  GAN_VARYING,
} gan_stage;

/// The most elements of a block.
#define GAN_BLOCK_LIMIT 1024
/// Additions in f32 before a sum goes on in double.
#define GAN_FLUSH 32

/// A view with its axes merged as far as it allows.
typedef struct {
  gan_stage stage;
  int32_t element;
  /// A block of it can be read where it lies.
  int32_t contiguous;
  int32_t rank;
  int64_t extents[GAN_MAXIMUM_RANK], strides[GAN_MAXIMUM_RANK];
  int64_t offset, period;
} gan_layout;

typedef struct {
  int32_t operation;
  /// Bit i is set when operand i is uniform and the step is not.
  int32_t form;
  int32_t a, b, c, result;
  float value;
} gan_step;

typedef struct {
  gan_stage stage;
  /// Floats from the start of the scratch memory's registers; -1 without memory of its own.
  int64_t slot;
  /// The last varying step that reads it; INT32_MAX when read after the steps, -1 when by none.
  int32_t last_use;
} gan_register;

typedef struct {
  int32_t result;  // the register whose values are stored
  int32_t step;    // the varying step that makes it
  int32_t element;
} gan_store;

struct gan_program {
  int32_t rank, input_count, register_count;
  int64_t extents[GAN_MAXIMUM_RANK];
  int64_t total, outer, reduced, inner;
  gan_layout *layouts;
  gan_register *registers;
  gan_step *steps;
  int32_t step_counts[3];
  gan_store *stores;
  int32_t store_count;
  int32_t *reductions, *reduction_kinds;
  int32_t reduction_count;
  /// Elements of a block, and of the common period of everything periodic in it.
  int64_t block, period;
  /// Lanes of a sum: a multiple of `inner` that divides the block.
  int64_t lanes;
  int64_t slot_count;
};

/// What one call works with; lies at the start of the scratch memory, registers follow.
typedef struct {
  const gan_program *program;
  const float *const *inputs;
  float *const *stores;
  float **registers;
  uint8_t *direct;  // for each store: its step writes straight to the result, no copy follows
  float *slots;
  float *lanes;     // of the reductions
  double *sums;
  int64_t position;
} gan_call;

static inline int gan_operand_count(int32_t operation) {
  if (operation == GAN_CONSTANT || operation == GAN_INDEX) return 0;
  if (operation == GAN_SELECT || operation == GAN_MULTIPLY_ADD) return 3;
  return operation >= GAN_ADD && operation <= GAN_EQUAL ? 2 : 1;
}

/// Merges axes and finds the stage of a view over the program's iteration space.
gan_layout gan_layout_make(int32_t rank, const int64_t *extents, const gan_view *view);
/// Elements [position, position + count) of a view: `into` filled, or where they lie already.
const float *gan_layout_load(
  const gan_layout *layout, const float *base, int64_t position, int64_t count, float *into);

/// Decides stages, block, steps and slots. 0 when there is no memory.
int gan_program_schedule(gan_program *program, const gan_program_description *description);
int64_t gan_program_pointer_bytes(const gan_program *program);

void gan_call_begin(
  gan_call *call, const gan_program *program, const float *const *inputs, float *const *stores,
  void *scratch);
/// Uniform and periodic steps, for blocks that start at `position` modulo the period.
void gan_call_prepare(gan_call *call, int64_t position, int64_t count);
/// The steps of one block: at most `program->block` elements.
void gan_call_block(gan_call *call, int64_t position, int64_t count);
/// Copies out what the block could not write at once; after the reductions have read its registers.
void gan_call_store(gan_call *call, int64_t position, int64_t count);

void gan_execute(gan_call *call, const gan_step *steps, int32_t step_count, int64_t count);
/// lanes[i % width] += or max= x[i], every lane at most GAN_FLUSH times between flushes.
void gan_lanes_accumulate(float *lanes, int64_t width, const float *x, int64_t count, int32_t kind);
/// Adds lanes [0, width) to `sums` and clears them.
void gan_lanes_flush(double *sums, float *lanes, int64_t width, int32_t kind);
void gan_lanes_clear(double *sums, float *lanes, int64_t width, int32_t kind);
/// out [segments, inner] from x [segments, reduced, inner].
void gan_segments_reduce(
  const float *x, int64_t segments, int64_t reduced, int64_t inner, int32_t kind, double *out,
  float *lanes);

#endif
