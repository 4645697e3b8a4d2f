#ifndef LIBGAN_PRIMITIVE_H
#define LIBGAN_PRIMITIVE_H

// What the files of this target share. oneDNN's headers are included here and nowhere else.

#include <oneapi/dnnl/dnnl.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR != 2
#error "written against oneDNN 2: version 3 makes primitive descriptors differently"
#endif

struct gan_dnn {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  /// Of the arguments a, b and c of gan_dnn_run; a reorder has no b (argument 0).
  dnnl_memory_desc_t memory[3];
  int argument[3];
  int64_t scratch_bytes;
  /// Of a convolution: its weights as this primitive wants them, and as HWIO.
  dnnl_memory_desc_t weights, plain;
  int has_weights;
  /// It may not be interrupted by a signal.
  int is_shielded;
};

/// The one engine and stream; NULL when oneDNN could not make them.
dnnl_engine_t gan_dnn_engine(void);
dnnl_stream_t gan_dnn_stream(void);

dnnl_data_type_t gan_dnn_type(int32_t element);
int gan_dnn_status(dnnl_status_t status);
/// Scratch memory that the caller gives: what makes a primitive safe to share among threads.
dnnl_status_t gan_dnn_attributes(dnnl_primitive_attr_t *attributes);
/// Takes over `description`; makes the primitive of `dnn` and asks for its scratch memory.
dnnl_status_t gan_dnn_finish(gan_dnn *dnn, dnnl_primitive_desc_t description);

#endif
