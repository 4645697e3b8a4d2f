// Reductions of a program: a few f32 lanes per result, carried on in double.

#include "Program.h"

/// Whole segments [reduced, inner], as many at once as a block holds.
static void reduce_segments(
  gan_call *call, int64_t outer_begin, int64_t outer_end, double *const *partials) {
  const gan_program *program = call->program;
  const int64_t segment = program->reduced * program->inner;
  const int64_t end = outer_end * segment, begin = outer_begin * segment;
  gan_call_prepare(call, begin, end - begin);
  for (int64_t position = begin; position < end; position += program->block) {
    int64_t count = end - position < program->block ? end - position : program->block;
    gan_call_block(call, position, count);
    const int64_t first = position / segment - outer_begin;
    for (int32_t r = 0; r < program->reduction_count; r++) {
      gan_segments_reduce(
        call->registers[program->reductions[r]], count / segment, program->reduced, program->inner,
        program->reduction_kinds[r], partials[r] + first * program->inner, call->lanes);
    }
    gan_call_store(call, position, count);
  }
}

static double combine(double a, double b, int32_t kind) {
  if (kind == GAN_REDUCE_SUM) return a + b;
  return a > b || a != a ? a : b;
}

/// Folds lanes [width] to [inner]; lane i belongs to result i % inner.
static void fold(const double *sums, int64_t width, int64_t inner, int32_t kind, double *out) {
  for (int64_t i = 0; i < inner; i++) out[i] = sums[i];
  for (int64_t lane = inner; lane < width; lane += inner) {
    for (int64_t i = 0; i < inner; i++) out[i] = combine(out[i], sums[lane + i], kind);
  }
}

/// Elements [begin, end), whole rows of `inner`, to one partial [inner].
static void reduce_range(
  gan_call *call, int64_t begin, int64_t end, int64_t partial, double *const *partials) {
  const gan_program *program = call->program;
  const int64_t width = program->lanes, count_in_block = program->block / width;
  int64_t additions = 0;
  gan_call_prepare(call, begin, end - begin);
  for (int32_t r = 0; r < program->reduction_count; r++) {
    gan_lanes_clear(
      call->sums + r * width, call->lanes + r * width, width, program->reduction_kinds[r]);
  }
  for (int64_t position = begin; position < end; position += program->block) {
    int64_t count = end - position < program->block ? end - position : program->block;
    const int last = position + program->block >= end;
    additions += count_in_block;
    gan_call_block(call, position, count);
    for (int32_t r = 0; r < program->reduction_count; r++) {
      const int32_t kind = program->reduction_kinds[r];
      float *lanes = call->lanes + r * width;
      gan_lanes_accumulate(lanes, width, call->registers[program->reductions[r]], count, kind);
      if (additions + count_in_block > GAN_FLUSH || last) {
        gan_lanes_flush(call->sums + r * width, lanes, width, kind);
      }
    }
    if (additions + count_in_block > GAN_FLUSH) additions = 0;
    gan_call_store(call, position, count);
  }
  for (int32_t r = 0; r < program->reduction_count; r++) {
    fold(
      call->sums + r * width, width, program->inner, program->reduction_kinds[r],
      partials[r] + partial * program->inner);
  }
}

/// Columns [column, column + count) of rows longer than a block.
static void reduce_columns(
  gan_call *call, int64_t outer, int64_t outer_begin, int64_t reduced_begin, int64_t reduced_end,
  int64_t column, int64_t count, double *const *partials) {
  const gan_program *program = call->program;
  const int64_t width = program->lanes;
  for (int32_t r = 0; r < program->reduction_count; r++) {
    gan_lanes_clear(
      partials[r] + (outer - outer_begin) * program->inner + column, call->lanes + r * width, count,
      program->reduction_kinds[r]);
  }
  int64_t additions = 0;
  for (int64_t row = reduced_begin; row < reduced_end; row++) {
    const int64_t position = (outer * program->reduced + row) * program->inner + column;
    const int flush = ++additions == GAN_FLUSH || row + 1 == reduced_end;
    gan_call_block(call, position, count);
    for (int32_t r = 0; r < program->reduction_count; r++) {
      const int32_t kind = program->reduction_kinds[r];
      double *out = partials[r] + (outer - outer_begin) * program->inner + column;
      float *lanes = call->lanes + r * width;
      gan_lanes_accumulate(lanes, count, call->registers[program->reductions[r]], count, kind);
      if (flush) gan_lanes_flush(out, lanes, count, kind);
    }
    if (flush) additions = 0;
    gan_call_store(call, position, count);
  }
}

void gan_program_reduce(
  const gan_program *program, const float *const *inputs, float *const *stores,
  int64_t outer_begin, int64_t outer_end, int64_t reduced_begin, int64_t reduced_end,
  double *const *partials, void *scratch) {
  if (outer_begin >= outer_end || program->inner == 0 || program->reduction_count == 0) return;
  if (reduced_begin >= reduced_end) {
    for (int32_t r = 0; r < program->reduction_count; r++) {
      const double empty = program->reduction_kinds[r] == GAN_REDUCE_SUM ? 0.0 : -__builtin_inf();
      for (int64_t i = 0; i < (outer_end - outer_begin) * program->inner; i++) partials[r][i] = empty;
    }
    return;
  }
  gan_call *call = scratch;
  gan_call_begin(call, program, inputs, stores, scratch);
  const int64_t segment = program->reduced * program->inner;
  if (segment <= GAN_BLOCK_LIMIT && reduced_begin == 0 && reduced_end == program->reduced) {
    reduce_segments(call, outer_begin, outer_end, partials);
    return;
  }
  for (int64_t outer = outer_begin; outer < outer_end; outer++) {
    if (program->inner <= GAN_BLOCK_LIMIT) {
      reduce_range(
        call, (outer * program->reduced + reduced_begin) * program->inner,
        (outer * program->reduced + reduced_end) * program->inner, outer - outer_begin, partials);
      continue;
    }
    gan_call_prepare(call, outer * segment, program->block);
    for (int64_t column = 0; column < program->inner; column += program->block) {
      int64_t left = program->inner - column;
      reduce_columns(
        call, outer, outer_begin, reduced_begin, reduced_end, column,
        left < program->block ? left : program->block, partials);
    }
  }
}
