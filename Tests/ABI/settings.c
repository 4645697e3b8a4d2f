// Settings of the process: threads, the memory limit, the log.

#include <stdio.h>
#include <stdlib.h>

#include "include/abi_checks.h"
#include "support.h"

static int64_t held(void) {
  char text[512];
  int64_t length;
  if (gan_build_info(text, sizeof text, &length) != GAN_OK) return -1;
  const char *place = strstr(text, "\"memory_held\":");
  return place ? strtoll(place + 14, NULL, 10) : -1;
}

const char *abi_check_information(void) {
  static const char *const keys[] = {"\"version\":\"" GAN_VERSION "\"",
                                     "\"abi_version\":", "\"threads\":", "\"memory_limit\":0",
                                     "\"memory_held\":"};
  char text[512];
  int64_t length;
  WANT(gan_build_info(text, sizeof text, &length) == GAN_OK);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) WANT(strstr(text, keys[i]));
  WANT(gan_presets(NULL, 0, &length) == GAN_OK);
  char *presets = malloc((size_t)length + 1);
  WANT(presets && gan_presets(presets, length + 1, &length) == GAN_OK && presets[0] == '[');
  for (const char *key = "name\0kind\0paper\0summary\0recipe\0"; *key; key += strlen(key) + 1)
    WANT(strstr(presets, key));
  free(presets);
  return NULL;
}

/// Bounds, and no influence on a bit of what comes out.
const char *abi_check_threads(void) {
  const gan_batch batch = abi_points(64);
  float one[64], other[64];
  gan_model model;
  for (int round = 0; round < 4; round++) {
    WANT(gan_set_threads(round == 3 ? 0 : 1 + round) == GAN_OK);
    WANT(gan_model_create(TINY(POINTS), 0, &model) == GAN_OK);
    WANT(gan_model_set_threads(model, round == 1 ? 1 : 0) == GAN_OK);
    for (int i = 0; i < 4; i++) WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
    WANT(abi_sample(model, 32, round ? other : one) == GAN_OK);
    WANT(!round || memcmp(one, other, sizeof one) == 0);
    WANT_NAMED(GAN_ARGUMENT, "count", gan_model_set_threads(model, -1));
    WANT_NAMED(GAN_ARGUMENT, "count", gan_model_set_threads(model, 1025));
    WANT(gan_model_free(model) == GAN_OK);
    WANT_STATUS(GAN_HANDLE, gan_model_set_threads(model, 1));
  }
  WANT_NAMED(GAN_ARGUMENT, "count", gan_set_threads(1025));
  return NULL;
}

/// The bytes that an error says are needed.
static int64_t needed(void) {
  const char *place = strstr(gan_last_error(), "needs ");
  return place ? strtoll(place + 6, NULL, 10) : -1;
}

/// A model that does not fit says what it needs; with that much it is made, and trains and samples.
const char *abi_check_memory_limit(void) {
  const gan_batch batch = abi_points(16);
  const int64_t before = held();
  float out[64];
  gan_dataset data;
  gan_model model;
  WANT_NAMED(GAN_ARGUMENT, "bytes", gan_set_memory_limit(-1));
  WANT(gan_set_memory_limit(before + 1) == GAN_OK);
  WANT_NAMED(GAN_MEMORY, "limit", gan_model_create(TINY(POINTS), 0, &model));
  WANT(needed() > 500 && model == 0 && held() == before);
  WANT_STATUS(GAN_MEMORY, gan_dataset_from_memory(&batch, &data));
  // First the weights are looked at, then everything.
  int64_t most = 0;
  for (int round = 0; round < 4 && !model; round++) {
    WANT(gan_set_memory_limit(before + most + 1) == GAN_OK);
    const gan_status status = gan_model_create(TINY(POINTS), 0, &model);
    WANT(status == GAN_OK || (status == GAN_MEMORY && needed() > most));
    if (status != GAN_OK) most = needed();
  }
  WANT(model != 0 && held() <= before + most + 1);
  for (int i = 0; i < 3; i++) WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
  WANT(held() <= before + most + 1);
  // What is held stays when the limit falls; what is new is refused, and works again afterwards.
  WANT(gan_set_memory_limit(1) == GAN_OK);
  WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
  WANT_STATUS(GAN_MEMORY, abi_sample(model, 32, out));
  WANT(gan_set_memory_limit(0) == GAN_OK && abi_sample(model, 32, out) == GAN_OK);
  WANT(gan_model_free(model) == GAN_OK && held() == before);
  return NULL;
}

struct lines {
  int count, warnings, bad;
  gan_model model;
};

static void note(void *user, int32_t level, const char *message) {
  struct lines *lines = user;
  lines->count++;
  lines->warnings += level == GAN_LOG_WARNING;
  lines->bad += (level != GAN_LOG_INFO && level != GAN_LOG_WARNING) || !*message || strchr(message, '\n');
  // Any function may be called from here.
  char text[512];
  int64_t length;
  lines->bad += gan_build_info(text, sizeof text, &length) != GAN_OK;
}

/// Levels, the user's pointer, one line each; NULL ends it.
const char *abi_check_log(const char *path) {
  float huge[32];
  gan_batch batch = abi_points(16);
  struct lines lines = {0};
  gan_train_options options;
  gan_dataset data;
  gan_model model;
  for (int i = 0; i < 32; i++) huge[i] = 3e38f;
  WANT(gan_set_log(note, &lines) == GAN_OK);
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT(gan_model_create(TINY(", \"objective\": {\"loss\": \"least-squares\"}"), data, &model) == GAN_OK &&
       lines.count == 1);
  gan_train_options_init(&options);
  WANT(gan_model_train(model, data, &options, NULL, NULL) == GAN_OK && lines.count == 3 &&
       lines.warnings == 0);
  batch.data = huge;
  WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK && lines.warnings == 1);
  WANT(gan_model_save(model, path) == GAN_OK && lines.count == 5);
  WANT(gan_model_free(model) == GAN_OK && gan_model_load(path, &model) == GAN_OK && lines.count == 6);
  WANT(gan_set_log(NULL, NULL) == GAN_OK && gan_model_save(model, path) == GAN_OK);
  WANT(lines.count == 6 && lines.bad == 0);
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK && remove(path) == 0);
  return NULL;
}
