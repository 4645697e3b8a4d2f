/* A header as it would have been before today's: the structs end earlier, the init functions and much
 * else are not there yet. It was never released; it stands for the past that version 1 has not. */
#ifndef LIBGAN_GAN_H
#define LIBGAN_GAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GAN_ABI_VERSION 0

typedef int32_t gan_status;
enum { GAN_OK = 0, GAN_ARGUMENT = 1, GAN_HANDLE = 2, GAN_BUSY = 3, GAN_MEMORY = 4, GAN_CANCELLED = 7 };

typedef uint64_t gan_model;
typedef uint64_t gan_dataset;

enum { GAN_U8 = 1, GAN_F32 = 2 };

typedef struct gan_batch {
  uint32_t struct_size;
  int32_t element_type;
  int32_t rank;
  int32_t reserved;
  int64_t shape[8];
  const void *data;
  int64_t data_bytes;
} gan_batch;

typedef struct gan_sample_options {
  uint32_t struct_size;
  int32_t label;
  uint64_t seed;
  int64_t first;
  int64_t count;
  double truncation;
  double temperature;
  int32_t averaged;
  int32_t reserved;
} gan_sample_options;

typedef struct gan_train_options {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t steps;
} gan_train_options;

typedef struct gan_step_stats {
  uint32_t struct_size;
  int32_t verdict;
  int64_t step;
} gan_step_stats;

typedef int32_t (*gan_step_callback)(void *user, const gan_step_stats *stats);

int32_t gan_abi_version(void);
const char *gan_last_error(void);
gan_status gan_model_create(const char *recipe_json, gan_dataset data_or_0, gan_model *out_model);
gan_status gan_model_train_step(gan_model model, const gan_batch *real, gan_step_stats *out_stats);
gan_status gan_model_train(gan_model model, gan_dataset data, const gan_train_options *options,
                           gan_step_callback on_step, void *user);
gan_status gan_model_sample(gan_model model, const gan_sample_options *options, float *out,
                            int64_t capacity, int64_t *out_count);
gan_status gan_model_free(gan_model model);
gan_status gan_dataset_from_memory(const gan_batch *batch, gan_dataset *out_dataset);
gan_status gan_dataset_free(gan_dataset data);

#ifdef __cplusplus
}
#endif

#endif /* LIBGAN_GAN_H */
