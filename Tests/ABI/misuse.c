#include <string.h>

#include "include/abi_checks.h"
#include "support.h"

/// Every pointer that may not be NULL.
const char *abi_check_null_arguments(void) {
  gan_batch batch = abi_points(4);
  gan_sample_options options;
  gan_train_options training;
  gan_model model;
  gan_dataset data;
  int64_t count = 7;
  char text[8];
  const float latent[2] = {1, 2};
  gan_sample_options_init(&options);
  gan_train_options_init(&training);
  gan_batch_init(NULL);
  gan_sample_options_init(NULL);
  gan_train_options_init(NULL);
  gan_step_stats_init(NULL);

  WANT_STATUS(GAN_ARGUMENT, gan_build_info(text, 8, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_presets(NULL, 8, &count));
  WANT(count == 0);
  WANT_STATUS(GAN_ARGUMENT, gan_recipe_resolve(NULL, 0, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_model_create(NULL, 0, &model));
  WANT(model == 0);
  WANT_STATUS(GAN_ARGUMENT, gan_model_create(SMALL, 0, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_model_load(NULL, &model));
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_open(NULL, NULL, &data));
  WANT(data == 0);
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_open("", NULL, &data));
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_from_memory(NULL, &data));
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_from_memory(&batch, NULL));

  WANT(gan_model_create(SMALL, 0, &model) == GAN_OK);
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT_STATUS(GAN_ARGUMENT, gan_model_save(model, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_model_info(model, NULL, 0, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_model_train_step(model, NULL, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_model_train(model, data, NULL, NULL, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_model_sample(model, NULL, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_model_sample(model, &options, NULL, 0, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_model_sample(model, &options, NULL, 4, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_model_apply(model, NULL, &batch, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_model_apply(model, "discriminate", NULL, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_latents_interpolate(NULL, latent, 2, 2, 0, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_latents_interpolate(latent, NULL, 2, 2, 1, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_latents_interpolate(latent, latent, 2, 2, 2, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_latents_interpolate(latent, latent, 0, 2, 0, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_latents_interpolate(latent, latent, 2, INT64_MAX, 0, NULL, 0, &count));
  WANT(gan_latents_interpolate(latent, latent, 2, 3, 1, NULL, 0, &count) == GAN_OK && count == 6);
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_info(data, NULL, 0, NULL));
  WANT_STATUS(GAN_UNSUPPORTED, gan_model_sample_rows(model, &options, NULL, 0, &count));
  WANT_STATUS(GAN_ARGUMENT, gan_model_evaluate(model, data, NULL, NULL, 0, NULL));
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_compare(data, data, NULL, NULL, 4, &count));
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}

/// Handles that are 0, made up, of the other kind, stale or freed twice.
const char *abi_check_handles(void) {
  gan_batch batch = abi_points(4);
  gan_model model, next;
  gan_dataset data;
  int64_t length;
  WANT(gan_model_free(0) == GAN_OK && gan_dataset_free(0) == GAN_OK);
  WANT(gan_model_create(SMALL, 0, &model) == GAN_OK);
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT_STATUS(GAN_HANDLE, gan_model_free(data));
  WANT_STATUS(GAN_HANDLE, gan_dataset_free(model));
  WANT_STATUS(GAN_HANDLE, gan_model_cancel(0));
  WANT_STATUS(GAN_HANDLE, gan_model_cancel(~(uint64_t)0));
  WANT_STATUS(GAN_HANDLE, gan_model_cancel(model ^ (uint64_t)1 << 55));
  WANT_STATUS(GAN_HANDLE, gan_model_create("{}", model, &next));
  WANT(next == 0);
  WANT(gan_model_free(model) == GAN_OK);
  WANT_STATUS(GAN_HANDLE, gan_model_free(model));
  WANT_STATUS(GAN_HANDLE, gan_model_info(model, NULL, 0, &length));
  WANT(gan_model_create(SMALL, 0, &next) == GAN_OK && next != model);
  WANT_STATUS(GAN_HANDLE, gan_model_train_step(model, &batch, NULL));
  WANT(gan_model_free(next) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}

/// The two-call size query, and bytes that are not UTF-8.
const char *abi_check_texts(void) {
  char buffer[4096];
  int64_t length, again;
  gan_model model;
  memset(buffer, 'x', sizeof buffer);
  WANT(gan_build_info(NULL, 0, &length) == GAN_OK && length > 10 && length < 4000);
  WANT_STATUS(GAN_ARGUMENT, gan_build_info(buffer, length, &again));
  WANT(again == length && buffer[0] == 0 && buffer[1] == 'x');
  WANT(gan_build_info(buffer, length + 1, &again) == GAN_OK && again == length);
  WANT((int64_t)strlen(buffer) == length && buffer[length + 1] == 'x');
  WANT_STATUS(GAN_ARGUMENT, gan_build_info(buffer, -1, &again));
  WANT_STATUS(GAN_ARGUMENT, gan_build_info(buffer, 0, &again));
  WANT_STATUS(GAN_ARGUMENT, gan_model_create("{\"preset\": \"\xff\"}", 0, &model));
  WANT_STATUS(GAN_ARGUMENT, gan_model_load("\xc3\x28", &model));
  WANT_STATUS(GAN_FORMAT, gan_model_create("{\"preset\": ", 0, &model));
  WANT(strchr(gan_last_error(), '\n') == NULL);
  return NULL;
}
