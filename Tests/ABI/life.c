#include "include/abi_checks.h"
#include "support.h"

static int32_t count_steps(void *user, const gan_step_stats *stats) {
  ++*(int *)user;
  return stats->step >= 6;
}

/// Dataset, model, steps, training stopped by its callback, samples, scores, saving and loading.
const char *abi_check_life(const char *path) {
  gan_batch batch = abi_points(64);
  gan_dataset data;
  gan_model model, copy;
  gan_step_stats stats;
  gan_train_options training;
  gan_sample_options options;
  float one[8], two[8], scores[64];
  int64_t count;
  int calls = 0;

  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK && data != 0);
  WANT(gan_model_create("{\"preset\": \"mlp\", \"batch\": 16}", data, &model) == GAN_OK && model != 0);
  gan_step_stats_init(&stats);
  WANT(gan_model_train_step(model, &batch, &stats) == GAN_OK && stats.step == 1);
  WANT(stats.struct_size == sizeof stats && stats.generator_updated == 1);
  WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
  gan_train_options_init(&training);
  training.steps = 100;
  WANT(gan_model_train(model, data, &training, count_steps, &calls) == GAN_CANCELLED && calls == 4);
  training.steps = 8;
  WANT(gan_model_train(model, data, &training, NULL, NULL) == GAN_OK);

  gan_sample_options_init(&options);
  options.count = 4;
  WANT(gan_model_sample(model, &options, NULL, 0, &count) == GAN_OK && count == 8);
  WANT(gan_model_sample(model, &options, one, 8, &count) == GAN_OK && count == 8);
  WANT_STATUS(GAN_ARGUMENT, gan_model_sample(model, &options, one, 7, &count));
  WANT(count == 8);
  WANT(gan_model_apply(model, "discriminate", &batch, scores, 64, &count) == GAN_OK && count == 64);

  WANT(gan_model_save(model, path) == GAN_OK);
  WANT(gan_model_load(path, &copy) == GAN_OK && copy != model);
  WANT(gan_model_sample(copy, &options, two, 8, &count) == GAN_OK);
  WANT(memcmp(one, two, sizeof one) == 0);
  WANT(gan_model_free(copy) == GAN_OK && gan_model_free(model) == GAN_OK);
  WANT(gan_dataset_free(data) == GAN_OK);
  return NULL;
}
