// Which steps run once a call and which once a block, the block's length, and where registers lie.

#include <stdlib.h>
#include <string.h>

#include "Program.h"

typedef struct {
  gan_program *program;
  const gan_program_description *description;
  gan_step *steps[3];  // by stage
  int32_t *expanded;   // for each described register: a register of its values in a vector
  uint8_t *used;
} gan_schedule;

static int64_t common_multiple(int64_t a, int64_t b) {
  int64_t x = a, y = b;
  while (y != 0) {
    int64_t rest = x % y;
    x = y;
    y = rest;
  }
  return a / x * b;
}

/// Lanes for a sum that leaves `inner` numbers: at least 64 where that needs no odd lengths.
static int64_t lanes_for(const gan_program *program) {
  if (program->inner > GAN_BLOCK_LIMIT) return 0;
  if (program->reduced * program->inner <= GAN_BLOCK_LIMIT) return program->reduced * program->inner;
  int64_t even = common_multiple(program->inner, 16);
  if (even > GAN_BLOCK_LIMIT / 2) even = program->inner;
  return even < 64 ? even * ((63 + even) / even) : even;
}

/// The unit of a block holds whole periods of all that is periodic, so that those registers can stay;
/// a view for which this would ask for too long a block is brought together anew in each block.
static int64_t choose_unit(gan_program *program) {
  int64_t unit = 1;
  program->lanes = 1;
  if (program->reduction_count > 0 && program->total > 0) {
    program->lanes = lanes_for(program);
    unit = program->lanes > 0 ? program->lanes : 1;
  }
  program->period = 1;
  for (int32_t i = 0; i < program->input_count; i++) {
    gan_layout *layout = &program->layouts[i];
    if (layout->stage != GAN_PERIODIC) continue;
    int fits = program->total > 0 && layout->period <= GAN_BLOCK_LIMIT;
    if (fits && program->lanes == 0 && program->inner % layout->period != 0) fits = 0;
    if (fits && common_multiple(unit, layout->period) <= GAN_BLOCK_LIMIT) {
      unit = common_multiple(unit, layout->period);
      program->period = common_multiple(program->period, layout->period);
    } else {
      layout->stage = GAN_VARYING;
    }
  }
  return unit;
}

/// Long enough that the cost of a step's dispatch vanishes, short enough that the blocks of all
/// registers, inputs and results stay in the first-level cache; with 4 KiB each and arrays that begin on
/// pages, a few would already drive each other out.
static void choose_block(gan_program *program, int64_t unit, int32_t streams) {
  int64_t target = streams <= 6 ? 1024 : streams <= 12 ? 512 : 256;
  int64_t even = common_multiple(unit, 16);
  if (even <= target) unit = even;
  program->block = unit <= target ? target / unit * unit : unit;
  if (program->lanes == 0) program->lanes = program->block;
}

static void mark_used(gan_schedule *s) {
  const gan_program_description *d = s->description;
  for (int32_t i = 0; i < d->store_count; i++) s->used[d->stores[i]] = 1;
  for (int32_t i = 0; i < d->reduction_count; i++) s->used[d->reductions[i]] = 1;
  for (int32_t i = d->instruction_count - 1; i >= 0; i--) {
    const gan_instruction *in = &d->instructions[i];
    if (!s->used[d->input_count + i]) continue;
    int count = gan_operand_count(in->operation);
    if (count > 0) s->used[in->a] = 1;
    if (count > 1) s->used[in->b] = 1;
    if (count > 2) s->used[in->c] = 1;
  }
}

static gan_step *append(gan_schedule *s, gan_stage stage, gan_step step) {
  gan_step *place = &s->steps[stage][s->program->step_counts[stage]++];
  *place = step;
  return place;
}

/// A register of values in a vector: itself unless it is uniform.
static int32_t expand(gan_schedule *s, int32_t index) {
  gan_program *program = s->program;
  if (program->registers[index].stage != GAN_UNIFORM) return index;
  if (s->expanded[index] < 0) {
    int32_t result = program->register_count++;
    program->registers[result].stage = GAN_PERIODIC;
    s->expanded[index] = result;
    append(
      s, GAN_PERIODIC,
      (gan_step){.operation = GAN_COPY, .form = 1, .a = index, .b = index, .c = index, .result = result});
  }
  return s->expanded[index];
}

