// Eight threads train eight models while eight others sample one model and another saves it again and again.
// Every sample is what one thread alone gets, every saved file loads, every model learns what it learns
// alone.
//
// usage: threads ROUNDS FOLDER

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../ABI/support.h"

enum { THREADS = 8, SAMPLES = 32 };

static gan_dataset data;
static gan_model shared;
static float alone[64], learnt[64];
static int rounds;
static char folder[400];
static _Atomic int failures, samplings, savings;

#define HOLDS(expression) \
  do { \
    if (!(expression) && atomic_fetch_add(&failures, 1) < 5) \
      fprintf(stderr, "%s (%s)\n", #expression, gan_last_error()); \
  } while (0)

static gan_status train(gan_model model, int64_t steps) {
  gan_train_options options;
  gan_train_options_init(&options);
  options.steps = steps;
  return gan_model_train(model, data, &options, NULL, NULL);
}

static void *trainer(void *user) {
  const int index = (int)(intptr_t)user;
  float out[64];
  gan_model model;
  HOLDS(gan_model_create(TINY(""), data, &model) == GAN_OK);
  HOLDS(gan_model_set_threads(model, index % 3) == GAN_OK);
  for (int i = 1; i <= rounds; i++) HOLDS(train(model, 6 * i) == GAN_OK);
  HOLDS(abi_sample(model, SAMPLES, out) == GAN_OK && memcmp(out, learnt, sizeof out) == 0);
  HOLDS(gan_model_free(model) == GAN_OK);
  return NULL;
}

static void *sampler(void *user) {
  const int index = (int)(intptr_t)user;
  const gan_batch points = abi_points(20);
  float out[64];
  int64_t count;
  for (int i = 0; i < 20 * rounds; i++) {
    HOLDS(abi_sample(shared, SAMPLES, out) == GAN_OK && memcmp(out, alone, sizeof out) == 0);
    if (i % 4 == index % 4)
      HOLDS(gan_model_apply(shared, "discriminate", &points, out, 64, &count) == GAN_OK);
    if (i % 16 == 0) free(abi_info(shared));
    atomic_fetch_add(&samplings, 1);
  }
  return NULL;
}

static void *saver(void *user) {
  char path[600];
  float out[64];
  gan_model model;
  snprintf(path, sizeof path, "%s/shared.safetensors", folder);
  for (int i = 0; i < 3 * rounds; i++) {
    HOLDS(gan_model_save(shared, path) == GAN_OK && gan_model_load(path, &model) == GAN_OK);
    HOLDS(abi_sample(model, SAMPLES, out) == GAN_OK && memcmp(out, alone, sizeof out) == 0);
    HOLDS(gan_model_free(model) == GAN_OK);
    atomic_fetch_add(&savings, 1);
  }
  remove(path);
  return user;
}

/// With memory for one instance only, readers queue instead of failing.
static void sample_in_turn(void) {
  pthread_t threads[THREADS];
  char text[512], *place;
  int64_t length;
  gan_model first = shared;
  HOLDS(gan_model_create(TINY(""), data, &shared) == GAN_OK && train(shared, 6) == GAN_OK);
  HOLDS(gan_build_info(text, sizeof text, &length) == GAN_OK);
  place = strstr(text, "\"memory_held\":");
  const int64_t before = strtoll(place + 14, NULL, 10);
  HOLDS(abi_sample(shared, SAMPLES, alone) == GAN_OK);
  HOLDS(gan_build_info(text, sizeof text, &length) == GAN_OK);
  place = strstr(text, "\"memory_held\":");
  const int64_t one = strtoll(place + 14, NULL, 10) - before;
  // One instance and the small buffers of eight calls.
  HOLDS(gan_set_memory_limit(before + one + one / 2) == GAN_OK);
  for (intptr_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, sampler, (void *)i);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  HOLDS(gan_set_memory_limit(0) == GAN_OK && gan_model_free(shared) == GAN_OK);
  shared = first;
}

int main(int count, char **arguments) {
  const gan_batch batch = abi_points(64);
  pthread_t threads[2 * THREADS + 1];
  gan_model model;
  if (count != 3) return fprintf(stderr, "usage: threads ROUNDS FOLDER\n"), 2;
  rounds = atoi(arguments[1]);
  snprintf(folder, sizeof folder, "%s", arguments[2]);
  HOLDS(gan_set_threads(2) == GAN_OK && gan_dataset_from_memory(&batch, &data) == GAN_OK);
  HOLDS(gan_model_create(TINY(""), data, &shared) == GAN_OK && train(shared, 6) == GAN_OK);
  HOLDS(abi_sample(shared, SAMPLES, alone) == GAN_OK);
  HOLDS(gan_model_create(TINY(""), data, &model) == GAN_OK);
  for (int i = 1; i <= rounds; i++) HOLDS(train(model, 6 * i) == GAN_OK);
  HOLDS(abi_sample(model, SAMPLES, learnt) == GAN_OK && gan_model_free(model) == GAN_OK);
  for (intptr_t i = 0; i < THREADS; i++) {
    pthread_create(&threads[2 * i], NULL, trainer, (void *)i);
    pthread_create(&threads[2 * i + 1], NULL, sampler, (void *)i);
  }
  pthread_create(&threads[2 * THREADS], NULL, saver, NULL);
  for (int i = 0; i <= 2 * THREADS; i++) pthread_join(threads[i], NULL);
  sample_in_turn();
  HOLDS(gan_model_free(shared) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  printf("8 threads trained %d steps each, 8 sampled %d times, 1 saved and loaded %d times: %d failures\n",
         6 * rounds, (int)samplings, (int)savings, (int)failures);
  return failures != 0;
}
