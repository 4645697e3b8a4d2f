// Convolutions on dense NHWC activations, weights in whatever layout the kernel wants: a plain weight layout
// may leave nothing but a reference implementation.

#include <stdlib.h>

#include "Primitive.h"

/// The convolution with two spatial axes; one axis is the second, with a first of extent 1.
typedef struct {
  dnnl_dims_t source, weights, destination;
  dnnl_dims_t weight_strides;
  int weight_rank;
  dnnl_dims_t stride, dilation, low, high;
} sizes;

static int is_valid(const gan_dnn_convolution *c) {
  if (c->spatial != 1 && c->spatial != 2) return 0;
  if (c->batch < 1 || c->groups < 1 || c->channels < 1 || c->filters < 1) return 0;
  if (c->groups > 1 && (c->weights_channels > 0 || c->weights_filters > 0)) return 0;
  return c->channels % c->groups == 0 && c->filters % c->groups == 0;
}

static sizes sizes_of(const gan_dnn_convolution *c) {
  const int one = c->spatial == 1;
  const int64_t kept = c->channels / c->groups, made = c->filters / c->groups;
  const int64_t row = c->weights_filters > 0 ? c->weights_filters : c->filters;
  const int64_t rows = c->weights_channels > 0 ? c->weights_channels : kept;
  const int64_t height = one ? 1 : c->kernel[0], width = c->kernel[one ? 0 : 1];
  sizes s = {
    .source = {c->batch, c->channels, one ? 1 : c->size[0], c->size[one ? 0 : 1]},
    .destination = {c->batch, c->filters, one ? 1 : c->output[0], c->output[one ? 0 : 1]},
    .stride = {one ? 1 : c->stride[0], c->stride[one ? 0 : 1]},
    .dilation = {one ? 0 : c->dilation[0] - 1, c->dilation[one ? 0 : 1] - 1},
    .low = {one ? 0 : c->low[0], c->low[one ? 0 : 1]},
    .high = {one ? 0 : c->high[0], c->high[one ? 0 : 1]},
  };
  // HWIO seen as OIHW, with the groups in front when there are any.
  const int64_t dimensions[5] = {c->groups, made, kept, height, width};
  const int64_t strides[5] = {made, 1, row, width * rows * row, rows * row};
  const int first = c->groups > 1 ? 0 : 1;
  s.weight_rank = 5 - first;
  for (int i = 0; i < s.weight_rank; i++) {
    s.weights[i] = dimensions[i + first];
    s.weight_strides[i] = strides[i + first];
  }
  return s;
}

static dnnl_status_t describe(
  const sizes *s, int32_t direction, const dnnl_memory_desc_t *source,
  const dnnl_memory_desc_t *weights, const dnnl_memory_desc_t *destination,
  dnnl_convolution_desc_t *out, dnnl_prop_kind_t kind) {
  const dnnl_alg_kind_t algorithm = dnnl_convolution_direct;
  switch (direction) {
    case GAN_DNN_FORWARD:
      return dnnl_dilated_convolution_forward_desc_init(
        out, kind, algorithm, source, weights, NULL, destination, s->stride, s->dilation, s->low,
        s->high);
    case GAN_DNN_BACKWARD_DATA:
      return dnnl_dilated_convolution_backward_data_desc_init(
        out, algorithm, source, weights, destination, s->stride, s->dilation, s->low, s->high);
    default:
      return dnnl_dilated_convolution_backward_weights_desc_init(
        out, algorithm, source, weights, NULL, destination, s->stride, s->dilation, s->low, s->high);
  }
}

/// Of one direction: what is read is stored as `operands`, what is written as `result`.
typedef struct {
  dnnl_memory_desc_t source, weights, destination;
} descriptions;

