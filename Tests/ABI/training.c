// Training: single steps, whole runs, and what ends them.

#include <math.h>
#include <pthread.h>
#include <unistd.h>

#include "include/abi_checks.h"
#include "support.h"

/// The generator follows every k-th step; figures that a step has not are NaN; any batch size.
const char *abi_check_steps(void) {
  gan_batch batch = abi_points(16);
  gan_step_stats stats;
  gan_model model;
  WANT(gan_model_create(TINY(POINTS ", \"objective\": {\"discriminator-steps\": 3}"), 0, &model) == GAN_OK);
  for (int step = 1; step <= 6; step++) {
    gan_step_stats_init(&stats);
    batch = abi_points(16 + step);
    WANT(gan_model_train_step(model, &batch, &stats) == GAN_OK);
    WANT(stats.step == step && stats.struct_size == sizeof stats && stats.verdict == GAN_VERDICT_HEALTHY);
    WANT(stats.generator_updated == (step % 3 == 0) && isnan(stats.generator_loss) == (step % 3 != 0));
    WANT(isfinite(stats.discriminator_loss) && isfinite(stats.score_real) && isfinite(stats.score_fake));
    WANT(stats.accuracy >= 0 && stats.accuracy <= 1 && stats.discriminator_gradient_norm > 0);
    WANT(stats.seconds > 0 && stats.reserved == 0);
  }
  batch = abi_points(1);
  WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
  WANT(gan_model_free(model) == GAN_OK);
  return NULL;
}

/// Steps that overflow: one left out, then back to the snapshot at half the rate, three times; then DIVERGED.
/// A good step goes on, and health tells.
const char *abi_check_divergence(void) {
  float huge[32], before[64], after[64];
  gan_batch batch = abi_points(16), bad;
  gan_step_stats stats;
  gan_model model;
  int steps = 0;
  for (int i = 0; i < 32; i++) huge[i] = 3e38f;
  bad = batch;
  bad.data = huge;
  WANT(gan_model_create(TINY(POINTS ", \"objective\": {\"loss\": \"least-squares\"}"), 0, &model) == GAN_OK);
  WANT(abi_sample(model, 8, before) == GAN_OK);
  gan_status status = GAN_OK;
  for (; steps < 100 && status == GAN_OK; steps++) {
    gan_step_stats_init(&stats);
    status = gan_model_train_step(model, &bad, &stats);
    if (status != GAN_OK) break;
    WANT(stats.verdict == GAN_VERDICT_NON_FINITE && stats.went_back == steps % 2);
    WANT(stats.rate_factor == ldexp(1, -(steps + 1) / 2));
  }
  WANT(status == GAN_DIVERGED && steps == 7);
  WANT(gan_model_train_step(model, &batch, &stats) == GAN_OK && stats.verdict == GAN_VERDICT_HEALTHY);
  WANT(abi_sample(model, 8, after) == GAN_OK);
  for (int i = 0; i < 16; i++) WANT(isfinite(after[i]));
  WANT(gan_model_free(model) == GAN_OK);
  return NULL;
}

struct reports {
  int64_t steps[16];
  int count;
  int64_t stop_at;
};

static int32_t note(void *user, const gan_step_stats *stats) {
  struct reports *reports = user;
  if (reports->count < 16) reports->steps[reports->count] = stats->step;
  reports->count++;
  return stats->step == reports->stop_at ? -7 : 0;
}

