// From a description to a program: checks, memory, sizes.

#include <stdlib.h>
#include <string.h>

#include "Program.h"

static int multiply(int64_t *into, int64_t by) { return __builtin_mul_overflow(*into, by, into); }

static int are_valid(const int32_t *registers, int32_t count, int32_t limit) {
  for (int32_t i = 0; i < count; i++) {
    if (registers[i] < 0 || registers[i] >= limit) return 0;
  }
  return 1;
}

static int is_valid(const gan_program_description *d) {
  if (d->rank < 0 || d->rank > GAN_MAXIMUM_RANK || d->input_count < 0 || d->instruction_count < 0 ||
      d->store_count < 0 || d->reduction_count < 0 || d->input_count > 1 << 20 ||
      d->instruction_count > 1 << 20) {
    return 0;
  }
  int64_t total = 1, split = 1;
  for (int32_t axis = 0; axis < d->rank; axis++) {
    if (d->extents[axis] < 0 || multiply(&total, d->extents[axis])) return 0;
  }
  for (int32_t i = 0; i < d->instruction_count; i++) {
    const gan_instruction *in = &d->instructions[i];
    if (in->operation < 0 || in->operation >= GAN_OPERATION_COUNT) return 0;
    const int32_t operands[3] = {in->a, in->b, in->c};
    if (!are_valid(operands, gan_operand_count(in->operation), d->input_count + i)) return 0;
    if (in->operation == GAN_INDEX && (in->a < 0 || in->a >= d->rank)) return 0;
  }
  if (d->reduction_count > 0) {
    if (d->outer < 0 || d->reduced < 0 || d->inner < 0) return 0;
    if (multiply(&split, d->outer) || multiply(&split, d->reduced) || multiply(&split, d->inner)) return 0;
    if (split != total) return 0;
  }
  const int32_t limit = d->input_count + d->instruction_count;
  return are_valid(d->stores, d->store_count, limit) &&
         are_valid(d->reductions, d->reduction_count, limit);
}

static int copy_reductions(gan_program *program, const gan_program_description *d) {
  const size_t bytes = (size_t)d->reduction_count * sizeof(int32_t);
  program->reduction_count = d->reduction_count;
  program->reductions = malloc(bytes + 1);
  program->reduction_kinds = malloc(bytes + 1);
  if (!program->reductions || !program->reduction_kinds) return 0;
  if (bytes) memcpy(program->reductions, d->reductions, bytes);
  if (bytes) memcpy(program->reduction_kinds, d->reduction_kinds, bytes);
  return 1;
}

gan_program *gan_program_make(const gan_program_description *d) {
  if (!is_valid(d)) return NULL;
  gan_program *program = calloc(1, sizeof *program);
  if (!program) return NULL;
  program->rank = d->rank;
  program->total = 1;
  for (int32_t axis = 0; axis < d->rank; axis++) {
    program->extents[axis] = d->extents[axis];
    program->total *= d->extents[axis];
  }
  program->outer = d->outer;
  program->reduced = d->reduced;
  program->inner = d->inner;
  program->input_count = d->input_count;
  program->layouts = calloc((size_t)d->input_count + 1, sizeof(gan_layout));
  if (!program->layouts || !copy_reductions(program, d)) {
    gan_program_free(program);
    return NULL;
  }
  for (int32_t i = 0; i < d->input_count; i++) {
    program->layouts[i] = gan_layout_make(d->rank, d->extents, &d->inputs[i]);
  }
  if (!gan_program_schedule(program, d)) {
    gan_program_free(program);
    return NULL;
  }
  return program;
}

void gan_program_free(gan_program *program) {
  if (!program) return;
  free(program->layouts);
  free(program->registers);
  free(program->steps);
  free(program->stores);
  free(program->reductions);
  free(program->reduction_kinds);
  free(program);
}

static int64_t aligned(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }

int64_t gan_program_pointer_bytes(const gan_program *program) {
  const int64_t registers = program->register_count + GAN_MAXIMUM_RANK;
  return aligned((int64_t)sizeof(gan_call)) + aligned(registers * (int64_t)sizeof(float *)) +
         aligned(program->store_count);
}

int64_t gan_program_scratch_bytes(const gan_program *program) {
  const int64_t lanes = program->reduction_count * program->lanes;
  return gan_program_pointer_bytes(program) + aligned(program->slot_count * 4) +
         aligned(lanes * 4) + aligned(lanes * 8);
}

int64_t gan_program_block(const gan_program *program) { return program->block; }