static dnnl_status_t describe_memory(
  descriptions *out, const sizes *s, int32_t direction, int32_t operands, int32_t result) {
  const dnnl_data_type_t read = gan_dnn_type(operands), written = gan_dnn_type(result);
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(
    &out->source, 4, s->source, direction == GAN_DNN_BACKWARD_DATA ? written : read, dnnl_nhwc);
  if (!status) {
    status = dnnl_memory_desc_init_by_tag(
      &out->destination, 4, s->destination, direction == GAN_DNN_FORWARD ? written : read, dnnl_nhwc);
  }
  if (!status) {
    status = dnnl_memory_desc_init_by_tag(
      &out->weights, s->weight_rank, s->weights,
      direction == GAN_DNN_BACKWARD_WEIGHTS ? written : read, dnnl_format_tag_any);
  }
  return status;
}

/// The forward convolution that a backward one asks for; its types follow from the operands' alone.
static dnnl_status_t make_hint(dnnl_primitive_desc_t *hint, const sizes *s, int32_t operands) {
  descriptions d;
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = describe_memory(&d, s, GAN_DNN_FORWARD, operands, operands);
  if (!status) {
    status = describe(
      s, GAN_DNN_FORWARD, &d.source, &d.weights, &d.destination, &operation, dnnl_forward_training);
  }
  if (!status) status = dnnl_primitive_desc_create(hint, &operation, NULL, gan_dnn_engine(), NULL);
  return status;
}

static dnnl_status_t make(
  gan_dnn *dnn, const sizes *s, int32_t direction, int32_t operands, int32_t result) {
  descriptions d;
  dnnl_convolution_desc_t operation;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t hint = NULL, description = NULL;
  const dnnl_engine_t engine = gan_dnn_engine();
  if (!engine) return dnnl_runtime_error;
  dnnl_status_t status = describe_memory(&d, s, direction, operands, result);
  if (!status) {
    status = dnnl_memory_desc_init_by_strides(
      &dnn->plain, s->weight_rank, s->weights, dnnl_f32, s->weight_strides);
  }
  if (!status) status = gan_dnn_attributes(&attributes);
  if (!status && direction != GAN_DNN_FORWARD) status = make_hint(&hint, s, operands);
  if (!status) {
    status = describe(
      s, direction, &d.source, &d.weights, &d.destination, &operation, dnnl_forward_inference);
  }
  if (!status) status = dnnl_primitive_desc_create(&description, &operation, attributes, engine, hint);
  if (!status) {
    const dnnl_query_t query =
      direction == GAN_DNN_BACKWARD_WEIGHTS ? dnnl_query_diff_weights_md : dnnl_query_weights_md;
    dnn->weights = *dnnl_primitive_desc_query_md(description, query, 0);
    dnn->has_weights = 1;
    dnn->memory[0] = direction == GAN_DNN_BACKWARD_DATA ? d.destination : d.source;
    dnn->memory[1] = direction == GAN_DNN_BACKWARD_WEIGHTS ? d.destination : dnn->weights;
    dnn->memory[2] = direction == GAN_DNN_FORWARD ? d.destination : d.source;
    if (direction == GAN_DNN_BACKWARD_WEIGHTS) dnn->memory[2] = dnn->weights;
    status = gan_dnn_finish(dnn, description);
  }
  if (hint) dnnl_primitive_desc_destroy(hint);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

int gan_dnn_convolution_make(const gan_dnn_convolution *c, int32_t direction, gan_dnn **out) {
  static const int arguments[3][3] = {
    {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
    {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC},
    {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS},
  };
  *out = NULL;
  if (!is_valid(c) || direction < 0 || direction > GAN_DNN_BACKWARD_WEIGHTS) return GAN_DNN_ARGUMENT;
  gan_dnn *dnn = calloc(1, sizeof *dnn);
  if (!dnn) return GAN_DNN_MEMORY;
  for (int i = 0; i < 3; i++) dnn->argument[i] = arguments[direction][i];
  const sizes s = sizes_of(c);
  const dnnl_status_t status = make(dnn, &s, direction, c->operands, c->result);
  if (status == dnnl_success) {
    *out = dnn;
  } else {
    gan_dnn_free(dnn);
  }
  return gan_dnn_status(status);
}
