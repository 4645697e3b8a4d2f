// Matrix products of plain matrices.

#include <stdlib.h>

#include "Primitive.h"

/// A matrix [batch, rows, columns], without the batch when there is one only.
static dnnl_status_t matrix(
  dnnl_memory_desc_t *out, int batched, int64_t batch, int64_t rows, int64_t columns,
  const int64_t strides[3], int32_t element) {
  const dnnl_dims_t dimensions = {strides[0] == 0 ? 1 : batch, rows, columns};
  dnnl_dims_t steps = {strides[0], strides[1], strides[2]};
  if (strides[0] == 0) steps[0] = rows * columns;
  const int skip = batched ? 0 : 1;
  return dnnl_memory_desc_init_by_strides(
    out, 3 - skip, dimensions + skip, gan_dnn_type(element), steps + skip);
}

static dnnl_status_t make(gan_dnn *dnn, const gan_dnn_matmul *m) {
  dnnl_matmul_desc_t operation;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  const dnnl_engine_t engine = gan_dnn_engine();
  if (!engine) return dnnl_runtime_error;
  const int batched = m->batch > 1;
  dnnl_status_t status = matrix(&dnn->memory[0], batched, m->batch, m->m, m->k, m->a, m->operands);
  if (!status) status = matrix(&dnn->memory[1], batched, m->batch, m->k, m->n, m->b, m->operands);
  if (!status) status = matrix(&dnn->memory[2], batched, m->batch, m->m, m->n, m->c, GAN_DNN_F32);
  if (!status) {
    status = dnnl_matmul_desc_init(
      &operation, &dnn->memory[0], &dnn->memory[1], NULL, &dnn->memory[2]);
  }
  if (!status) status = gan_dnn_attributes(&attributes);
  if (!status) status = dnnl_primitive_desc_create(&description, &operation, attributes, engine, NULL);
  if (!status) status = gan_dnn_finish(dnn, description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

int gan_dnn_matmul_make(const gan_dnn_matmul *m, gan_dnn **out) {
  *out = NULL;
  if (m->batch < 1 || m->m < 1 || m->k < 1 || m->n < 1) return GAN_DNN_ARGUMENT;
  gan_dnn *dnn = calloc(1, sizeof *dnn);
  if (!dnn) return GAN_DNN_MEMORY;
  dnn->argument[0] = DNNL_ARG_SRC;
  dnn->argument[1] = DNNL_ARG_WEIGHTS;
  dnn->argument[2] = DNNL_ARG_DST;
  const dnnl_status_t status = make(dnn, m);
  if (status == dnnl_success) {
    *out = dnn;
  } else {
    gan_dnn_free(dnn);
  }
  return gan_dnn_status(status);
}
