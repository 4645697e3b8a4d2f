// What all primitives have in common: making, running, asking.

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "Primitive.h"

dnnl_status_t gan_dnn_attributes(dnnl_primitive_attr_t *attributes) {
  dnnl_status_t status = dnnl_primitive_attr_create(attributes);
  if (status != dnnl_success) return status;
  return dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
}

dnnl_status_t gan_dnn_finish(gan_dnn *dnn, dnnl_primitive_desc_t description) {
  dnn->description = description;
  const dnnl_memory_desc_t *scratch =
    dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  dnn->scratch_bytes = scratch ? (int64_t)dnnl_memory_desc_get_size(scratch) : 0;
  // The gemm for AVX-512 points the stack pointer into a buffer of the heap while it works: what the
  // system writes below it to deliver a signal would land on whatever lies before that buffer.
  dnn->is_shielded = strstr(gan_dnn_implementation(dnn), "gemm") != NULL;
  return dnnl_primitive_create(&dnn->primitive, description);
}

void gan_dnn_free(gan_dnn *dnn) {
  if (!dnn) return;
  if (dnn->primitive) dnnl_primitive_destroy(dnn->primitive);
  if (dnn->description) dnnl_primitive_desc_destroy(dnn->description);
  free(dnn);
}

const char *gan_dnn_implementation(const gan_dnn *dnn) {
  const char *name = NULL;
  dnnl_status_t status =
    dnnl_primitive_desc_query(dnn->description, dnnl_query_impl_info_str, 0, &name);
  return status == dnnl_success && name ? name : "unknown";
}

int64_t gan_dnn_weights_bytes(const gan_dnn *dnn) {
  return dnn->has_weights ? (int64_t)dnnl_memory_desc_get_size(&dnn->weights) : 0;
}

int64_t gan_dnn_scratch_bytes(const gan_dnn *dnn) { return dnn->scratch_bytes; }

int32_t gan_dnn_weights_plain(const gan_dnn *dnn) {
  return dnn->has_weights && dnnl_memory_desc_equal(&dnn->weights, &dnn->plain);
}

int32_t gan_dnn_weights_equal(const gan_dnn *a, const gan_dnn *b) {
  return a->has_weights && b->has_weights && dnnl_memory_desc_equal(&a->weights, &b->weights);
}

/// Runs the primitive while the signals that others send to this thread wait.
static dnnl_status_t execute_shielded(
  const gan_dnn *dnn, int count, const dnnl_exec_arg_t *arguments) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
  sigset_t sent, before;
  sigfillset(&sent);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&sent, faults[i]);
  pthread_sigmask(SIG_BLOCK, &sent, &before);
  const dnnl_status_t status = dnnl_primitive_execute(dnn->primitive, gan_dnn_stream(), count, arguments);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

int gan_dnn_run(const gan_dnn *dnn, const void *a, const void *b, void *c, void *scratch) {
  void *const pointers[3] = {(void *)a, (void *)b, c};
  dnnl_exec_arg_t arguments[4] = {{0, NULL}};
  const dnnl_engine_t engine = gan_dnn_engine();
  dnnl_status_t status = dnnl_success;
  int count = 0;
  for (int i = 0; i < 3 && status == dnnl_success; i++) {
    if (dnn->argument[i] == 0) continue;
    arguments[count].arg = dnn->argument[i];
    status = dnnl_memory_create(&arguments[count].memory, &dnn->memory[i], engine, pointers[i]);
    if (status == dnnl_success) count++;
  }
  if (status == dnnl_success && dnn->scratch_bytes > 0) {
    const dnnl_memory_desc_t *scratchpad =
      dnnl_primitive_desc_query_md(dnn->description, dnnl_query_scratchpad_md, 0);
    arguments[count].arg = DNNL_ARG_SCRATCHPAD;
    status = dnnl_memory_create(&arguments[count].memory, scratchpad, engine, scratch);
    if (status == dnnl_success) count++;
  }
  if (status == dnnl_success) {
    status = dnn->is_shielded
               ? execute_shielded(dnn, count, arguments)
               : dnnl_primitive_execute(dnn->primitive, gan_dnn_stream(), count, arguments);
  }
  for (int i = 0; i < count; i++) dnnl_memory_destroy(arguments[i].memory);
  return gan_dnn_status(status);
}

