/* A program of the time of an older header: trains, samples, and finds that the library of today
 * writes nothing behind the structs as they were then. Built with each header beside this file. */
#include <gan.h>
#include <stdio.h>
#include <string.h>

#define GUARDED(kind) \
  struct { \
    kind value; \
    unsigned char guard[512]; \
  }

#define WANT(condition) \
  do { \
    if (!(condition)) { \
      printf("line %d: %s: %s\n", __LINE__, #condition, gan_last_error()); \
      return 1; \
    } \
  } while (0)

#if GAN_ABI_VERSION >= 1
#define START(kind, guarded) kind##_init(&(guarded).value)
#else
#define START(kind, guarded) (guarded).value.struct_size = sizeof(kind)
#endif

enum { COUNT = 32 };

static GUARDED(gan_batch) batch;
static GUARDED(gan_sample_options) sampling;
static GUARDED(gan_train_options) training;
static GUARDED(gan_step_stats) stats;

static int untouched(const unsigned char *guard) {
  int i;
  for (i = 0; i < 512; i++)
    if (guard[i] != 0xa5) return 0;
  return 1;
}

static int guards_hold(void) {
  return untouched(batch.guard) && untouched(sampling.guard) && untouched(training.guard) &&
         untouched(stats.guard);
}

static int32_t on_step(void *user, const gan_step_stats *now) {
  *(int64_t *)user += now->step > 0 && now->struct_size >= sizeof(gan_step_stats);
  return 0;
}

int main(void) {
  static float points[COUNT][2], samples[COUNT][2];
  gan_dataset data = 0;
  gan_model model = 0;
  int64_t written = 0, reports = 0;
  int i;
  memset(batch.guard, 0xa5, sizeof batch.guard);
  memset(sampling.guard, 0xa5, sizeof sampling.guard);
  memset(training.guard, 0xa5, sizeof training.guard);
  memset(stats.guard, 0xa5, sizeof stats.guard);
  START(gan_batch, batch);
  START(gan_sample_options, sampling);
  START(gan_train_options, training);
  START(gan_step_stats, stats);
  WANT(guards_hold());
  WANT(batch.value.struct_size == sizeof(gan_batch) && stats.value.struct_size == sizeof(gan_step_stats));

  for (i = 0; i < COUNT; i++) points[i][0] = (float)(i % 4), points[i][1] = (float)(i / 4) / 8;
  batch.value.element_type = GAN_F32;
  batch.value.rank = 2;
  batch.value.shape[0] = COUNT;
  batch.value.shape[1] = 2;
  batch.value.data = points;
  batch.value.data_bytes = (int64_t)sizeof points;
  WANT(gan_dataset_from_memory(&batch.value, &data) == GAN_OK);
  WANT(gan_model_create("{\"preset\": \"mlp\", \"batch\": 8, \"steps\": 50}", data, &model) == GAN_OK);
  WANT(gan_model_train_step(model, &batch.value, &stats.value) == GAN_OK && stats.value.step == 1);
  WANT(stats.value.struct_size == sizeof(gan_step_stats));
  training.value.steps = 4;
  WANT(gan_model_train(model, data, &training.value, on_step, &reports) == GAN_OK && reports == 3);

  sampling.value.label = -1;
  sampling.value.count = COUNT;
  sampling.value.truncation = sampling.value.temperature = 1;
  sampling.value.averaged = 1;
  WANT(gan_model_sample(model, &sampling.value, samples[0], COUNT * 2, &written) == GAN_OK);
  WANT(written == COUNT * 2 && guards_hold());
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  printf("ABI version %d on a library of %d: fine\n", GAN_ABI_VERSION, gan_abi_version());
  return 0;
}
