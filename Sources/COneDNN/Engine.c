// The process's engine, OpenMP's setting and texts.

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "Primitive.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;
static dnnl_stream_t stream;
static int (*get_threads)(void);
static void (*set_threads)(int);
static char version[32];
// oneDNN keeps locks over what it makes: a fork waits until nobody makes anything, or its child would
// wait for a thread that it has not.
static pthread_rwlock_t making = PTHREAD_RWLOCK_INITIALIZER;

static void *openmp(const char *name) {
  // The library oneDNN runs on, which is loaded already: never a second one.
  void *library = dlopen("libgomp.so.1", RTLD_NOLOAD | RTLD_LAZY);
  void *symbol = dlsym(library ? library : RTLD_DEFAULT, name);
  if (library) dlclose(library);
  return symbol;
}

static void before_fork(void) { pthread_rwlock_wrlock(&making); }
static void after_fork(void) { pthread_rwlock_unlock(&making); }
static void after_fork_in_child(void) {
  const pthread_rwlock_t fresh = PTHREAD_RWLOCK_INITIALIZER;
  making = fresh;
}

static void begin(void) {
  pthread_atfork(before_fork, after_fork, after_fork_in_child);
  get_threads = (int (*)(void))openmp("omp_get_max_threads");
  set_threads = (void (*)(int))openmp("omp_set_num_threads");
  const dnnl_version_t *v = dnnl_version();
  snprintf(version, sizeof version, "%d.%d.%d", v->major, v->minor, v->patch);
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) {
    engine = NULL;
  } else if (dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success) {
    stream = NULL;
  }
}

dnnl_engine_t gan_dnn_engine(void) {
  pthread_once(&once, begin);
  return stream ? engine : NULL;
}

// A stream of the CPU engine holds no state: work is done in the call that asks for it.
dnnl_stream_t gan_dnn_stream(void) {
  pthread_once(&once, begin);
  return stream;
}

void gan_dnn_begin_thread(int32_t *saved) {
  pthread_once(&once, begin);
  *saved = 0;
  if (!get_threads || !set_threads) return;
  *saved = get_threads();
  if (*saved != 1) set_threads(1);
}

void gan_dnn_end_thread(int32_t saved) {
  if (set_threads && saved > 1) set_threads(saved);
}

void gan_dnn_begin_making(void) {
  pthread_once(&once, begin);
  pthread_rwlock_rdlock(&making);
}

void gan_dnn_end_making(void) { pthread_rwlock_unlock(&making); }

int32_t gan_dnn_has_bf16(void) {
  const unsigned isa = (unsigned)dnnl_get_effective_cpu_isa(), wanted = dnnl_cpu_isa_avx512_core_bf16;
  return (isa & wanted) == wanted;
}

dnnl_data_type_t gan_dnn_type(int32_t element) {
  return element == GAN_DNN_BF16 ? dnnl_bf16 : dnnl_f32;
}

const char *gan_dnn_version(void) {
  pthread_once(&once, begin);
  return version;
}

int gan_dnn_status(dnnl_status_t status) {
  switch (status) {
    case dnnl_success: return GAN_DNN_OK;
    case dnnl_out_of_memory: return GAN_DNN_MEMORY;
    case dnnl_invalid_arguments: return GAN_DNN_ARGUMENT;
    case dnnl_unimplemented:
    case dnnl_iterator_ends: return GAN_DNN_UNSUPPORTED;
    default: return GAN_DNN_INTERNAL;
  }
}

const char *gan_dnn_status_text(int32_t status) {
  switch (status) {
    case GAN_DNN_OK: return "no error";
    case GAN_DNN_MEMORY: return "oneDNN has not enough memory";
    case GAN_DNN_ARGUMENT: return "oneDNN does not take these sizes";
    case GAN_DNN_UNSUPPORTED: return "oneDNN has no kernel for these sizes";
    default: return "oneDNN failed";
  }
}
