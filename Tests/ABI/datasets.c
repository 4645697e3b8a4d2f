// Datasets: every format, every option, and what a dataset promises.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "include/abi_checks.h"
#include "support.h"

/// A dataset's description says so.
static int says(gan_dataset data, const char *part) {
  int64_t length, again;
  if (gan_dataset_info(data, NULL, 0, &length) != GAN_OK) return 0;
  char *text = malloc((size_t)length + 1);
  const int found = text && gan_dataset_info(data, text, length + 1, &again) == GAN_OK && again == length &&
                    strstr(text, part);
  free(text);
  return found;
}

static int write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  if (!file) return 0;
  const int whole = fwrite(bytes, 1, size, file) == size;
  return fclose(file) == 0 && whole;
}

/// Opens, looks and closes.
static const char *opens(const char *path, const char *options, const char *part) {
  gan_dataset data;
  WANT(gan_dataset_open(path, options, &data) == GAN_OK && data != 0);
  WANT(says(data, part) && says(data, "\"count\":"));
  WANT(gan_dataset_free(data) == GAN_OK);
  return NULL;
}

#define OPENS(path, options, part) \
  if ((found = opens(path, options, part))) return found

const char *abi_check_datasets(const char *folder) {
  static const unsigned char idx[16 + 8] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,
                                            0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 255};
  static const unsigned char labels[8 + 2] = {0, 0, 8, 1, 0, 0, 0, 2, 0, 1};
  char image[600], label[600], array[600], options[700], npy[128 + 32];
  const char *found;
  gan_dataset data;
  snprintf(image, sizeof image, "%s/pixels", folder);
  snprintf(label, sizeof label, "%s/classes", folder);
  snprintf(array, sizeof array, "%s/array.npy", folder);
  memset(npy, ' ', sizeof npy);
  memcpy(npy, "\x93NUMPY\x01\x00\x76\x00", 10);
  memcpy(npy + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }", 59);
  npy[127] = '\n';
  memset(npy + 128, 0, 32);
  WANT(write_file(image, idx, sizeof idx) && write_file(label, labels, sizeof labels));
  WANT(write_file(array, npy, sizeof npy));

  OPENS("builtin:ring", NULL, "\"classes\":8");
  OPENS("builtin:grid", "", "\"sample_shape\":[2]");
  OPENS(image, "{}", "\"sample_shape\":[2,2,1]");
  OPENS(image, "{\"size\": [4, 6], \"crop\": true, \"channels\": 3, \"background\": [1, 2, 3]}", "[4,6,3]");
  OPENS(image, "{\"kind\": \"vectors\"}", "\"sample_shape\":[4]");
  OPENS(image, "{\"range\": [0, 255]}", "\"format\":\"idx\"");
  OPENS(array, NULL, "\"element_type\":\"f32\"");
  snprintf(options, sizeof options, "{\"labels\": \"%s\"}", label);
  OPENS(image, options, "\"classes\":2");

  WANT_STATUS(GAN_IO, gan_dataset_open("/nowhere", NULL, &data));
  WANT_STATUS(GAN_FORMAT, gan_dataset_open("/etc/passwd", NULL, &data));
  WANT_STATUS(GAN_FORMAT, gan_dataset_open(folder, NULL, &data));
  WANT_STATUS(GAN_IO, gan_dataset_open("/dev/zero", NULL, &data));
  WANT_STATUS(GAN_ARGUMENT, gan_dataset_open("builtin:disc", NULL, &data));
  WANT_NAMED(GAN_ARGUMENT, "siez", gan_dataset_open(image, "{\"siez\": [4, 4]}", &data));
  WANT_NAMED(GAN_ARGUMENT, "size", gan_dataset_open(image, "{\"size\": [0, 4]}", &data));
  WANT_NAMED(GAN_ARGUMENT, "channels", gan_dataset_open(image, "{\"channels\": 2}", &data));
  WANT_STATUS(GAN_FORMAT, gan_dataset_open(image, "{", &data));
  WANT(truncate(image, 20) == 0);
  WANT_STATUS(GAN_FORMAT, gan_dataset_open(image, NULL, &data));
  WANT(data == 0 && unlink(image) == 0 && unlink(label) == 0 && unlink(array) == 0 && rmdir(folder) == 0);
  return NULL;
}

