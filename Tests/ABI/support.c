#include "support.h"

#include <stdlib.h>

static float points[64][2];

/// Before any thread could look.
__attribute__((constructor)) static void make_points(void) {
  for (int i = 0; i < 64; i++) points[i][0] = (float)(i % 8) / 8, points[i][1] = (float)(i % 5) / 5;
}

gan_batch abi_points(int64_t count) {
  gan_batch batch;
  gan_batch_init(&batch);
  batch.element_type = GAN_F32;
  batch.rank = 2;
  batch.shape[0] = count;
  batch.shape[1] = 2;
  batch.data = points;
  batch.data_bytes = count * 8;
  return batch;
}

gan_status abi_sample(gan_model model, int64_t count, float out[64]) {
  gan_sample_options options;
  int64_t written;
  gan_sample_options_init(&options);
  options.seed = 1;
  options.count = count;
  return gan_model_sample(model, &options, out, 64, &written);
}

char *abi_info(gan_model model) {
  int64_t length, again;
  if (gan_model_info(model, NULL, 0, &length) != GAN_OK) return NULL;
  char *text = malloc((size_t)length + 1);
  if (!text) return NULL;
  if (gan_model_info(model, text, length + 1, &again) != GAN_OK || again != length ||
      (int64_t)strlen(text) != length) {
    free(text);
    return NULL;
  }
  return text;
}
