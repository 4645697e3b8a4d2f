// The steps of a program on one block.

#include <float.h>

#include "Elementary.h"
#include "Program.h"

#define EACH GAN_VECTOR for (int64_t i = 0; i < n; i++)

#define UNARY(operation, expression) \
  case operation: \
    EACH { \
      float x = a[i]; \
      out[i] = (expression); \
    } \
    break;

#define BINARY(operation, expression) \
  case operation: \
    if (step->form == 0) { \
      EACH { \
        float x = a[i], y = b[i]; \
        out[i] = (expression); \
      } \
    } else if (step->form == 1) { \
      float x = *a; \
      EACH { \
        float y = b[i]; \
        out[i] = (expression); \
      } \
    } else { \
      float y = *b; \
      EACH { \
        float x = a[i]; \
        out[i] = (expression); \
      } \
    } \
    break;

#define TERNARY_FORM(number, X, Y, Z, expression) \
  case number: { \
    float p = *a, q = *b, r = *c; \
    (void)p, (void)q, (void)r; \
    EACH { \
      float x = X, y = Y, z = Z; \
      out[i] = (expression); \
    } \
    break; \
  }

#define TERNARY(operation, expression) \
  case operation: \
    switch (step->form) { \
      TERNARY_FORM(0, a[i], b[i], c[i], expression) \
      TERNARY_FORM(1, p, b[i], c[i], expression) \
      TERNARY_FORM(2, a[i], q, c[i], expression) \
      TERNARY_FORM(3, p, q, c[i], expression) \
      TERNARY_FORM(4, a[i], b[i], r, expression) \
      TERNARY_FORM(5, p, b[i], r, expression) \
      TERNARY_FORM(6, a[i], q, r, expression) \
    } \
    break;

/// The coordinate along `axis` of elements [position, position + n).
static void fill_index(
  const gan_program *program, int32_t axis, int64_t position, int64_t n, float *out) {
  int64_t run = 1;
  for (int32_t i = axis + 1; i < program->rank; i++) run *= program->extents[i];
  int64_t coordinate = position / run % program->extents[axis], within = position % run;
  for (int64_t i = 0; i < n;) {
    int64_t count = run - within < n - i ? run - within : n - i;
    for (int64_t end = i + count; i < end; i++) out[i] = (float)coordinate;
    within = 0;
    coordinate = coordinate + 1 == program->extents[axis] ? 0 : coordinate + 1;
  }
}

static void load(gan_call *call, const gan_step *step, int64_t n) {
  const gan_program *program = call->program;
  float *slot = call->slots + program->registers[step->result].slot;
  // Registers are only read after this, so that memory of the caller's may stand for one.
  call->registers[step->result] = (float *)gan_layout_load(
    &program->layouts[step->a], call->inputs[step->a], call->position, n, slot);
}

GAN_CLONES
void gan_execute(gan_call *call, const gan_step *steps, int32_t step_count, int64_t n) {
  float *const *registers = call->registers;
  for (const gan_step *step = steps; step < steps + step_count; step++) {
    const float *a = registers[step->a], *b = registers[step->b], *c = registers[step->c];
    float *out = registers[step->result];
    const float value = step->value;
    switch (step->operation) {
      case GAN_CONSTANT:
        EACH out[i] = value;
        break;
      case GAN_INDEX: fill_index(call->program, step->a, call->position, n, out); break;
      case GAN_LOAD: load(call, step, n); break;
      case GAN_COPY:
        if (step->form) {
          float x = *a;
          EACH out[i] = x;
        } else if (a != out) {
          EACH out[i] = a[i];
        }
        break;
        UNARY(GAN_NEGATE, -x)
        UNARY(GAN_RECIPROCAL, 1.0f / x)
        UNARY(GAN_EXP, gan_exp(x))
        UNARY(GAN_LOG, gan_log(x))
        UNARY(GAN_TANH, gan_tanh(x))
        UNARY(GAN_SIGMOID, gan_sigmoid(x))
        UNARY(GAN_SOFTPLUS, gan_softplus(x))
        UNARY(GAN_SINE, gan_sine(x))
        UNARY(GAN_SQRT, __builtin_elementwise_sqrt(x))
        UNARY(GAN_RSQRT, 1.0f / __builtin_elementwise_sqrt(x))
        UNARY(GAN_ABS, gan_magnitude(x))
        UNARY(GAN_SIGN, x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f)
        UNARY(GAN_FLOOR, __builtin_elementwise_floor(x))
        UNARY(GAN_SQUARE, x * x)
        UNARY(GAN_IS_FINITE, gan_magnitude(x) <= FLT_MAX ? 1.0f : 0.0f)
        UNARY(GAN_LEAKY, x > 0.0f ? x : value * x)
        UNARY(GAN_LEAKY_SLOPE, x > 0.0f ? 1.0f : value)
        BINARY(GAN_ADD, x + y)
        BINARY(GAN_SUBTRACT, x - y)
        BINARY(GAN_MULTIPLY, x * y)
        BINARY(GAN_DIVIDE, x / y)
        BINARY(GAN_MAXIMUM, gan_maximum(x, y))
        BINARY(GAN_MINIMUM, gan_minimum(x, y))
        BINARY(GAN_LESS, x < y ? 1.0f : 0.0f)
        BINARY(GAN_EQUAL, x == y ? 1.0f : 0.0f)
        TERNARY(GAN_SELECT, x != 0.0f ? y : z)
        TERNARY(GAN_MULTIPLY_ADD, x * y + z)
    }
  }
}