/// Sounds and series come from arrays by option; a model of sounds trains and samples [N, T, C].
const char *abi_check_sounds(void) {
  static float sounds[8][64];
  const int64_t one = 64;
  float made[2 * 64];
  gan_sample_options sampling;
  gan_step_stats stats;
  gan_batch batch;
  gan_dataset data;
  gan_model model;
  int64_t count;
  for (int i = 0; i < 8 * 64; i++) sounds[i / 64][i % 64] = (float)(i % 7 - 3) / 4;
  gan_batch_init(&batch);
  batch.element_type = GAN_F32, batch.rank = 2, batch.shape[0] = 8, batch.shape[1] = one;
  batch.data = sounds, batch.data_bytes = sizeof sounds;
  WANT(gan_dataset_copy(&batch, "{\"kind\": \"series\"}", &data) == GAN_OK);
  WANT(says(data, "\"kind\":\"series\"") && says(data, "\"sample_shape\":[64,1]"));
  WANT(gan_dataset_free(data) == GAN_OK);
  WANT_NAMED(GAN_ARGUMENT, "length", gan_dataset_copy(&batch, "{\"kind\": \"sounds\", \"length\": 3}", &data));
  WANT_NAMED(GAN_ARGUMENT, "rate", gan_dataset_copy(&batch, "{\"kind\": \"sounds\", \"rate\": 0}", &data));
  WANT(gan_dataset_copy(&batch, "{\"kind\": \"sounds\", \"rate\": 8000}", &data) == GAN_OK);
  WANT(says(data, "\"kind\":\"sounds\"") && says(data, "\"rate\":8000"));
  WANT(gan_model_create("{\"preset\": \"wavegan\", \"batch\": 4, \"generator\": {\"width\": 2}, "
                        "\"discriminator\": {\"width\": 2}}", data, &model) == GAN_OK);
  batch.rank = 3, batch.shape[2] = 1;
  gan_step_stats_init(&stats);
  WANT(gan_model_train_step(model, &batch, &stats) == GAN_OK && stats.step == 1);
  gan_sample_options_init(&sampling);
  sampling.count = 2;
  WANT(gan_model_sample(model, &sampling, made, 2 * one, &count) == GAN_OK && count == 2 * one);
  for (int i = 0; i < 2 * one; i++) WANT(made[i] >= -1 && made[i] <= 1);
  batch.shape[1] = 32, batch.data_bytes = sizeof sounds / 2;
  WANT_NAMED(GAN_ARGUMENT, "shape", gan_model_train_step(model, &batch, &stats));
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}

/// Copied: what the caller does to the memory afterwards changes nothing; models outlive their data.
const char *abi_check_memory_datasets(void) {
  unsigned char pixels[2][4][4] = {{{0}}};
  float points[2][2] = {{0.5f, 1}, {2, 3}};
  const int32_t labels[2] = {0, 4};
  float one[64], two[64];
  gan_train_options options;
  gan_batch batch;
  gan_dataset data, same;
  gan_model model, other;
  gan_batch_init(&batch);
  batch.element_type = GAN_U8, batch.rank = 3;
  batch.shape[0] = 2, batch.shape[1] = 4, batch.shape[2] = 4;
  batch.data = pixels, batch.data_bytes = sizeof pixels, batch.labels = labels, batch.label_count = 2;
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK);
  WANT(says(data, "\"kind\":\"images\"") && says(data, "\"sample_shape\":[4,4,1]") &&
       says(data, "\"classes\":5"));
  WANT(gan_dataset_free(data) == GAN_OK);
  batch.rank = 4, batch.shape[3] = 1;
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK && gan_dataset_free(data) == GAN_OK);

  gan_batch_init(&batch);
  batch.element_type = GAN_F32, batch.rank = 2, batch.shape[0] = 2, batch.shape[1] = 2;
  batch.data = points, batch.data_bytes = sizeof points;
  WANT(gan_dataset_from_memory(&batch, &data) == GAN_OK && gan_dataset_from_memory(&batch, &same) == GAN_OK);
  points[0][0] = 77;
  gan_train_options_init(&options);
  WANT(gan_model_create(TINY(""), data, &model) == GAN_OK &&
       gan_model_create(TINY(""), same, &other) == GAN_OK);
  WANT(gan_model_train(model, data, &options, NULL, NULL) == GAN_OK);
  WANT(gan_dataset_free(data) == GAN_OK && gan_dataset_free(data) == GAN_HANDLE);
  WANT(gan_model_train(other, same, &options, NULL, NULL) == GAN_OK && gan_dataset_free(same) == GAN_OK);
  WANT(abi_sample(model, 32, one) == GAN_OK && abi_sample(other, 32, two) == GAN_OK);
  WANT(memcmp(one, two, sizeof one) == 0);
  WANT(gan_model_free(model) == GAN_OK && gan_model_free(other) == GAN_OK);
  return NULL;
}
