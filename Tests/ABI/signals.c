// A host's signals, while the library computes.

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/abi_checks.h"
#include "support.h"

struct sender {
  pthread_t trainer;
  atomic_int is_over;
};

static void on_signal(int number) { (void)number; }

static void *send(void *user) {
  struct sender *sender = user;
  // So many at most: a tool that runs threads by turns would hardly get to the training.
  for (int i = 0; i < 4000 && !atomic_load(&sender->is_over); i++) {
    pthread_kill(sender->trainer, SIGUSR2);
    usleep(50);
  }
  return NULL;
}

static const char *train(gan_dataset data, float out[64]) {
  // Wide enough for every kind of product.
  const char *recipe = "{\"preset\": \"mlp\", \"seed\": 3}";
  const char *preloaded = getenv("LD_PRELOAD");
  gan_train_options options;
  gan_model model;
  gan_train_options_init(&options);
  // Under valgrind a step takes a thousand times as long.
  options.steps = preloaded && strstr(preloaded, "vgpreload") ? 2 : 400;
  WANT(gan_model_create(recipe, data, &model) == GAN_OK);
  WANT(gan_model_train(model, data, &options, NULL, NULL) == GAN_OK);
  WANT(abi_sample(model, 32, out) == GAN_OK);
  WANT(gan_model_free(model) == GAN_OK);
  return NULL;
}

/// Thousands of signals to the thread that trains change no bit.
const char *abi_check_signals(void) {
  const gan_batch batch = abi_points(64);
  struct sender sender = {.trainer = pthread_self()};
  struct sigaction before, ours = {0};
  float undisturbed[64], disturbed[64];
  gan_dataset data;
  pthread_t thread;
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  const char *found = train(data, undisturbed);
  WANT(found == NULL);
  ours.sa_handler = on_signal;
  WANT(sigaction(SIGUSR2, &ours, &before) == 0);
  WANT(pthread_create(&thread, NULL, send, &sender) == 0);
  found = train(data, disturbed);
  atomic_store(&sender.is_over, 1);
  WANT(pthread_join(thread, NULL) == 0 && sigaction(SIGUSR2, &before, NULL) == 0);
  WANT(found == NULL && memcmp(undisturbed, disturbed, sizeof disturbed) == 0);
  WANT(gan_dataset_free(data) == GAN_OK);
  return NULL;
}
