// Structs of older and of newer headers.

#include <stddef.h>

#include "include/abi_checks.h"
#include "support.h"

/// What a caller with a larger struct, or none behind it, has there: never to be written.
struct guarded {
  gan_step_stats stats;
  char beyond[64];
};

static const char *stats_of_every_size(gan_model model) {
  const gan_batch batch = abi_points(4);
  const size_t smallest = offsetof(gan_step_stats, discriminator_loss);
  struct guarded guarded;
  for (size_t size = 0; size <= sizeof guarded; size++) {
    memset(&guarded, 0x55, sizeof guarded);
    guarded.stats.struct_size = (uint32_t)size;
    const gan_status status = gan_model_train_step(model, &batch, &guarded.stats);
    const size_t written = size < smallest                 ? sizeof(uint32_t)
                           : size < sizeof(gan_step_stats) ? size
                                                           : sizeof(gan_step_stats);
    WANT(status == (size < smallest ? GAN_ARGUMENT : GAN_OK));
    WANT(guarded.stats.struct_size == size);
    for (size_t i = written; i < sizeof guarded; i++) WANT(((char *)&guarded)[i] == 0x55);
  }
  return NULL;
}

/// Answers a call's struct of every size: refused up to the fields that the first header had.
#define EVERY_SIZE(kind, value, first_optional, call) \
  for (uint32_t size = 0; size <= sizeof(kind) + 8; size++) { \
    kind given = value; \
    given.struct_size = size; \
    WANT((call) == (size < offsetof(kind, first_optional) ? GAN_ARGUMENT : GAN_OK)); \
  }

const char *abi_check_structs(void) {
  gan_model model;
  gan_dataset data;
  gan_batch points = abi_points(16);
  gan_sample_options sampling;
  gan_train_options training;
  int64_t count;
  const char *found;
  WANT(gan_model_create(TINY(POINTS), 0, &model) == GAN_OK);
  WANT(gan_dataset_from_memory(&points, &data) == GAN_OK);
  found = stats_of_every_size(model);
  if (found) return found;

  gan_sample_options_init(&sampling);
  gan_train_options_init(&training);
  training.steps = 1;
  EVERY_SIZE(gan_sample_options, sampling, labels, gan_model_sample(model, &given, NULL, 0, &count))
  EVERY_SIZE(gan_train_options, training, seconds, gan_model_train(model, data, &given, NULL, NULL))
  EVERY_SIZE(gan_batch, points, labels, gan_model_train_step(model, &given, NULL))
  // Fields behind an older struct are not the caller's: they count as not set.
  sampling.label_count = 5;
  WANT_NAMED(GAN_ARGUMENT, "labels", gan_model_sample(model, &sampling, NULL, 0, &count));
  sampling.struct_size = offsetof(gan_sample_options, labels);
  WANT(gan_model_sample(model, &sampling, NULL, 0, &count) == GAN_OK);
  gan_train_options absurd;
  gan_train_options_init(&absurd);
  absurd.struct_size = UINT32_MAX;
  WANT_NAMED(GAN_ARGUMENT, "struct_size", gan_model_train(model, data, &absurd, NULL, NULL));
  absurd.struct_size = 4097;
  WANT_NAMED(GAN_ARGUMENT, "struct_size", gan_model_train(model, data, &absurd, NULL, NULL));
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}

/// The init functions set every byte.
const char *abi_check_defaults(void) {
  gan_batch batch;
  gan_sample_options sampling;
  gan_train_options training;
  gan_step_stats stats;
  memset(&batch, 0x55, sizeof batch), memset(&sampling, 0x55, sizeof sampling);
  memset(&training, 0x55, sizeof training), memset(&stats, 0x55, sizeof stats);
  gan_batch_init(&batch), gan_sample_options_init(&sampling);
  gan_train_options_init(&training), gan_step_stats_init(&stats);
  WANT(batch.struct_size == sizeof batch && sampling.struct_size == sizeof sampling);
  WANT(training.struct_size == sizeof training && stats.struct_size == sizeof stats);
  WANT(batch.element_type == 0 && batch.rank == 0 && !batch.data && !batch.labels && batch.label_count == 0);
  WANT(batch.reserved == 0 && batch.data_bytes == 0);
  for (int i = 0; i < 8; i++) WANT(batch.shape[i] == 0);
  WANT(sampling.label == -1 && sampling.seed == 0 && sampling.first == 0 && sampling.count == 1);
  WANT(sampling.truncation == 1 && sampling.temperature == 1 && sampling.averaged == 1);
  WANT(!sampling.labels && !sampling.codes && !sampling.conditions && sampling.reserved == 0);
  WANT(sampling.label_count == 0 && sampling.code_count == 0);
  WANT(sampling.balanced == 0 && sampling.reserved_end == 0);
  WANT(training.steps == 0 && training.seconds == 0 && training.report_interval == 1);
  WANT(training.reserved == 0 && training.held_out == 0 && !training.best_path);
  WANT(stats.step == 0 && stats.verdict == GAN_VERDICT_HEALTHY && stats.accuracy == 0);
  WANT(stats.generator_updated == 0 && stats.reserved == 0);
  gan_batch_init(NULL), gan_sample_options_init(NULL), gan_train_options_init(NULL),
    gan_step_stats_init(NULL);
  return NULL;
}