/// Steps in all, reports, the recipe's steps, bounds in time, callbacks that stop.
const char *abi_check_runs(void) {
  const gan_batch batch = abi_points(64);
  struct reports reports = {.stop_at = -1};
  gan_train_options options;
  gan_dataset data;
  gan_model model;
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT(gan_model_create(TINY(""), data, &model) == GAN_OK);
  gan_train_options_init(&options);
  options.report_interval = 4;
  WANT(gan_model_train(model, data, &options, note, &reports) == GAN_OK);
  WANT(reports.count == 2 && reports.steps[0] == 4 && reports.steps[1] == 6);
  WANT(gan_model_train(model, data, &options, note, &reports) == GAN_OK && reports.count == 2);
  options.steps = 9, options.report_interval = 0;
  WANT(gan_model_train(model, data, &options, note, &reports) == GAN_OK);
  WANT(reports.count == 5 && reports.steps[4] == 9);
  options.steps = 1000, reports.stop_at = 11;
  WANT(gan_model_train(model, data, &options, note, &reports) == GAN_CANCELLED);
  WANT(reports.count == 7 && reports.steps[6] == 11);
  options.steps = 100000000, options.seconds = 0.05, options.report_interval = 1000000;
  WANT(gan_model_train(model, data, &options, NULL, NULL) == GAN_OK);
  options.seconds = NAN;
  WANT_NAMED(GAN_ARGUMENT, "seconds", gan_model_train(model, data, &options, NULL, NULL));
  options.seconds = -1;
  WANT_NAMED(GAN_ARGUMENT, "seconds", gan_model_train(model, data, &options, NULL, NULL));
  options.seconds = 0, options.steps = -1;
  WANT_NAMED(GAN_ARGUMENT, "steps", gan_model_train(model, data, &options, NULL, NULL));
  options.steps = 1, options.report_interval = -1;
  WANT_NAMED(GAN_ARGUMENT, "report_interval", gan_model_train(model, data, &options, NULL, NULL));
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}

/// Training in two pieces, with a file between, is training in one.
const char *abi_check_resuming(const char *path) {
  const gan_batch batch = abi_points(50);
  gan_train_options options;
  gan_dataset data;
  gan_model whole, half, rest;
  float one[64], two[64];
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT(gan_model_create(TINY(""), data, &whole) == GAN_OK &&
       gan_model_create(TINY(""), data, &half) == GAN_OK);
  gan_train_options_init(&options);
  options.steps = 10;
  WANT(gan_model_train(whole, data, &options, NULL, NULL) == GAN_OK);
  struct reports reports = {.stop_at = 4};
  WANT(gan_model_train(half, data, &options, note, &reports) == GAN_CANCELLED);
  WANT(gan_model_save(half, path) == GAN_OK && gan_model_load(path, &rest) == GAN_OK);
  WANT(gan_model_train(rest, data, &options, NULL, NULL) == GAN_OK);
  WANT(abi_sample(whole, 32, one) == GAN_OK && abi_sample(rest, 32, two) == GAN_OK);
  WANT(memcmp(one, two, sizeof one) == 0);
  WANT(gan_model_free(whole) == GAN_OK && gan_model_free(half) == GAN_OK && gan_model_free(rest) == GAN_OK);
  WANT(gan_dataset_free(data) == GAN_OK && unlink(path) == 0);
  return NULL;
}

struct race {
  gan_model model;
  pthread_t thread;
  int64_t cancelled_in, last;
};

static void *cancel(void *user) {
  gan_model_cancel(((struct race *)user)->model);
  return NULL;
}

static int32_t cancel_at_five(void *user, const gan_step_stats *stats) {
  struct race *race = user;
  race->last = stats->step;
  if (stats->step == 5) {
    race->cancelled_in = stats->step;
    if (pthread_create(&race->thread, NULL, cancel, race) == 0) pthread_join(race->thread, NULL);
  }
  return 0;
}

/// From any thread, within a step; when nothing runs, it does nothing to the next run.
const char *abi_check_cancelling(void) {
  const gan_batch batch = abi_points(32);
  struct race race = {0};
  gan_train_options options;
  gan_dataset data;
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT(gan_model_create(TINY(""), data, &race.model) == GAN_OK);
  WANT(gan_model_cancel(race.model) == GAN_OK);
  gan_train_options_init(&options);
  options.steps = 100000000;
  WANT(gan_model_train(race.model, data, &options, cancel_at_five, &race) == GAN_CANCELLED);
  WANT(race.cancelled_in == 5 && race.last == 5);
  WANT(gan_model_free(race.model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}
