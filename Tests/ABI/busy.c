#include <pthread.h>

#include "include/abi_checks.h"
#include "support.h"

struct trial {
  gan_model model;
  gan_dataset data;
  gan_status inside, other_free, other_step, other_sample, data_free;
};

static gan_status sample(gan_model model) {
  gan_sample_options options;
  float out[2];
  int64_t count;
  gan_sample_options_init(&options);
  return gan_model_sample(model, &options, out, 2, &count);
}

static void *other_thread(void *user) {
  struct trial *trial = user;
  const gan_batch batch = abi_points(4);
  trial->other_free = gan_model_free(trial->model);
  trial->other_step = gan_model_train_step(trial->model, &batch, NULL);
  trial->other_sample = sample(trial->model);
  trial->data_free = gan_dataset_free(trial->data);
  gan_model_cancel(trial->model);
  return NULL;
}

static int32_t on_step(void *user, const gan_step_stats *stats) {
  struct trial *trial = user;
  pthread_t thread;
  (void)stats;
  trial->inside = sample(trial->model);
  if (pthread_create(&thread, NULL, other_thread, user) == 0) pthread_join(thread, NULL);
  return 0;
}

/// While one thread trains, its callback may sample; another thread gets BUSY, and may cancel.
const char *abi_check_busy(void) {
  const gan_batch batch = abi_points(64);
  struct trial trial = {0};
  gan_train_options options;
  WANT(gan_dataset_from_memory(&batch, &trial.data) == GAN_OK);
  WANT(gan_model_create(SMALL, trial.data, &trial.model) == GAN_OK);
  gan_train_options_init(&options);
  options.steps = 1000000;
  WANT(gan_model_train(trial.model, trial.data, &options, on_step, &trial) == GAN_CANCELLED);
  WANT(trial.inside == GAN_OK);
  WANT(trial.other_free == GAN_BUSY);
  WANT(trial.other_step == GAN_BUSY);
  WANT(trial.other_sample == GAN_BUSY);
  WANT(trial.data_free == GAN_BUSY);
  WANT(gan_model_free(trial.model) == GAN_OK && gan_dataset_free(trial.data) == GAN_OK);
  return NULL;
}
