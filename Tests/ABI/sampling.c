// Sampling and applying.

#include <math.h>
#include <stdlib.h>

#include "include/abi_checks.h"
#include "support.h"

#define MOST 160

static int close_to(const float *one, const float *two, int count) {
  for (int i = 0; i < count; i++)
    if (!(fabsf(one[i] - two[i]) <= 1e-5f * (1 + fabsf(one[i])))) return 0;
  return 1;
}

static const char *numbering(gan_model model) {
  static const int64_t halves[] = {1, 7, 16, 17, 63, 64, 79};
  float whole[MOST], part[MOST];
  gan_sample_options options;
  int64_t count;
  gan_sample_options_init(&options);
  options.seed = 9, options.count = 80;
  WANT(gan_model_sample(model, &options, whole, MOST, &count) == GAN_OK && count == MOST);
  for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
    options.first = 0, options.count = halves[i];
    WANT(gan_model_sample(model, &options, part, MOST, &count) == GAN_OK && count == 2 * halves[i]);
    options.first = halves[i], options.count = 80 - halves[i];
    WANT(gan_model_sample(model, &options, part + count, MOST - count, &count) == GAN_OK);
    WANT(close_to(whole, part, MOST));
  }
  options.seed = 10;
  WANT(gan_model_sample(model, &options, part, MOST, &count) == GAN_OK && !close_to(whole, part, 2));
  options.first = INT64_MAX - options.count;
  WANT(gan_model_sample(model, &options, part, MOST, &count) == GAN_OK);
  return NULL;
}

