// Measuring models and datasets.

#include <math.h>
#include <stdlib.h>

#include "include/abi_checks.h"
#include "support.h"

#define OPTIONS "{\"count\": 40, \"neighbours\": 3, \"seed\": 5}"

/// The number behind a key; NaN where there is none.
static double number(const char *text, const char *key) {
  const char *place = strstr(text, key);
  return place ? strtod(place + strlen(key), NULL) : NAN;
}

static const char *models(gan_model model, gan_dataset data) {
  static const char *const keys[] = {"\"figures\":{",  "\"frechet[raw]\":", "\"kid[raw]\":",
                                     "\"precision[raw]\":", "\"recall[raw]\":",  "\"density[raw]\":",
                                     "\"coverage[raw]\":",  "\"count\":40",      "\"seed\":5",
                                     "\"features\":\"raw\"", "\"step\":1",       "\"left_out\":{"};
  char text[4096], again[4096];
  int64_t length, needed;
  WANT(gan_model_evaluate(model, data, OPTIONS, text, sizeof text, &length) == GAN_OK);
  WANT((int64_t)strlen(text) == length);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) WANT(strstr(text, keys[i]));
  // The same figures each time; and the size query.
  WANT(gan_model_evaluate(model, data, OPTIONS, again, sizeof again, &length) == GAN_OK);
  WANT(strcmp(text, again) == 0);
  WANT(gan_model_evaluate(model, data, OPTIONS, NULL, 0, &needed) == GAN_OK && needed == length);
  WANT_STATUS(GAN_ARGUMENT, gan_model_evaluate(model, data, OPTIONS, again, length, &needed));
  WANT(needed == length);
  WANT(gan_model_evaluate(model, data, NULL, text, sizeof text, &length) == GAN_OK);
  WANT(strstr(text, "\"real_count\":64"));
  WANT(gan_model_evaluate(model, data, "{\"reference\": true}", text, sizeof text, &length) == GAN_OK);
  WANT(strstr(text, "\"real_count\":32") && strstr(text, "\"reference\":{"));
  WANT(number(text, "\"reference\":{\"coverage[raw]\":") >= 0);
  return NULL;
}

static const char *refusals(gan_model model, gan_dataset data, gan_dataset other) {
  char text[4096];
  int64_t length;
#define REFUSED(status, name, options) \
  WANT_NAMED(status, name, gan_model_evaluate(model, data, options, text, sizeof text, &length)); \
  WANT(length == 0 && text[0] == 0)
  REFUSED(GAN_ARGUMENT, "metircs", "{\"metircs\": [\"kid\"]}");
  REFUSED(GAN_ARGUMENT, "fid", "{\"metrics\": [\"fid\"]}");
  REFUSED(GAN_ARGUMENT, "metrics", "{\"metrics\": []}");
  REFUSED(GAN_ARGUMENT, "count", "{\"count\": 1}");
  REFUSED(GAN_ARGUMENT, "neighbours", "{\"neighbours\": 0}");
  REFUSED(GAN_ARGUMENT, "name", "{\"name\": \"a]b\"}");
  REFUSED(GAN_ARGUMENT, "deviation", "{\"modes\": {\"centres\": [[0, 0]], \"deviation\": -1}}");
  REFUSED(GAN_UNSUPPORTED, "images", "{\"metrics\": [\"ms-ssim\"]}");
  REFUSED(GAN_UNSUPPORTED, "features", "{\"features\": \"random\"}");
  REFUSED(GAN_IO, "/nowhere", "{\"features\": \"/nowhere\"}");
  REFUSED(GAN_FORMAT, "options_json", "{");
  WANT_STATUS(GAN_HANDLE, gan_model_evaluate(data, data, NULL, text, sizeof text, &length));
  WANT_STATUS(GAN_HANDLE, gan_model_evaluate(model, 0, NULL, text, sizeof text, &length));
  WANT_NAMED(GAN_ARGUMENT, "data", gan_model_evaluate(model, other, NULL, text, sizeof text, &length));
  WANT_NAMED(GAN_ARGUMENT, "data", gan_dataset_compare(data, other, NULL, text, sizeof text, &length));
  WANT_STATUS(GAN_HANDLE, gan_dataset_compare(data, model, NULL, text, sizeof text, &length));
  return NULL;
}

/// Feature vectors of the caller's own, under their own name.
static const char *comparing(gan_dataset data) {
  char text[4096];
  float moved[64][2];
  int64_t length;
  gan_dataset near;
  gan_batch batch = abi_points(64);
  WANT(gan_dataset_compare(data, data, "{\"name\": \"mine\"}", text, sizeof text, &length) == GAN_OK);
  WANT(fabs(number(text, "\"frechet[mine]\":")) < 1e-9 && !strstr(text, "\"step\""));
  // Moved by 3 and 4: the covariances stay, so the distance is 25.
  for (int i = 0; i < 64; i++) {
    moved[i][0] = ((const float *)batch.data)[2 * i] + 3;
    moved[i][1] = ((const float *)batch.data)[2 * i + 1] + 4;
  }
  batch.data = moved;
  WANT(gan_dataset_from_memory(&batch, &near) == GAN_OK);
  WANT(gan_dataset_compare(data, near, NULL, text, sizeof text, &length) == GAN_OK);
  WANT(fabs(number(text, "\"frechet[raw]\":") - 25) < 1e-5);
  WANT(number(text, "\"coverage[raw]\":") == 0 && number(text, "\"nearest-neighbour[raw]\":") == 1);
  WANT(gan_dataset_free(near) == GAN_OK);
  return NULL;
}

const char *abi_check_evaluating(void) {
  const gan_batch points = abi_points(64), step = abi_points(16);
  gan_batch wide = abi_points(20);
  const char *found;
  gan_model model;
  gan_dataset data, other;
  wide.shape[0] = 10, wide.shape[1] = 4;
  WANT(gan_dataset_from_memory(&points, &data) == GAN_OK && gan_dataset_from_memory(&wide, &other) == GAN_OK);
  WANT(gan_model_create(TINY(POINTS), 0, &model) == GAN_OK);
  WANT(gan_model_train_step(model, &step, NULL) == GAN_OK);
  if ((found = models(model, data)) || (found = refusals(model, data, other)) || (found = comparing(data)))
    return found;
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK && gan_dataset_free(other) == GAN_OK);
  return NULL;
}