static void add_input(gan_schedule *s, int32_t index) {
  gan_layout *layout = &s->program->layouts[index];
  s->program->registers[index].stage = layout->stage;
  if (!s->used[index] || layout->contiguous) return;
  append(
    s, layout->stage,
    (gan_step){.operation = GAN_LOAD, .a = index, .b = index, .c = index, .result = index});
}

static void add_instruction(gan_schedule *s, int32_t index) {
  const gan_program_description *d = s->description;
  const gan_instruction *in = &d->instructions[index];
  const int32_t result = d->input_count + index;
  gan_register *registers = s->program->registers;
  gan_step step = {in->operation, 0, in->a, in->b, in->c, result, in->value};
  gan_stage stage = in->operation == GAN_INDEX ? GAN_VARYING : GAN_UNIFORM;
  const int count = gan_operand_count(in->operation);
  int32_t *const places[3] = {&step.a, &step.b, &step.c};
  for (int i = 0; i < count; i++) {
    if (registers[*places[i]].stage > stage) stage = registers[*places[i]].stage;
  }
  for (int i = 0; i < count; i++) {
    if (stage != GAN_UNIFORM && registers[*places[i]].stage == GAN_UNIFORM) step.form |= 1 << i;
  }
  for (int i = count; i < 3; i++) {
    if (i > 0 || in->operation == GAN_CONSTANT) *places[i] = i > 0 && count > 0 ? step.a : result;
  }
  registers[result].stage = stage;
  if (s->used[result]) append(s, stage, step);
}

static void add_stores(gan_schedule *s) {
  gan_program *program = s->program;
  const gan_program_description *d = s->description;
  for (int32_t i = 0; i < d->store_count; i++) {
    int32_t source = d->stores[i];
    const int32_t element = d->store_elements ? d->store_elements[i] : GAN_F32;
    int copied = program->registers[source].stage != GAN_VARYING;
    // What is rounded on its way out may be read from any register.
    for (int32_t other = 0; element == GAN_F32 && other < i; other++) copied |= d->stores[other] == source;
    if (element == GAN_F32) copied |= source < d->input_count;
    if (copied) {
      int32_t result = program->register_count++;
      int form = program->registers[source].stage == GAN_UNIFORM;
      program->registers[result].stage = GAN_VARYING;
      append(
        s, GAN_VARYING,
        (gan_step){
          .operation = GAN_COPY, .form = form, .a = source, .b = source, .c = source, .result = result});
      source = result;
    }
    program->stores[i].result = source;
    program->stores[i].element = element;
  }
}

/// Counts what each varying step reads, and where a stored register is made.
static void find_uses(gan_schedule *s) {
  gan_program *program = s->program;
  const gan_step *steps = s->steps[GAN_VARYING];
  for (int32_t i = 0; i < program->register_count; i++) program->registers[i].last_use = -1;
  for (int32_t t = 0; t < program->step_counts[GAN_VARYING]; t++) {
    const int32_t read[3] = {steps[t].a, steps[t].b, steps[t].c};
    for (int i = 0; i < 3 && steps[t].operation != GAN_INDEX; i++) program->registers[read[i]].last_use = t;
    for (int32_t i = 0; i < program->store_count; i++) {
      if (program->stores[i].result == steps[t].result) program->stores[i].step = t;
    }
  }
  for (int32_t i = 0; i < program->reduction_count; i++) {
    program->registers[program->reductions[i]].last_use = INT32_MAX;
  }
  for (int32_t i = 0; i < program->store_count; i++) {
    program->registers[program->stores[i].result].last_use = INT32_MAX;
  }
}