#define REFUSED(field, value) \
  gan_sample_options_init(&options); \
  options.field = value; \
  WANT_NAMED(GAN_ARGUMENT, #field, gan_model_sample(model, &options, out, 4, &count)); \
  WANT(count == 0)

static const char *refusals(gan_model model) {
  static const int32_t labels[1] = {0};
  static const float codes[1] = {0};
  gan_sample_options options;
  float out[4];
  int64_t count;
  REFUSED(count, 0);
  REFUSED(count, -1);
  REFUSED(count, INT64_MAX);
  REFUSED(first, -1);
  REFUSED(first, INT64_MAX);
  REFUSED(label, -2);
  REFUSED(label, 3);
  REFUSED(truncation, 0);
  REFUSED(truncation, NAN);
  REFUSED(temperature, -1);
  REFUSED(temperature, INFINITY);
  REFUSED(label_count, -1);
  gan_sample_options_init(&options);
  options.label_count = 1;
  WANT_NAMED(GAN_ARGUMENT, "labels", gan_model_sample(model, &options, out, 4, &count));
  options.labels = labels;
  WANT_NAMED(GAN_ARGUMENT, "labels", gan_model_sample(model, &options, out, 4, &count));
  gan_sample_options_init(&options);
  options.codes = codes, options.code_count = 1;
  WANT_NAMED(GAN_UNSUPPORTED, "codes", gan_model_sample(model, &options, out, 4, &count));
  gan_sample_options_init(&options);
  options.conditions = "{\"a\": 1}";
  WANT_NAMED(GAN_UNSUPPORTED, "where", gan_model_sample(model, &options, out, 4, &count));
  return NULL;
}

/// Averaged weights differ from raw ones; latents are scaled.
static const char *ways(gan_model model) {
  float usual[4], raw[4], narrow[4], hot[4];
  gan_sample_options options;
  int64_t count;
  gan_sample_options_init(&options);
  options.count = 2;
  WANT(gan_model_sample(model, &options, usual, 4, &count) == GAN_OK);
  options.averaged = 0;
  WANT(gan_model_sample(model, &options, raw, 4, &count) == GAN_OK && memcmp(usual, raw, sizeof raw) != 0);
  options.averaged = 1, options.truncation = 0.5;
  WANT(gan_model_sample(model, &options, narrow, 4, &count) == GAN_OK &&
       memcmp(usual, narrow, sizeof raw) != 0);
  options.temperature = 2;
  WANT(gan_model_sample(model, &options, hot, 4, &count) == GAN_OK && close_to(usual, hot, 4));
  return NULL;
}

const char *abi_check_sampling(void) {
  const gan_batch batch = abi_points(16);
  const char *found;
  gan_model model;
  WANT(gan_model_create(TINY(POINTS ", \"averaging\": 0.99"), 0, &model) == GAN_OK);
  for (int i = 0; i < 3; i++) WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
  if ((found = numbering(model)) || (found = refusals(model)) || (found = ways(model))) return found;
  WANT(gan_model_free(model) == GAN_OK);
  return NULL;
}

#define CLASSIFIER \
  "{\"kind\": \"classifier\", \"classifier\": {\"architecture\": \"mlp\", \"width\": 8, \"depth\": 1}," \
  " \"batch\": 16, \"data\": {\"kind\": \"vectors\", \"shape\": [2], \"classes\": 3}}"

/// Every operation, of the model that has it and of the one that has not.
const char *abi_check_applying(void) {
  const gan_batch points = abi_points(5);
  gan_batch latents = abi_points(5), labelled = abi_points(16);
  float samples[64], scores[5], usual[10];
  int32_t labels[16];
  int64_t count;
  gan_model model, classifier;
  for (int i = 0; i < 16; i++) labels[i] = i % 3;
  labelled.labels = labels, labelled.label_count = 16;
  WANT(gan_model_create(TINY(POINTS), 0, &model) == GAN_OK);
  WANT(gan_model_apply(model, "discriminate", &points, NULL, 0, &count) == GAN_OK && count == 5);
  WANT(gan_model_apply(model, "discriminate", &points, scores, 5, &count) == GAN_OK && count == 5);
  WANT_STATUS(GAN_ARGUMENT, gan_model_apply(model, "discriminate", &points, scores, 4, &count));
  WANT(count == 5);
  latents.shape[1] = 3, latents.data_bytes = 5 * 3 * 4;
  WANT(gan_model_apply(model, "generate", &latents, usual, 10, &count) == GAN_OK && count == 10);
  WANT_NAMED(GAN_ARGUMENT, "shape", gan_model_apply(model, "generate", &points, usual, 10, &count));
  WANT_STATUS(GAN_UNSUPPORTED, gan_model_apply(model, "classify", &points, samples, 15, &count));
  WANT_STATUS(GAN_UNSUPPORTED, gan_model_apply(model, "encode", &points, samples, 15, &count));
  WANT_STATUS(GAN_UNSUPPORTED, gan_model_apply(model, "reconstruct", &points, samples, 15, &count));
  WANT_NAMED(GAN_ARGUMENT, "operation", gan_model_apply(model, "dream", &points, samples, 15, &count));
  WANT(gan_model_free(model) == GAN_OK);

  WANT(gan_model_create(CLASSIFIER, 0, &classifier) == GAN_OK);
  WANT(gan_model_train_step(classifier, &labelled, NULL) == GAN_OK);
  WANT_NAMED(GAN_ARGUMENT, "labels", gan_model_train_step(classifier, &points, NULL));
  labels[7] = 3;
  WANT_NAMED(GAN_ARGUMENT, "labels", gan_model_train_step(classifier, &labelled, NULL));
  WANT(gan_model_apply(classifier, "classify", &points, samples, 15, &count) == GAN_OK && count == 15);
  for (int i = 0; i < 15; i += 3) WANT(fabsf(samples[i] + samples[i + 1] + samples[i + 2] - 1) < 1e-5f);
  WANT_STATUS(GAN_UNSUPPORTED, gan_model_apply(classifier, "discriminate", &points, scores, 5, &count));
  WANT_STATUS(GAN_UNSUPPORTED, abi_sample(classifier, 1, samples));
  WANT(gan_model_free(classifier) == GAN_OK);
  return NULL;
}

#define TEXT \
  "{\"preset\": \"language-model\", \"batch\": 4," \
  " \"generator\": {\"architecture\": \"recurrent\", \"width\": 8, \"embedding\": 4}}"

/// Tokens in, lines out; what is no token is refused.
const char *abi_check_rows(void) {
  const int32_t tokens[4][3] = {{2, 3, 0}, {3, 1, 2}, {2, 2, 0}, {4, 0, 0}}, wrong[1][3] = {{2, 9, 0}};
  gan_batch batch;
  gan_sample_options options;
  gan_dataset data;
  gan_model model;
  char text[256], again[256], info[512];
  float samples[15], likelihood[4];
  int64_t length, second;
  gan_batch_init(&batch);
  gan_sample_options_init(&options);
  batch.element_type = GAN_I32, batch.rank = 2, batch.shape[0] = 4, batch.shape[1] = 3;
  batch.data = tokens, batch.data_bytes = sizeof tokens;
  WANT_NAMED(GAN_ARGUMENT, "sizes", gan_dataset_copy(&batch, "{\"sizes\": 1}", &data));
  WANT_NAMED(GAN_FORMAT, "0…3", gan_dataset_copy(&batch, "{\"tokens\": 4}", &data));
  WANT(gan_dataset_copy(&batch, "{\"tokens\": 5, \"end\": 0}", &data) == GAN_OK);
  WANT(gan_dataset_info(data, info, sizeof info, &length) == GAN_OK);
  WANT(strstr(info, "\"kind\":\"text\"") && strstr(info, "\"size\":5") && strstr(info, "\"end\":0"));
  WANT(gan_model_create(TEXT, data, &model) == GAN_OK);
  WANT(gan_model_train_step(model, &batch, NULL) == GAN_OK);
  options.count = 5;
  WANT(gan_model_sample_rows(model, &options, NULL, 0, &length) == GAN_OK && length >= 5);
  WANT(gan_model_sample_rows(model, &options, text, length + 1, &second) == GAN_OK && second == length);
  WANT((int64_t)strlen(text) == length && text[length - 1] == '\n');
  WANT_STATUS(GAN_ARGUMENT, gan_model_sample_rows(model, &options, again, length, &second));
  WANT(second == length);
  WANT(gan_model_sample_rows(model, &options, again, sizeof again, &second) == GAN_OK);
  WANT(strcmp(text, again) == 0);
  WANT(gan_model_sample(model, &options, samples, 15, &second) == GAN_OK && second == 15);
  for (int i = 0; i < 15; i++) WANT(samples[i] >= 0 && samples[i] < 5 && samples[i] == floorf(samples[i]));
  WANT(gan_model_apply(model, "likelihood", &batch, likelihood, 4, &second) == GAN_OK && second == 4);
  for (int i = 0; i < 4; i++) WANT(likelihood[i] < 0);
  batch.shape[0] = 1, batch.data = wrong, batch.data_bytes = sizeof wrong;
  WANT_NAMED(GAN_ARGUMENT, "batch.data", gan_model_train_step(model, &batch, NULL));
  WANT_NAMED(GAN_ARGUMENT, "input.data", gan_model_apply(model, "likelihood", &batch, likelihood, 4, &second));
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}