/// The axis along which the wanted layout is outermost, and the elements of its blocks.
static int outermost(const dnnl_memory_desc_t *weights, int64_t *block) {
  const dnnl_blocking_desc_t *blocking = &weights->format_desc.blocking;
  int axis = 0;
  for (int i = 1; i < weights->ndims; i++) {
    if (blocking->strides[i] > blocking->strides[axis]) axis = i;
  }
  *block = 1;
  for (int i = 0; i < blocking->inner_nblks; i++) {
    if (blocking->inner_idxs[i] == axis) *block *= blocking->inner_blks[i];
  }
  return axis;
}

int32_t gan_dnn_reorder_parts(const gan_dnn *of, int32_t most) {
  if (!of->has_weights || of->weights.format_kind != dnnl_blocked) return 1;
  int64_t block;
  const int axis = outermost(&of->weights, &block);
  for (int i = 0; i < of->weights.ndims; i++) {
    if (of->weights.padded_dims[i] != of->weights.dims[i]) return 1;
  }
  const int64_t blocks = of->weights.dims[axis] / block;
  int32_t parts = most < blocks ? most : (int32_t)blocks;
  while (parts > 1 && blocks % parts != 0) parts--;
  return parts < 1 ? 1 : parts;
}

/// Both layouts narrowed to one part of the outermost axis.
static dnnl_status_t narrow(const gan_dnn *of, gan_dnn *dnn, int32_t part, int32_t parts) {
  if (parts == 1) return dnnl_success;
  int64_t block;
  const int axis = outermost(&of->weights, &block);
  dnnl_dims_t extents, offsets = {0};
  for (int i = 0; i < of->weights.ndims; i++) extents[i] = of->weights.dims[i];
  extents[axis] /= parts;
  offsets[axis] = part * extents[axis];
  const dnnl_memory_desc_t from = dnn->memory[0], to = dnn->memory[2];
  dnnl_status_t status = dnnl_memory_desc_init_submemory(&dnn->memory[0], &from, extents, offsets);
  if (status != dnnl_success) return status;
  return dnnl_memory_desc_init_submemory(&dnn->memory[2], &to, extents, offsets);
}

int gan_dnn_reorder_make(const gan_dnn *of, int32_t to_plain, int32_t part, int32_t parts, gan_dnn **out) {
  *out = NULL;
  if (!of->has_weights || part < 0 || part >= parts) return GAN_DNN_ARGUMENT;
  gan_dnn *dnn = calloc(1, sizeof *dnn);
  if (!dnn) return GAN_DNN_MEMORY;
  dnn->memory[0] = to_plain ? of->weights : of->plain;
  dnn->memory[2] = to_plain ? of->plain : of->weights;
  dnn->argument[0] = DNNL_ARG_FROM;
  dnn->argument[2] = DNNL_ARG_TO;
  const dnnl_engine_t engine = gan_dnn_engine();
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  dnnl_status_t status = narrow(of, dnn, part, parts);
  if (status == dnnl_success) status = gan_dnn_attributes(&attributes);
  if (status == dnnl_success) {
    status = dnnl_reorder_primitive_desc_create(
      &description, &dnn->memory[0], engine, &dnn->memory[2], engine, attributes);
  }
  if (status == dnnl_success) status = gan_dnn_finish(dnn, description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  if (status == dnnl_success) {
    *out = dnn;
  } else {
    gan_dnn_free(dnn);
  }
  return gan_dnn_status(status);
}