/// Gives every register that needs memory a vector's number, reusing those of dead varying registers.
/// A result may lie where an operand lay that dies with this step. Returns the most vectors.
static int32_t assign_vectors(gan_schedule *s, int32_t *unused) {
  gan_program *program = s->program;
  int32_t vectors = 0, unused_count = 0;
  for (int32_t i = 0; i < program->register_count; i++) {
    gan_register *r = &program->registers[i];
    r->slot = r->stage == GAN_PERIODIC ? vectors++ : -1;
  }
  for (int32_t t = 0; t < program->step_counts[GAN_VARYING]; t++) {
    const gan_step *step = &s->steps[GAN_VARYING][t];
    const int32_t read[3] = {step->a, step->b, step->c};
    for (int i = 0; i < 3 && step->operation != GAN_INDEX; i++) {
      gan_register *r = &program->registers[read[i]];
      if (r->stage != GAN_VARYING || r->slot < 0 || r->last_use != t) continue;
      unused[unused_count++] = (int32_t)r->slot;
      r->last_use = -1;
    }
    program->registers[step->result].slot = unused_count > 0 ? unused[--unused_count] : vectors++;
  }
  return vectors;
}

/// From numbers of vectors to places in the scratch memory: uniform values first.
static void place_registers(gan_program *program, int32_t vectors) {
  int64_t uniforms = 0;
  const int64_t length = (program->block + 15) / 16 * 16;
  for (int32_t i = 0; i < program->register_count; i++) {
    gan_register *r = &program->registers[i];
    if (r->stage == GAN_UNIFORM) r->slot = uniforms++;
  }
  const int64_t start = (uniforms + 15) / 16 * 16;
  for (int32_t i = 0; i < program->register_count; i++) {
    gan_register *r = &program->registers[i];
    if (r->stage != GAN_UNIFORM && r->slot >= 0) r->slot = start + r->slot * length;
  }
  program->slot_count = start + vectors * length;
}

static void build(gan_schedule *s, int64_t unit, int32_t *unused) {
  gan_program *program = s->program;
  const gan_program_description *d = s->description;
  for (int32_t i = 0; i < d->input_count; i++) add_input(s, i);
  for (int32_t i = 0; i < d->instruction_count; i++) add_instruction(s, i);
  for (int32_t i = 0; i < d->reduction_count; i++) {
    program->reductions[i] = expand(s, program->reductions[i]);
  }
  add_stores(s);
  find_uses(s);
  const int32_t vectors = assign_vectors(s, unused);
  int32_t streams = vectors;
  for (int32_t i = 0; i < d->input_count; i++) streams += s->used[i] && program->layouts[i].contiguous;
  choose_block(program, unit, streams);
  place_registers(program, vectors);
  gan_step *end = program->steps + program->step_counts[0];
  memmove(end, s->steps[1], (size_t)program->step_counts[1] * sizeof(gan_step));
  end += program->step_counts[1];
  memmove(end, s->steps[2], (size_t)program->step_counts[2] * sizeof(gan_step));
}

int gan_program_schedule(gan_program *program, const gan_program_description *d) {
  const size_t described = (size_t)d->input_count + (size_t)d->instruction_count;
  const size_t most = 2 * described + (size_t)d->store_count + 1;
  gan_schedule s = {.program = program, .description = d};
  program->registers = calloc(most, sizeof(gan_register));
  program->steps = calloc(3 * most, sizeof(gan_step));
  program->stores = calloc((size_t)d->store_count + 1, sizeof(gan_store));
  s.expanded = malloc((described + 1) * sizeof(int32_t));
  s.used = calloc(described + 1, 1);
  int32_t *unused = malloc(most * sizeof(int32_t));
  const int complete =
    program->registers && program->steps && program->stores && s.expanded && s.used && unused;
  if (complete) {
    program->register_count = (int32_t)described;
    program->store_count = d->store_count;
    for (int stage = 0; stage < 3; stage++) s.steps[stage] = program->steps + (size_t)stage * most;
    for (size_t i = 0; i < described; i++) s.expanded[i] = -1;
    mark_used(&s);
    build(&s, choose_unit(program), unused);
  }
  free(s.expanded);
  free(s.used);
  free(unused);
  return complete;
}
