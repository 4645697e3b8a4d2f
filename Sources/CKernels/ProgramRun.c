// Runs a program over a range, block by block.

#include <string.h>

#include "Bfloat16.h"
#include "Program.h"

GAN_CLONES
static void store_bf16(const float *from, uint16_t *to, int64_t count) {
  GAN_VECTOR for (int64_t i = 0; i < count; i++) to[i] = gan_to_bf16(from[i]);
}

static int overlap(const float *a, const float *b, int64_t count) {
  uintptr_t first = (uintptr_t)a, second = (uintptr_t)b, bytes = (uintptr_t)count * sizeof(float);
  return first < second + bytes && second < first + bytes;
}

/// Whether the step that makes a store may write to its memory although later steps of the block
/// still read their inputs.
static int is_direct(const gan_call *call, int32_t index) {
  const gan_program *program = call->program;
  const gan_store *store = &program->stores[index];
  if (store->element != GAN_F32) return 0;
  for (int32_t i = 0; i < program->input_count; i++) {
    if (!program->layouts[i].contiguous || program->registers[i].last_use <= store->step) continue;
    const float *input = call->inputs[i] + program->layouts[i].offset;
    if (overlap(input, call->stores[index], program->total)) return 0;
  }
  return 1;
}

void gan_call_begin(
  gan_call *call, const gan_program *program, const float *const *inputs, float *const *stores,
  void *scratch) {
  char *memory = scratch;
  const int64_t head = ((int64_t)sizeof(gan_call) + 63) & ~(int64_t)63;
  const int64_t pointers = gan_program_pointer_bytes(program);
  call->program = program;
  call->inputs = inputs;
  call->stores = stores;
  call->registers = (float **)(void *)(memory + head);
  call->direct = (uint8_t *)(call->registers + program->register_count + GAN_MAXIMUM_RANK);
  call->slots = (float *)(void *)(memory + pointers);
  const int64_t lanes = program->reduction_count * program->lanes;
  call->lanes = call->slots + (program->slot_count + 15) / 16 * 16;
  call->sums = (double *)(void *)(call->lanes + (lanes + 15) / 16 * 16);
  for (int32_t i = 0; i < program->register_count; i++) {
    int64_t slot = program->registers[i].slot;
    call->registers[i] = slot < 0 ? NULL : call->slots + slot;
  }
  for (int32_t i = 0; i < GAN_MAXIMUM_RANK; i++) call->registers[program->register_count + i] = NULL;
  for (int32_t i = 0; i < program->store_count; i++) call->direct[i] = (uint8_t)is_direct(call, i);
  call->position = 0;
  gan_execute(call, program->steps, program->step_counts[GAN_UNIFORM], 1);
}

void gan_call_prepare(gan_call *call, int64_t position, int64_t count) {
  const gan_program *program = call->program;
  call->position = position % program->period;
  gan_execute(
    call, program->steps + program->step_counts[GAN_UNIFORM], program->step_counts[GAN_PERIODIC],
    count < program->block ? count : program->block);
}

void gan_call_block(gan_call *call, int64_t position, int64_t count) {
  const gan_program *program = call->program;
  for (int32_t i = 0; i < program->input_count; i++) {
    if (!program->layouts[i].contiguous) continue;
    call->registers[i] = (float *)call->inputs[i] + program->layouts[i].offset + position;
  }
  for (int32_t i = 0; i < program->store_count; i++) {
    if (call->direct[i]) call->registers[program->stores[i].result] = call->stores[i] + position;
  }
  call->position = position;
  const gan_step *steps =
    program->steps + program->step_counts[GAN_UNIFORM] + program->step_counts[GAN_PERIODIC];
  gan_execute(call, steps, program->step_counts[GAN_VARYING], count);
}

void gan_call_store(gan_call *call, int64_t position, int64_t count) {
  const gan_program *program = call->program;
  for (int32_t i = 0; i < program->store_count; i++) {
    if (call->direct[i]) continue;
    const float *from = call->registers[program->stores[i].result];
    if (program->stores[i].element == GAN_BF16) {
      store_bf16(from, (uint16_t *)(void *)call->stores[i] + position, count);
    } else {
      memcpy(call->stores[i] + position, from, (size_t)count * sizeof(float));
    }
  }
}

void gan_program_run(
  const gan_program *program, const float *const *inputs, float *const *stores, int64_t begin,
  int64_t end, void *scratch) {
  if (begin >= end) return;
  gan_call *call = scratch;
  gan_call_begin(call, program, inputs, stores, scratch);
  gan_call_prepare(call, begin, end - begin);
  for (int64_t position = begin; position < end; position += program->block) {
    int64_t count = end - position < program->block ? end - position : program->block;
    gan_call_block(call, position, count);
    gan_call_store(call, position, count);
  }
}
