// "The library": versions, names, and what gan_last_error promises.

#include <pthread.h>

#include "include/abi_checks.h"
#include "support.h"

const char *abi_check_library(void) {
  static const char *const names[] = {"OK",     "ARGUMENT",  "HANDLE",      "BUSY",     "MEMORY",  "IO",
                                      "FORMAT", "CANCELLED", "UNSUPPORTED", "DIVERGED", "INTERNAL"};
  WANT(gan_abi_version() == GAN_ABI_VERSION);
  WANT(strcmp(gan_version_string(), GAN_VERSION) == 0);
  for (int i = 0; i <= GAN_INTERNAL; i++) WANT(strcmp(gan_status_name(i), names[i]) == 0);
  WANT(strcmp(gan_status_name(GAN_INTERNAL + 1), "UNKNOWN") == 0);
  WANT(strcmp(gan_status_name(-1), "UNKNOWN") == 0);
  WANT(strcmp(gan_status_name(INT32_MIN), "UNKNOWN") == 0);
  return NULL;
}

struct findings {
  const char *text;
  int64_t length;
  int was_empty, is_own;
};

static void *other_thread(void *user) {
  struct findings *findings = user;
  findings->was_empty = *gan_last_error() == 0;
  gan_set_threads(-5);
  findings->is_own = strstr(gan_last_error(), "-5") != NULL;
  return NULL;
}

/// Thread-local, one line, empty at first, untouched by success and by other threads.
const char *abi_check_errors(void) {
  struct findings findings = {0};
  pthread_t thread;
  char before[512];
  gan_model model;
  const char *text;
  WANT_NAMED(GAN_ARGUMENT, "count", gan_set_threads(-1));
  text = gan_last_error();
  WANT(strstr(text, "expected") && strstr(text, "got -1"));
  strncpy(before, text, sizeof before - 1), before[511] = 0;
  WANT(gan_build_info(NULL, 0, &findings.length) == GAN_OK);
  WANT(pthread_create(&thread, NULL, other_thread, &findings) == 0 && pthread_join(thread, NULL) == 0);
  WANT(findings.was_empty && findings.is_own);
  WANT(gan_last_error() == text && strcmp(text, before) == 0);
  WANT_NAMED(GAN_ARGUMENT, "no\" such", gan_model_create("{\"no\\\" such\\n\\u0001\": 1}", 0, &model));
  return NULL;
}

#define ZEROED(out, call) \
  out = 77; \
  WANT((call) != GAN_OK); \
  WANT((out) == 0)

/// Results are zeroed first when a call fails, whatever it fails by.
const char *abi_check_results(void) {
  const gan_batch batch = abi_points(4);
  gan_batch bad = batch;
  gan_sample_options options;
  gan_step_stats stats;
  gan_model model;
  uint64_t handle;
  int64_t count;
  gan_sample_options_init(&options);
  bad.rank = 0;
  ZEROED(handle, gan_model_create("[]", 0, &handle));
  ZEROED(handle, gan_model_create(SMALL, 12345, &handle));
  ZEROED(handle, gan_model_load("/nowhere/at/all", &handle));
  ZEROED(handle, gan_dataset_open("/nowhere/at/all", NULL, &handle));
  ZEROED(handle, gan_dataset_from_memory(&bad, &handle));
  ZEROED(count, gan_recipe_resolve("{", 0, NULL, 0, &count));
  ZEROED(count, gan_model_info(9, NULL, 0, &count));
  ZEROED(count, gan_model_health(9, NULL, 0, &count));
  ZEROED(count, gan_dataset_info(9, NULL, 0, &count));
  ZEROED(count, gan_model_sample(9, &options, NULL, 0, &count));
  ZEROED(count, gan_model_sample_rows(9, &options, NULL, 0, &count));
  ZEROED(count, gan_model_apply(9, "discriminate", &batch, NULL, 0, &count));
  ZEROED(count, gan_model_evaluate(9, 9, NULL, NULL, 0, &count));
  ZEROED(count, gan_dataset_compare(9, 9, NULL, NULL, 0, &count));
  ZEROED(count, gan_build_info(NULL, 5, &count));
  ZEROED(count, gan_presets(NULL, 5, &count));
  WANT(gan_model_create(SMALL, 0, &model) == GAN_OK);
  memset(&stats, 0x55, sizeof stats);
  stats.struct_size = sizeof stats;
  WANT(gan_model_train_step(model, &bad, &stats) == GAN_ARGUMENT);
  WANT(stats.struct_size == sizeof stats && stats.step == 0 && stats.seconds == 0 && stats.verdict == 0);
  WANT(gan_model_free(model) == GAN_OK);
  return NULL;
}
